"""Points: one fault at one step, and the sweep gone on with after it."""

import shutil
from collections import defaultdict
from collections.abc import Callable, Iterable, Iterator
from contextlib import ExitStack
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from dlref.tuning.errors import SweepError
from dlref.tuning.trials.records import UNFINISHED
from tests.durability import sweep
from tests.durability.checks import WRONG, Whole, compare, read
from tests.durability.databases import LOST, SERVER_FAULTS, postgresql
from tests.durability.steps import ERRORS, KILLS, Fault

FAULTS = {
    "sqlite": [*KILLS, *ERRORS],
    "postgresql": [*KILLS, *ERRORS, *SERVER_FAULTS, LOST],
}
STORAGES = tuple(FAULTS)
MOST = 10_000  # steps; a sweep has a hundred


@dataclass(frozen=True)
class Point:
    """What one fault at one step did.

    Attributes:
        search: "random" or "pbt".
        storage: "sqlite" or "postgresql".
        fault: which.
        step: its number.
        kind: of the step, such as "claim".
        what: the step itself, such as "os.rename sweep.json".
        wrong: what was wrong in the end, by the column of the table.
        cpu: seconds, of the run that failed and of those that went on.
    """

    search: str
    storage: str
    fault: str
    step: int
    kind: str
    what: str
    wrong: dict[str, str] = field(default_factory=dict)
    cpu: float = 0.0

    def __str__(self) -> str:
        said = "; ".join(f"{column.upper()}: {text}" for column, text in self.wrong.items())
        name = f"--search {self.search} --storage {self.storage} --fault {self.fault} --step {self.step}"
        return f"{name}  [{self.kind}: {self.what}] {self.cpu:.1f} s  {said or 'ok'}"


class Points:
    """Runs points in a folder; a context, which has a server where the storage needs one.

    Args:
        folder: an empty one.
        storage: "sqlite" or "postgresql".
        defect: changes the library in the run that fails and in those that go on. Defaults to `None`.
        search: one of `sweep.SEARCHES`. Defaults to `"random"`.
    """

    def __init__(
        self,
        folder: Path,
        storage: str = "sqlite",
        defect: Callable[[], None] | None = None,
        search: str = "random",
    ) -> None:
        self.folder, self.storage, self.defect = folder / f"{storage}-{search}", storage, defect
        self.search = search
        self._server: Any = None
        self._stack = ExitStack()

    def __enter__(self) -> "Points":
        self.folder.mkdir()
        if self.storage == "postgresql":
            self._server = self._stack.enter_context(postgresql())
        sweep.prepare(self.folder)
        whole = self.folder / "whole"
        url = self._url("whole")
        ended = sweep.run(whole, Fault(), url, search=self.search)
        if ended.code != 0:
            raise RuntimeError(f"the undisturbed sweep ended with {ended.code}: {ended.said}")
        self.steps, self.whole = ended.steps, Whole(whole, read(whole, url))
        return self

    def __exit__(self, *error: object) -> None:
        self._stack.close()
        shutil.rmtree(self.folder)

    def _url(self, name: str) -> str | None:
        """Of an empty database on the server, if there is one."""
        name = name.replace("-", "_")
        return self._server.new_database(name) if self._server else None

    def run(self, fault: str, steps: Iterable[int]) -> Iterator[Point]:
        """The points of a fault at these steps, until a run ends by itself.

        Those of a server come with commits alone.
        """
        commits = {number for number, _, what in self.steps if what == "commit"}
        for step in steps:
            if fault in (*SERVER_FAULTS, LOST) and step not in commits and step <= len(self.steps):
                continue
            point = self._try(Fault(fault, step))
            if point is None:
                return
            yield point

    def _try(self, fault: Fault) -> Point | None:
        """One point; None if the sweep has fewer steps."""
        directory = self.folder / f"{fault.kind}-{fault.step}"
        url = self._url(directory.name)
        first = sweep.run(directory, fault, url, self._server, self.defect, self.search)
        if first.code is not None and len(first.steps) < fault.step:
            return None
        cpu = first.cpu
        try:
            ended = [trial for trial in read(directory, url) if trial.status not in UNFINISHED]
            again = sweep.run(directory, Fault(), url, defect=self.defect, search=self.search)
            cpu += again.cpu
            wrong = compare(self.whole, read(directory, url), directory, ended, url).wrong
            if first.code is None:
                wrong["stuck"] = f"the first run took too long; it was at {first.said}"
            if again.code != 0:
                last = (again.said.strip().splitlines() or ["nothing"])[-1]
                wrong["stuck"] = f"going on ended with {again.code}, and said {last}"
        except SweepError as error:
            wrong = {"stuck": str(error)}
        _, kind, what = first.steps[min(fault.step, len(first.steps)) - 1]
        shutil.rmtree(directory, ignore_errors=True)  # a kill may have come before there was one
        return Point(self.search, self.storage, fault.kind, fault.step, kind, what, wrong, cpu)


def table(points: list[Point]) -> list[dict[str, Any]]:
    """How many points were tried, and how many went wrong in which way, by storage, fault and kind of step."""
    rows: dict[tuple[str, str, str], dict[str, int]] = defaultdict(
        lambda: dict.fromkeys(("tried", *WRONG), 0)
    )
    for point in points:
        row = rows[point.storage, point.fault, point.kind]
        row["tried"] += 1
        for column in point.wrong:
            row[column] += 1
    return [
        {"storage": storage, "fault": fault, "kind": kind, **counts}
        for (storage, fault, kind), counts in rows.items()
    ]
