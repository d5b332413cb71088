"""Whether a sweep that was disturbed, and gone on with, is the one that nothing disturbed."""

import math
import re
import sqlite3
from collections import Counter
from contextlib import closing
from dataclasses import dataclass, field
from pathlib import Path

from dlref.tuning.trials.load_sweep import load
from dlref.tuning.trials.records import UNFINISHED, Trial

WRONG = ("lost", "twice", "stuck", "left", "differing")
SAID = "commands.jsonl"  # what each command says at its end; one that was killed says nothing
NEARLY = 1e-5  # relative: a population of another size adds up in another order


@dataclass
class Verdict:
    """What is wrong, in words, by the column of the table; nothing is best."""

    wrong: dict[str, str] = field(default_factory=dict)

    def say(self, column: str, text: str) -> None:
        self.wrong[column] = "; ".join(filter(None, [self.wrong.get(column, ""), text]))


def read(directory: Path, storage: str | None) -> list[Trial]:
    """The trials there are: none where not even a study is."""
    found = (directory / "sweep.json").exists() or (directory / "study.sqlite3").exists()
    return load(directory, storage=storage).trials if found else []


@dataclass(frozen=True)
class Whole:
    """The undisturbed sweep: its directory and its trials."""

    directory: Path
    trials: list[Trial]


def compare(
    whole: Whole, trials: list[Trial], directory: Path, ended: list[Trial], storage: str | None
) -> Verdict:
    """Compares a sweep that was gone on with to the undisturbed one.

    Args:
        whole: the undisturbed one.
        trials: of the other.
        directory: of the other.
        ended: its trials that had ended before it was gone on with.
        storage: the URL of a server, or None for a file in the directory.
    """
    verdict = Verdict()
    expected = {trial.number: trial for trial in whole.trials}
    found = {trial.number: trial for trial in trials}
    if missing := sorted(expected.keys() - found.keys()):
        verdict.say("lost", f"trials {missing}")
    if again := [n for n, times in Counter(trial.number for trial in trials).items() if times > 1]:
        verdict.say("twice", f"trials {again}")
    if more := sorted(found.keys() - expected.keys()):
        verdict.say("twice", f"there are trials {more} besides")
    for before in ended:
        if before != found.get(before.number):
            verdict.say("twice", f"trial {before.number} had ended, and its record has changed")
    for number in sorted(expected.keys() & found.keys()):
        _compare_trials(expected[number], found[number], verdict)
    _look_for_leftovers(whole.directory, directory, trials, verdict)
    if storage is None:
        with closing(sqlite3.connect(directory / "study.sqlite3")) as connection:
            (said,) = connection.execute("PRAGMA integrity_check").fetchone()
        if said != "ok":
            verdict.say("lost", f"the database: {said}")
    return verdict


def _compare_trials(expected: Trial, found: Trial, verdict: Verdict) -> None:
    name = f"trial {found.number}"
    if found.status in UNFINISHED:
        verdict.say("stuck", f"{name} is {found.status}")
        return
    if found.raw != expected.raw:
        verdict.say("differing", f"{name} has other values")
    if found.lineage != expected.lineage:
        verdict.say("differing", f"{name} took over {found.lineage}, not {expected.lineage}")
    if found.status != expected.status:
        verdict.say("differing", f"{name} is {found.status} ({found.reason})")
        return
    for metric in ("loss", "val_loss"):
        curves = expected.curves[metric], found.curves.get(metric, [])
        if len(curves[0]) != len(curves[1]) or not all(map(_close, *curves)):
            verdict.say("differing", f"{metric} of {name}: {curves[1]}, not {curves[0]}")
    if not _close(expected.score or math.nan, found.score or math.nan):
        verdict.say("differing", f"{name} scores {found.score}, not {expected.score}")
    if bool(found.population) != bool(expected.population):
        verdict.say("differing", f"{name} was trained in {found.population or 'no population'!r}")
    if found.population and not re.fullmatch(r"\d+ \(\d+ trials?\)", found.population):
        verdict.say("differing", f"{name} does not say how large its population was")


def _close(one: float, other: float) -> bool:
    return math.isclose(one, other, rel_tol=NEARLY)


def _look_for_leftovers(
    whole: Path, directory: Path, trials: list[Trial], verdict: Verdict
) -> None:
    weights = {trial.weights.partition(":")[0] for trial in trials if trial.weights}
    for name in sorted(weights):
        if not (directory / name).is_file():
            verdict.say("lost", f"{name}, which a trial names")
    there = {str(path.relative_to(directory)) for path in directory.rglob("*")}
    usual = {str(path.relative_to(whole)) for path in whole.rglob("*")}
    usual = {name for name in usual if not name.startswith("weights/")} | weights
    if left := sorted(there - usual):
        verdict.say("left", ", ".join(left))
    if gone := sorted(usual - there - {SAID}):
        verdict.say("lost", ", ".join(gone))
