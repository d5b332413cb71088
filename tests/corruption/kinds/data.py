"""What a sweep is described by and trained on: a .toml file, and tables of numbers."""

import csv
import json
import tomllib
from pathlib import Path
from typing import Any

import numpy as np
import pandas as pd

from dlref.diagnostics import error_analysis
from dlref.tuning.command.inputs import load_data
from dlref.tuning.command.options import Options
from dlref_cli import settings_file
from dlref_cli.sweep import sweep
from tests.corruption.kinds.kind import Kind, command

SWEEP = """\
target = "digits"
trials = 20
epochs = 3
seed = 7
objective = "max:val_accuracy"
subject_to = ["latency_ms<=100"]
search = "coarse-to-fine"
workers = "auto"
directory = "sweeps/digits"
"""
ERRORS = "human = 0.01\ntrain = 0.08\ndev = 0.10\n\n[examples]\ndev = 1000\n"


def make_sweep(folder: Path) -> None:
    (folder / "sweep.toml").write_text(SWEEP)


def read_sweep(folder: Path) -> Any:
    """The options, as a sweep takes them."""
    found = settings_file.read(str(folder / "sweep.toml"), sweep.params)
    Options.make({**found, "storage": None, "quiet": True, "log_json": None})
    return {**found, "directory": Path(found["directory"]).name if "directory" in found else ""}


def sweep_says(folder: Path) -> list[Any]:
    found = _toml(folder / "sweep.toml")
    for name in ("subject_to", "objective"):
        if name in found and not isinstance(found[name], list):
            found[name] = [found[name]]
    directory = Path(found["directory"]).name if "directory" in found else ""
    return [{**found, "directory": directory}]


def make_errors(folder: Path) -> None:
    (folder / "errors.toml").write_text(ERRORS)


def read_errors(folder: Path) -> Any:
    """What `dlref diagnose` says."""
    return command("diagnose", folder / "errors.toml")


def errors_say(folder: Path) -> list[Any]:
    from dlref.diagnostics import bias_variance

    return [bias_variance(**_toml(folder / "errors.toml")).report("en") + "\n"]


def _toml(path: Path) -> dict[str, Any]:
    return tomllib.loads(path.read_text("utf-8"))


def _numbers() -> tuple[np.ndarray, np.ndarray]:
    draw = np.random.default_rng(0)
    return draw.normal(size=(30, 3)).round(3).astype("float32"), draw.integers(0, 3, 30)


def make_npz(folder: Path) -> None:
    x, y = _numbers()
    np.savez(folder / "data.npz", x=x, y=y)


def make_table(folder: Path) -> None:
    x, y = _numbers()
    frame = pd.DataFrame(x, columns=["one", "two", "three"]).assign(species=y)
    frame.to_csv(folder / "data.csv", index=False)
    frame.to_parquet(folder / "data.parquet")


def _reader(name: str) -> Any:
    def read(folder: Path) -> Any:
        target = None if name.endswith(".npz") else "species"
        x, _, x_val, _ = found = load_data(str(folder / name), seed=0, target_column=target)
        whole = [_sum(np.concatenate(pair)) for pair in ((x, x_val), (found.y_train, found.y_val))]
        return [len(x) + len(x_val), *whole]

    return read


def _sum(array: np.ndarray) -> str:
    """The sum, which the order does not change."""
    return f"{np.sort(array.astype('float64').ravel()).sum():.5g}"


def npz_says(folder: Path) -> list[Any]:
    with np.load(folder / "data.npz") as archive:
        return [_stated(archive["x"], archive["y"])]


def csv_says(folder: Path) -> list[Any]:
    """Read as a list of words."""
    with open(folder / "data.csv", newline="", encoding="utf-8-sig") as stream:
        names, *rows = [row for row in csv.reader(stream) if row]
    at = names.index("species")
    table = np.array([[float(cell) for cell in row] for row in rows])
    return [_stated(np.delete(table, at, axis=1).astype("float32"), table[:, at])]


def parquet_says(folder: Path) -> list[Any]:
    from pyarrow import parquet

    table = parquet.read_table(folder / "data.parquet")
    columns = {name: table[name].to_numpy() for name in table.column_names}
    y = columns.pop("species")
    return [_stated(np.stack(list(columns.values()), axis=1).astype("float32"), y)]


def _stated(x: np.ndarray, y: np.ndarray) -> list[Any]:
    return [len(x), _sum(x), _sum(y)]


def make_tags(folder: Path) -> None:
    (folder / "tags.csv").write_text("dog,blurry,dark\n1,0,1\n,x,0\n0,1,1\n1,,\n")


def read_tags(folder: Path) -> Any:
    """The analysis of errors."""
    return str(error_analysis(folder / "tags.csv"))


def tags_say(folder: Path) -> list[Any]:
    with open(folder / "tags.csv", newline="", encoding="utf-8-sig") as stream:
        names, *rows = [row for row in csv.reader(stream) if row]
    columns = {name: [row[i] for row in rows] for i, name in enumerate(names)}
    return [str(error_analysis(columns))]


RECORD: dict[str, Any] = {
    "versions": {"keras": "3.15.1", "dlref": "0.1.0"},
    "backend": "tensorflow",
    "device": "CPU",
    "date": "2026-01-01",
    "results": {
        "optimizers.Adam, float32, eager": {"ulp": 1.5, "verdict": "pass", "exact": False},
        "losses.Dice, float32, eager": {"ulp": 0.0, "verdict": "pass", "exact": True},
    },
}


def make_record(folder: Path) -> None:
    (folder / "record.json").write_text(json.dumps(RECORD))


def read_record(folder: Path) -> Any:
    """What has changed since that record."""
    from dlref.conformance import records

    return records.changes(records.read(str(folder / "record.json")), RECORD)


def record_says(folder: Path) -> list[Any]:
    from dlref.conformance import records

    return [records.changes(json.loads((folder / "record.json").read_text("utf-8")), RECORD)]


KINDS = (
    Kind("sweep.toml", "sweep.toml", "toml", make_sweep, read_sweep, sweep_says),
    Kind("errors.toml", "errors.toml", "toml", make_errors, read_errors, errors_say),
    Kind(".npz data", "data.npz", "npz", make_npz, _reader("data.npz"), npz_says),
    Kind(".csv data", "data.csv", "commas", make_table, _reader("data.csv"), csv_says),
    Kind(
        *(".parquet data", "data.parquet", "parquet"),
        *(make_table, _reader("data.parquet"), parquet_says),
    ),
    Kind("table of tags", "tags.csv", "commas", make_tags, read_tags, tags_say),
    Kind("record of verify", "record.json", "json", make_record, read_record, record_says),
)
