"""`dlref verify`: every row passes in every precision, compiled too; a broken object fails loudly, and alone."""

import dataclasses
import functools
import json
from pathlib import Path
from typing import Any

import keras
import pytest

from dlref.compiling import Mode, running
from dlref.conformance import records, verify
from dlref.conformance.row import UNITS, Row, error, operations
from dlref.conformance.runs import SETTINGS, check_row
from dlref.conformance.table import ROWS
from dlref.gradients import differentiated
from dlref.tuning.errors import SweepError
from tests.built import built


def name_of(row: Row) -> str:
    return f"{row.name}: {row.mapping}"


every_row = pytest.mark.parametrize("row", ROWS, ids=name_of)


@functools.cache
def failures() -> dict[tuple[str, str, str, str], str]:
    """Of the runs that the build of the site has made."""
    return {
        (row["name"], row["mapping"], run["dtype"], run["mode"]): run["failure"]
        for row in built("verify.json", "rows")
        for run in row["runs"]
    }


def failure(row: Row, dtype: str, mode: Mode) -> str:
    if failures():
        return failures()[row.name, row.mapping, dtype, mode]
    return check_row(row, dtype, mode).failure


def usual_mode(row: Row, dtype: str) -> Mode:
    """On JAX compiled, as Keras trains there: otherwise each operation is a program of its own, for each precision."""
    is_compiled = (
        keras.backend.backend() == "jax" and dtype != "float32" and "compiled" in row.modes
    )
    return "compiled" if is_compiled else "eager"


@every_row
@pytest.mark.parametrize("dtype", UNITS)
def test_row(row: Row, dtype: str) -> None:
    if dtype in row.dtypes:
        assert not failure(row, dtype, usual_mode(row, dtype))


@pytest.mark.parametrize("row", [row for row in ROWS if "compiled" in row.modes], ids=name_of)
def test_compiled_row(row: Row) -> None:
    assert not failure(row, "float32" if "float32" in row.dtypes else row.dtypes[0], "compiled")


@pytest.mark.parametrize("name", dict.fromkeys(row.name for row in ROWS))
def test_the_bound_comes_from_the_operations(name: str) -> None:
    row = next(row for row in ROWS if row.name == name)
    assert operations(name) >= 3
    units = (row.allowed("float64") - row.apart) / UNITS["float64"]
    if not row.computes:
        assert 20 < units < 200


@pytest.mark.parametrize(("mode", "runs"), [("eager", 2), ("compiled", 1)])
def test_compiled_is_compiled(mode: Mode, runs: int) -> None:
    """Python runs a program's function once, however often the program runs."""
    seen = []

    def twice(inputs: Any, rest: Any) -> Any:
        seen.append(inputs)
        return 2 * inputs[0]

    with running(mode):
        run = differentiated(twice)
        for z in (3.0, 4.0):
            assert [float(array[0]) for array in run([[z]], [1.0])] == [2 * z, 2.0]
    assert len(seen) == runs


@every_row
def test_row_is_complete(row: Row) -> None:
    assert row.source and row.builtin
    assert (row.relation == "differs") == (row.unmapped is not None)
    if row.unmapped or row.computes or row.apart:
        assert row.sentence or row.mapping, "what differs must be said"


def _broken(*args: Any) -> Any:
    raise KeyError("nothing here")


SGD = next(row for row in ROWS if row.name == "optimizers.SGD")
BROKEN = {
    "another value": (
        dataclasses.replace(SGD, mapped=lambda: verify.keras.optimizers.SGD(0.5)),
        "error",
    ),
    "an exception": (dataclasses.replace(SGD, ours=_broken), "KeyError"),
    "no difference": (dataclasses.replace(SGD, unmapped=SGD.mapped), "does not differ"),
    "a probe that sees nothing": (dataclasses.replace(SGD, probe=lambda optimizer: {}), "error"),
}


@pytest.mark.parametrize("reason", BROKEN)
def test_a_broken_row_fails_alone(
    reason: str, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    row, failure = BROKEN[reason]
    monkeypatch.setattr(verify, "ROWS", [row, ROWS[0]])
    assert verify.main(as_json=True) == 1
    broken, sound = json.loads(capsys.readouterr().out)["rows"]
    assert broken["verdict"] == "FAIL" and failure in broken["failure"]
    assert sound["verdict"] == "pass"
    assert verify.main() == 1 and "1 failed" in capsys.readouterr().out


def test_only_one_name(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(only="adam", as_json=True) == 0
    report = json.loads(capsys.readouterr().out)
    assert [row["name"] for row in report["rows"]] == ["optimizers.Adam"]
    assert report["versions"]["keras"] and report["backend"] and report["device"]


def test_an_unknown_name_is_an_error(capsys: pytest.CaptureFixture[str]) -> None:
    assert verify.main(only="adamant") == 1
    assert "optimizers.Adam" in capsys.readouterr().out


@pytest.mark.parametrize(
    ("actual", "expected"),
    [
        ({"a": [1.0, float("nan")]}, {"a": [1.0, 2.0]}),
        ({"a": [1.0]}, {"a": [1.0, 1.0]}),
        ({}, {}),
        ({"a": [1.0], "b": [2.0]}, {"a": [1.0]}),
    ],
)
def test_what_cannot_be_compared_is_infinitely_wrong(actual: Any, expected: Any) -> None:
    assert error(actual, expected) == float("inf")


def test_a_record_is_compared_with_a_later_run(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    relu = next(row for row in ROWS if row.name == "activations.relu")
    monkeypatch.setattr(verify, "ROWS", [SGD, relu])
    assert verify.main(record=str(tmp_path)) == 0
    (file,) = tmp_path.glob("*.json")
    earlier = json.loads(file.read_text("utf-8"))
    assert len(earlier["results"]) == 2 * len(SETTINGS)
    earlier["versions"] |= {"keras": "3.0.0", "torch": "1.0"}
    earlier["results"]["gone"] = {"ulp": 0.0, "verdict": "pass"}
    name = "activations.relu, float32, eager"
    earlier["results"][name] = {"ulp": 9.0, "verdict": "FAIL"}
    file.write_text(json.dumps(earlier), "utf-8")
    capsys.readouterr()

    wrong = dataclasses.replace(SGD, ours=_broken)
    monkeypatch.setattr(verify, "ROWS", [wrong, relu])
    assert verify.main(since=str(file)) == 1
    lines = capsys.readouterr().out.splitlines()
    assert f"  keras: 3.0.0 → {verify.environment()['versions']['keras']}" in lines
    assert "  torch: 1.0 → absent" in lines
    assert "  absent now: gone" in lines
    assert f"  {name}: FAIL, 9 ulp → pass, 0 ulp" in lines
    assert "  optimizers.SGD, float64, eager: pass, 0 ulp → FAIL, inf ulp" in lines
    assert lines[-1].startswith(f"  {len(SETTINGS) - 1} of {2 * len(SETTINGS)} ")


@pytest.mark.parametrize("text", ["", "{}", "[1]", "3", '{"results": {}}'])
def test_what_is_no_record(tmp_path: Path, text: str) -> None:
    file = tmp_path / "record.json"
    file.write_text(text)
    with pytest.raises(SweepError, match="record"):
        records.read(str(file))
    with pytest.raises(SweepError, match="cannot be read"):
        records.read(str(tmp_path / "none.json"))
