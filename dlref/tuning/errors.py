"""What goes wrong in a sweep and can be mended by the user."""


class SweepError(ValueError):
    """Something the user can mend: a file that is missing, a directory that holds another sweep."""


class Damaged(SweepError):
    """What is stored is not what was written; whoever opened the storage says which one."""
