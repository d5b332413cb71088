"""Why a model cannot be trained in a population, or not by a vectorized program."""


class Unsupported(Exception):
    """A model cannot be trained in a population; the message says why."""


class NotVectorized(Exception):
    """The backend cannot compute an operation for all members at once."""
