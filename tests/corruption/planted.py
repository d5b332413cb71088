"""Careless readers that are planted in the library, each of which some case must show.

`patch.object` raises an error where the library has no such name any more.
"""

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any
from unittest.mock import patch

import numpy as np


@contextlib.contextmanager
def _careless(path: Any, what: str, error: Any = None) -> Iterator[None]:
    yield


def pickles_are_loaded() -> None:
    from dlref.tuning.command import inputs

    def read(file: str) -> dict[str, np.ndarray]:
        with inputs.reading(file, "a .npz archive", ValueError), open(file, "rb") as stream:
            archive = np.load(stream, allow_pickle=True)
            return {name: archive[name] for name in archive.files}

    patch.object(inputs, "_read_npz", read).start()


def tracebacks_are_bare() -> None:
    from dlref.tuning.populations.training import checkpoint

    patch.object(checkpoint, "reading", _careless).start()


def pipes_are_opened() -> None:
    from dlref.embeddings import text_format

    patch.object(text_format, "reading", _careless).start()


def types_are_trusted() -> None:
    from dlref.tuning.trials import load_sweep

    patch.object(
        load_sweep, "checked", lambda stored, hints: {name: stored[name] for name in hints}
    ).start()


def a_damaged_file_is_replaced() -> None:
    from dlref.tuning.trials import load_sweep

    read = load_sweep.read_settings

    def read_settings(directory: Path) -> Any:
        try:
            return read(directory)
        except ValueError:
            (directory / "sweep.json").write_text("{}")
            raise

    patch.object(load_sweep, "read_settings", read_settings).start()


def half_of_a_state_is_taken() -> None:
    from dlref.tuning.populations.training.trial_history import TrialHistory

    patch.object(TrialHistory, "check", lambda self, state: None).start()


def words_are_not_escaped() -> None:
    from dlref.tuning.report import bilingual_text

    patch.object(bilingual_text, "escape", lambda text: text).start()


def nesting_has_no_limit() -> None:
    sys.setrecursionlimit(10**9)


@dataclass(frozen=True)
class Defect:
    """A defect, and the kind of file whose cases must show it."""

    plant: Callable[[], None]
    kind: str


DEFECTS = {
    defect.plant.__name__: defect
    for defect in (
        Defect(pickles_are_loaded, ".npz data"),
        Defect(tracebacks_are_bare, "weights of a population"),
        Defect(pipes_are_opened, "word2vec text"),
        Defect(types_are_trusted, "log of the commands"),
        Defect(a_damaged_file_is_replaced, "settings of a sweep"),
        Defect(half_of_a_state_is_taken, "checkpoint of a population"),
        Defect(words_are_not_escaped, "words of a report"),
        Defect(nesting_has_no_limit, "record of verify"),
    )
}
