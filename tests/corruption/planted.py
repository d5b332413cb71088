"""Careless readers that are planted in the library, each of which some case must show."""

import contextlib
import sys
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

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

    inputs._read_npz = read


def tracebacks_are_bare() -> None:
    from dlref.tuning.populations.training import checkpoint

    checkpoint.reading = _careless


def pipes_are_opened() -> None:
    from dlref.embeddings import text_format

    text_format.reading = _careless


def types_are_trusted() -> None:
    from dlref.tuning.trials import load_sweep

    load_sweep.checked = lambda stored, hints: {name: stored[name] for name in hints}  # type: ignore[assignment]


def a_damaged_file_is_replaced() -> None:
    from dlref.tuning.trials import load_sweep

    read = load_sweep.read_settings

    def read_settings(directory: Path) -> Any:
        try:
            return read(directory)
        except ValueError:
            (directory / "sweep.json").write_text("{}")
            raise

    load_sweep.read_settings = read_settings


def half_of_a_state_is_taken() -> None:
    from dlref.tuning.populations.training.trial_history import TrialHistory

    TrialHistory.check = lambda self, state: None  # type: ignore[method-assign]


def words_are_not_escaped() -> None:
    from dlref.tuning.report import bilingual_text

    bilingual_text.escape = lambda text: text  # type: ignore[assignment]


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
