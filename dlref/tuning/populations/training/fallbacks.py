"""How models of one structure are trained: as few populations as possible, and fall-backs where a model forbids it.

What a structure does not allow is found by trying, and remembered: a scalar that decides in Python how a layer
computes has to be equal within a population; a layer that padding changes means one width to a population; an
operation that TensorFlow cannot vectorize makes the members take turns within the program. What then still fails is
left to `fit`.
"""

from collections.abc import Sequence
from dataclasses import dataclass, field
from textwrap import shorten

from dlref.tuning.errors import cause, few
from dlref.tuning.populations.model.traversal import Path
from dlref.tuning.populations.model.unsupported import NotVectorized, Unsupported
from dlref.tuning.populations.program import memory
from dlref.tuning.populations.program.trial_models import TrialModel

FEW = 4  # widths in a note
LONGEST = 120  # letters of an error in a note


@dataclass
class Fallbacks:
    """How models of one structure are trained, as far as is known by now."""

    varied: set[Path] = field(default_factory=set)
    fixed: set[Path] = field(default_factory=set)
    pad: bool = True
    loops: bool = False
    alone: str = ""  # why each has to be trained alone
    changes: int = 0  # how often it has changed

    def fall_back(self, members: list[TrialModel], error: Exception) -> str:
        """Changes them by what the error says; returns what is told of it, "" if nothing is left to try."""
        if self.alone or memory.is_out_of_memory(error):
            return ""
        inner = {path for path in self.varied if path[0] != "optimizer"}
        if isinstance(error, Unsupported):
            if not self.pad or "padding" not in str(error):
                return ""
            self.pad, told = False, f"one population for each width: {failure(error)}"
        elif isinstance(error, NotVectorized):
            self.loops = True
            told = "the members of a population take turns: TensorFlow cannot vectorize one of their operations"
        elif inner or self.varied:
            self.fixed |= inner or self.varied
            self.varied -= self.fixed
            names = few(str(path[-1]) for path in sorted(self.fixed, key=str))
            told = f"one population for each value of {names}: the model decides by it in Python"
        elif self.pad and len({tuple(trial_model.shapes) for trial_model in members}) > 1:
            self.pad, told = False, "one population for each width: padded to one width they fail"
        else:
            return ""
        self.changes += 1
        return told


def in_words(trials: int) -> str:
    """So many trials."""
    return f"{trials} trial" + ("s" if trials > 1 else "")


def sizes(widths: Sequence[int]) -> str:
    """The widths of a net's layers in one short text."""
    if len(widths) <= FEW:
        return " x ".join(map(str, widths))
    return f"{min(widths)} to {max(widths)} in {len(widths)} layers"


def failure(error: BaseException) -> str:
    """Why models cannot be trained in a population, in one line."""
    found = cause(error)
    if isinstance(error, Unsupported):
        return found
    return f"as a population they fail ({shorten(found, LONGEST, placeholder=' ...')})"
