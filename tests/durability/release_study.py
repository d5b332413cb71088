"""Makes the small study that a release leaves to the next ones: `python -m tests.durability.release_study`.

Run before the tag: the sweep of `tests.durability` is killed while its first population trains, after one trial of it
has ended. What is left is kept in tests/data/VERSION: the database with its log, a checkpoint, weights; beside it the
data and the same sweep undisturbed.
"""

import os
import tempfile
from importlib.metadata import version
from pathlib import Path
from shutil import copytree, ignore_patterns

from tests.durability import sweep
from tests.durability.steps import Fault
from tests.processes import ROOT

DATA = ROOT / "tests" / "data"


def main() -> None:
    goal = DATA / version("dlref")
    with tempfile.TemporaryDirectory() as folder:
        os.chdir(folder)  # the study knows files by their names alone, not where they were
        (Path("model.py")).write_bytes(sweep.MODEL.read_bytes())
        sweep.MODEL = Path("model.py")
        sweep.prepare(Path())
        whole = sweep.run(Path("whole"), Fault())
        ended = [number for number, kind, _ in whole.steps if kind == "weights"]
        second = ended[3]  # a folder, two steps of the first trial's, one of the second's
        killed = sweep.run(Path("study"), Fault("kill-before", second))
        assert killed.code == -9, killed.said
        left = ignore_patterns("warm", "report.html", "*.steps", "*.output", "*-shm")
        copytree(folder, goal, ignore=left)
        for empty in [
            path for path in goal.rglob("*") if path.is_dir() and not any(path.iterdir())
        ]:
            (empty / ".gitkeep").touch()
    print(f"{goal.relative_to(ROOT)}: killed before step {second} of {len(whole.steps)}")


if __name__ == "__main__":
    main()
