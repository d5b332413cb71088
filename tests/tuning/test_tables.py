"""A table of numbers as `--data`: what becomes of its columns, and what is said of those that cannot be used."""

import shutil
from pathlib import Path

import numpy as np
import pandas as pd
import pytest
from click.testing import CliRunner
from sklearn.datasets import load_iris

from dlref.tuning.command.inputs import load_data
from dlref.tuning.command.read_table import read_table
from dlref.tuning.errors import SweepError
from dlref.tuning.trials.load_sweep import load
from dlref.tuning.trials.records import Settings
from dlref_cli import main

FLOWERS = Path(__file__).parents[2] / "examples" / "flowers.py"
FRAME = pd.DataFrame({"length": [1.5, 2.5, 3.5], "petals": [3, 4, 5], "kind": [0, 1, 0]})


def write(frame, file):
    if file.suffix.lower() == ".csv":
        frame.to_csv(file, index=False)
    else:
        frame.to_parquet(file)
    return str(file)


@pytest.mark.parametrize("name", ["data.csv", "data.parquet", "DATA.CSV"])
@pytest.mark.parametrize("target", ["kind", "length"])
def test_one_column_is_the_target_and_the_others_are_features(tmp_path, name, target):
    x, y = read_table(write(FRAME, tmp_path / name), target)
    np.testing.assert_array_equal(x, FRAME.drop(columns=target).to_numpy("float32"))
    np.testing.assert_array_equal(y, FRAME[target])
    assert x.dtype == "float32" and y.dtype == ("int64" if target == "kind" else "float32")


@pytest.mark.parametrize(
    ("values", "expected"),
    [
        (pd.array([1, 2, 3], "Int64"), "int64"),
        (pd.array([1.5, 2, 3], "Float64"), "float32"),
        (pd.array([1, 2, 3], "int8[pyarrow]"), "int64"),
        (np.array([True, False, True]), "int64"),
        (np.array([1, 2, 3], "uint16"), "int64"),
        (np.array([1, 2, 3], "float64"), "float32"),
    ],
)
def test_numbers_of_any_kind(tmp_path, values, expected):
    file = write(FRAME.assign(kind=values), tmp_path / "data.parquet")
    assert read_table(file, "kind")[1].dtype == expected
    np.testing.assert_array_equal(read_table(file, "length")[0][:, 1], np.array(values, "float32"))


@pytest.mark.parametrize(
    ("frame", "target", "message"),
    [
        (FRAME, None, "needs --target COLUMN, the column to predict. Its columns: length, petals, kind."),
        (FRAME, "species", "has no column 'species'. Its columns: length, petals, kind."),
        (FRAME.assign(kind=["a", "b", "a"]), "kind", "column 'kind' must hold numbers. Received: 'a' in row 1"),
        (FRAME.assign(colour=["red", "1", "2"]), "kind", "column 'colour' must hold numbers. Received: 'red'"),
        (FRAME.assign(petals=[3, np.nan, np.nan]), "kind", "'petals' lacks 2 of 3 values, the first in row 2"),
        (FRAME.assign(kind=[0, 1, None]), "kind", "'kind' lacks 1 of 3 values, the first in row 3"),
        (FRAME.assign(length=[1, np.inf, 2]), "kind", "'length' must hold finite numbers. It holds infinity"),
        (FRAME[["kind"]], "kind", "must hold features besides the column 'kind'"),
        (FRAME[:0], "kind", "must hold at least one row"),
        (FRAME.reset_index().rename(columns={"index": ""}), "kind", "column 0 has no name. If it is the row"),
        (pd.DataFrame({f"x{i}": [1] for i in range(9)}), "y", "x0, x1, x2, x3, x4 and 4 more."),
    ],
)  # fmt: skip
def test_what_cannot_be_used_is_explained(tmp_path, frame, target, message):
    file = write(frame, tmp_path / "data.csv")
    with pytest.raises(SweepError) as raised:
        load_data(file, 0, target)
    assert str(raised.value).startswith(file) and message in str(raised.value)


@pytest.mark.parametrize(
    "values",
    [
        pd.to_datetime(["2026-01-01"] * 3),
        pd.Categorical(["a", "b", "a"]),
        pd.array([1, None, 2], "Int64"),
        [[1, 2]] * 3,
        [b"1"] * 3,
    ],
)
def test_what_is_no_number_in_a_parquet_file_is_explained(tmp_path, values):
    file = write(FRAME.assign(petals=values), tmp_path / "data.parquet")
    with pytest.raises(SweepError, match="column 'petals' (must hold numbers|lacks 1 of 3)"):
        load_data(file, 0, "kind")


@pytest.mark.parametrize("name", ["data.csv", "data.parquet"])
@pytest.mark.parametrize("content", [b"", b"PAR1", b"\xff\xfe\x00", b'a,b\n1,2\n3,4,5,6\n"'])
def test_a_damaged_table_is_explained(tmp_path, name, content):
    (tmp_path / name).write_bytes(content)
    with pytest.raises(
        SweepError, match=f"{name} (must be a .csv|must be a .parquet|has no column)"
    ):
        load_data(str(tmp_path / name), 0, "kind")


def test_a_split_is_that_of_the_arrays(tmp_path):
    x, y = np.arange(20.0, dtype="float32").reshape(10, 2), np.arange(10)
    np.savez(tmp_path / "data.npz", x=x, y=y)
    table = write(pd.DataFrame({"a": x[:, 0], "y": y, "b": x[:, 1]}), tmp_path / "data.csv")
    expected = load_data(str(tmp_path / "data.npz"), 3)
    assert load_data(table, 3, "y").digest() == expected.digest()


@pytest.mark.parametrize("missing", ["pandas", "pyarrow"])
def test_what_reads_tables_is_named_where_it_is_not_installed(tmp_path, monkeypatch, missing):
    file = write(FRAME, tmp_path / "data.parquet")
    monkeypatch.setitem(__import__("sys").modules, missing, None)
    with pytest.raises(SweepError, match=r"read by pandas.*: pip install 'dlref\[pandas\]'"):
        load_data(file, 0, "kind")


@pytest.fixture
def run(tmp_path, monkeypatch):
    """Runs `dlref` where the model and a table of the flowers are."""
    shutil.copy(FLOWERS, tmp_path)
    monkeypatch.chdir(tmp_path)
    write(load_iris(as_frame=True).frame, tmp_path / "flowers.csv")
    return lambda *words: CliRunner().invoke(main, ["sweep", *words])


def test_a_sweep_on_a_table_from_its_start_to_its_retest(tmp_path, run):
    (tmp_path / "sweep.toml").write_text(
        'target = "flowers.py:build"\ndata = "flowers.csv"\ntarget_column = "target"\ntrials = 2\nepochs = 2'
    )
    asked = ("flowers.py:build", "--data", "flowers.csv", "--target", "target")
    for words in (asked, ("sweep.toml",)):
        result = run(*words, "--trials", "2", "--epochs", "2", "--directory", words[0][:5])
        assert result.exit_code == 0, result.output
    found = load(tmp_path / "sweep")
    assert isinstance(found.settings, Settings) and found.settings.target_column == "target"
    assert [t.score for t in found.trials] == [t.score for t in load(tmp_path / "flowe").trials]
    assert run("replay", "sweep", "1").exit_code == 0
    assert run("retest", "sweep", "--data", "flowers.csv").exit_code in (0, 3)
    x, y = read_table("flowers.csv", "target")
    np.savez("flowers.npz", x=x, y=y)
    assert run("retest", "sweep", "--data", "flowers.npz").exit_code in (0, 3)


@pytest.mark.parametrize(
    ("words", "message"),
    [
        (("flowers.py:build", "--data", "flowers.npz", "--target", "y"), "leave out --target"),
        (("digits", "--target", "y"), "digits has its own data: leave out --target"),
        (("flowers.py:build", "--target", "y"), "needs --data FILE"),
        (("flowers.py:build", "--data", "flowers.csv"), "needs --target COLUMN"),
    ],
)
def test_words_that_do_not_go_together(tmp_path, run, words, message):
    np.savez(tmp_path / "flowers.npz", x=[[1.0]], y=[1])
    result = run(*words)
    assert result.exit_code == 2 and message in result.output
