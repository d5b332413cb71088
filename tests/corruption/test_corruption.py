"""Some of the damaged files; `python -m tests.corruption` takes all of them.

They are read in a process of its own, for a reader may hang or crash; what starts it is called here, since a command
would import Keras once more.
"""

import re

import keras
import pytest

from dlref._stored import checked, reading
from tests.corruption.__main__ import main
from tests.corruption.cases import COUNT, Case
from tests.corruption.corruptions import of
from tests.corruption.kinds import KINDS

EVERY = 41  # no divisor of the number of kinds, so that each has its turn
own_process = pytest.mark.skipif(
    keras.backend.backend() == "jax", reason="files are read in the same way on every backend"
)


@own_process
def test_damaged_files_are_named_or_read_right(capsys):
    code = main(["--every", str(EVERY)])
    said = capsys.readouterr().out
    assert code == 0, said
    count = re.search(r"^(\d+) cases, 0 wrong", said, re.M)
    assert count and int(count[1]) == len(range(0, COUNT, EVERY))


@own_process
def test_a_planted_defect_is_caught(capsys):
    """All of them: `python -m tests.corruption --planted all`."""
    code = main(["--planted", "pickles_are_loaded"])
    said = capsys.readouterr().out
    assert code == 0, said
    assert "RAN" in said and "1 of 1 planted defects were caught" in said


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
