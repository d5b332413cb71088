"""Some of the damaged files; `python -m tests.corruption` takes all of them.

In a process of their own, for a reader may hang or crash.
"""

import re
import subprocess
import sys

import keras
import pytest

from dlref._stored import checked, reading
from tests.corruption.cases import COUNT, Case
from tests.corruption.corruptions import of
from tests.corruption.kinds import KINDS
from tests.processes import ENVIRONMENT, ROOT

EVERY = 41  # no divisor of the number of kinds, so that each has its turn
own_process = pytest.mark.skipif(
    keras.backend.backend() == "jax", reason="files are read in the same way on every backend"
)


def run(*words):
    command = [sys.executable, "-m", "tests.corruption", *words]
    return subprocess.run(command, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True)


@own_process
def test_damaged_files_are_named_or_read_right():
    done = run("--every", str(EVERY))
    assert done.returncode == 0, done.stdout + done.stderr
    count = re.search(r"^(\d+) cases, 0 wrong", done.stdout, re.M)
    assert count and int(count[1]) == len(range(0, COUNT, EVERY))


@own_process
def test_a_planted_defect_is_caught():
    """All of them: `python -m tests.corruption --planted all`."""
    done = run("--planted", "pickles_are_loaded")
    assert done.returncode == 0, done.stdout + done.stderr
    assert "RAN" in done.stdout and "1 of 1 planted defects were caught" in done.stdout


def test_each_kind_meets_each_corruption():
    met = {(case.kind, case.corruption) for case in map(Case.of, range(COUNT))}
    assert met == {(kind.name, name) for kind in KINDS.values() for name in of(kind.form)}
    few = {Case.of(number).kind for number in range(0, COUNT, EVERY)}
    assert few == set(KINDS)


def test_an_error_says_what_was_wrong(tmp_path):
    with pytest.raises(ValueError, match=r"a directory\.$"), reading(tmp_path, "a table"):
        raise AssertionError("it is not even opened")
    path = tmp_path / "table.csv"
    path.write_bytes(b"\xff")
    with pytest.raises(
        ValueError, match=r"table\.csv must be a table\. Received: UnicodeDecodeError: "
    ):
        with reading(path, "a table"):
            path.read_text("utf-8")
    with pytest.raises(FileNotFoundError), reading(path, "a table"):
        (tmp_path / "nothing").read_text()


@pytest.mark.parametrize(
    ("value", "hint"),
    [
        (True, int),
        (1.5, int),
        (10**400, float),
        ("1", float),
        ([1, "a"], list[int]),
        ({"a": None}, dict[str, float]),
        (None, int | str),
    ],
)
def test_other_types_are_refused(value, hint):
    with pytest.raises(ValueError, match="key must be .*Received: "):
        checked({"key": value}, {"key": hint})
    assert checked({"key": 1}, {"key": float | None}) == {"key": 1}
