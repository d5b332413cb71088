"""What a search tells while it goes on."""

from typing import Any


class Diverged(Exception):
    """The loss or the objective of a trial is no finite number."""


class Listener:
    """Hears of a search as it goes on; every method may be left out. What `check` raises ends the search."""

    def claimed(self, trials: list[Any]) -> None:
        """These trials (of keras-tuner) are trained next."""

    def note(self, text: str) -> None:
        """Which trials are trained together, which alone and why, and where a search zooms in."""

    def epoch_ended(self, numbers: list[int], epoch: int, logs: dict[str, Any]) -> None:
        """`epoch` epochs of the trials `numbers` are done; `logs` holds one value per trial."""

    def trial_ended(self, result: Any, trial: Any) -> None:
        """A trial ended and is recorded; `result` is a `dlref.tuning.study.Result`."""

    def check(self) -> None:
        """Called often, between two calls of the compiled program."""
