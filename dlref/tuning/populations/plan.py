"""How models of one structure are trained: as few populations as possible, and fall-backs where a model forbids it.

What a structure does not allow is found by trying, and remembered: a scalar that decides in Python how a layer
computes has to be equal within a population; a layer that padding changes means one width to a population; an
operation that TensorFlow cannot vectorize makes the members take turns within the program. What then still fails is
left to `fit`.
"""

from dataclasses import dataclass, field

from dlref.tuning.populations import memory
from dlref.tuning.populations.anatomy import Path
from dlref.tuning.populations.noise import Unsupported
from dlref.tuning.populations.specimen import Specimen

NOT_VECTORIZED = ("pfor", "loop invariant")  # in TensorFlow's words


@dataclass
class Plan:
    """How models of one structure are trained, as far as is known by now."""

    varied: set[Path] = field(default_factory=set)
    fixed: set[Path] = field(default_factory=set)
    pad: bool = True
    loops: bool = False
    alone: str = ""  # why each has to be trained alone
    changes: int = 0  # how often it has changed

    def fall_back(self, members: list[Specimen], error: Exception) -> str:
        """Changes the plan by what the error says; returns what is told of it, "" if nothing is left to try."""
        if self.alone or memory.is_out_of_memory(error):
            return ""
        inner = {path for path in self.varied if path[0] != "optimizer"}
        if isinstance(error, Unsupported):
            if not self.pad or "padding" not in str(error):
                return ""
            self.pad, told = False, "one population for each width"
        elif not self.loops and any(text in str(error) for text in NOT_VECTORIZED):
            self.loops, told = True, "the members of a population take turns"
        elif inner or self.varied:
            self.fixed |= inner or self.varied
            self.varied -= self.fixed
            names = ", ".join(str(path[-1]) for path in sorted(self.fixed, key=str))
            told = f"one population for each value of {names}"
        elif self.pad and len({tuple(s.shapes) for s in members}) > 1:
            self.pad, told = False, "one population for each width"
        else:
            return ""
        self.changes += 1
        return f"{told}: {one_line(error)}"


def one_line(error: BaseException) -> str:
    """Its type and the first line of what it says."""
    lines = [line.strip() for line in str(error).splitlines() if line.strip()]
    return f"{type(error).__name__}: {lines[0] if lines else ''}"[:200]
