"""Timing in alternation, A B A B ..., and what the pairs come to."""

import gc
import json
import math
import os
import statistics
import subprocess
import sys
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any

ROOT = Path(__file__).parent.parent


@dataclass(frozen=True, kw_only=True)
class Effort:
    """How much a measurement may take.

    Args:
        pairs: how many pairs at most; never fewer than 5.
        sample: how long one sample should last, in seconds: as many steps in one call as fill it.
        seconds: about how long all pairs of one case may last.
        processes: how many pairs of fresh processes.
    """

    pairs: int
    sample: float
    seconds: float
    processes: int


FULL = Effort(pairs=51, sample=0.01, seconds=1.2, processes=7)
QUICK = Effort(pairs=7, sample=0.002, seconds=0.1, processes=3)


@dataclass(frozen=True, kw_only=True)
class Result:
    """What a case came to.

    Args:
        name: the case.
        builtin: what it was compared with.
        backend: the backend of Keras; "" where there is none.
        device: what it ran on.
        jit_compile: whether XLA compiled it; None where there is nothing to compile.
        quantity: what is measured: "ratio", ours to the built-in; "difference", ours minus the built-in, in seconds;
            "seconds".
        goal: the largest value wanted; None for a control.
        value: the median over the pairs.
        low: the lower end of the median's interval of 95 % confidence.
        high: its upper end.
        ours: the median of our seconds, per step.
        theirs: the median of the built-in's.
        pairs: how many pairs there were.
        steps: how many steps one sample had.
    """

    name: str
    builtin: str
    backend: str
    device: str = ""
    jit_compile: bool | None
    quantity: str
    goal: float | None
    value: float
    low: float
    high: float
    ours: float
    theirs: float | None
    pairs: int
    steps: int = 1

    @property
    def verdict(self) -> str:
        """ "over" the goal, "over?" if the interval reaches below it, else "". A control is "off" if far from 1."""
        if self.goal is None:
            return "off" if abs(self.value - 1) > 0.02 and not self.low <= 1 <= self.high else ""
        return "" if self.value <= self.goal else "over" if self.low > self.goal else "over?"

    def as_dict(self) -> dict[str, Any]:
        """The result as it is kept."""
        return asdict(self) | {"verdict": self.verdict}


def compare(
    ours: Callable[[int], None], theirs: Callable[[int], None], effort: Effort
) -> dict[str, Any]:
    """Times two functions of a number of steps in turn; returns the fields of a `Result` that are measured."""
    ours(1)
    steps = _steps(theirs, effort.sample)
    pair = seconds(ours, steps) + seconds(theirs, steps)
    pairs = max(5, min(effort.pairs, int(effort.seconds / pair)))
    gc.collect()
    gc.disable()
    try:
        samples = [(seconds(ours, steps), seconds(theirs, steps)) for _ in range(pairs)]
    finally:
        gc.enable()
    per_step = [[sample / steps for sample in column] for column in zip(*samples, strict=True)]
    return summary([a / b for a, b in samples], *per_step) | {"quantity": "ratio", "steps": steps}


def summary(
    values: Sequence[float], ours: Sequence[float], theirs: Sequence[float] | None = None
) -> dict[str, Any]:
    """The median of `values`, and an interval that holds the true median in 95 of 100 runs.

    The interval is the one between order statistics, of the sign test: it supposes nothing about how the noise is
    distributed, only that the pairs are independent.
    """
    ordered, n = sorted(values), len(values)
    rank = max(1, math.floor((n - 1.96 * math.sqrt(n)) / 2))
    return {
        "value": statistics.median(ordered),
        "low": ordered[rank - 1],
        "high": ordered[n - rank],
        "ours": statistics.median(ours),
        "theirs": statistics.median(theirs) if theirs else None,
        "pairs": n,
    }


def matches(name: str, wanted: Sequence[str]) -> bool:
    """Whether `name` contains one of the texts, or none is wanted in particular."""
    return not wanted or any(text.lower() in name.lower() for text in wanted)


def seconds(run: Callable[..., Any], *args: Any) -> float:
    """How long `run(*args)` takes."""
    start = time.perf_counter()
    run(*args)
    return time.perf_counter() - start


def in_a_process(module: str, backend: str, request: dict[str, Any]) -> dict[str, Any]:
    """What `python -m module REQUEST` prints last, in a process of its own, for a process has one backend.

    Raises:
        RuntimeError: if it fails, with what it wrote.
    """
    command = [sys.executable, "-m", module, json.dumps(request)]
    environment = {
        **os.environ,
        "KERAS_BACKEND": backend,
        "TF_CPP_MIN_LOG_LEVEL": "3",
        "DLREF_NO_CACHE": "1",  # each search is measured as the first one over its models
    }
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise RuntimeError(f"{module} on {backend} ended with {done.returncode}:\n{done.stderr}")
    return json.loads(done.stdout.splitlines()[-1])


def _steps(run: Callable[[int], None], sample: float) -> int:
    """How many steps last about `sample` seconds."""
    steps = 1
    run(steps)
    while (lasted := min(seconds(run, steps) for _ in range(3))) < sample / 2:
        steps *= 2
    return max(1, round(steps * sample / lasted))
