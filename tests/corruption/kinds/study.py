"""What the directory of a sweep holds of its study: the database, the settings, the log of the commands."""

import contextlib
import json
import sqlite3
from dataclasses import asdict
from pathlib import Path
from typing import Any

from dlref.tuning.command.export_csv import to_csv
from dlref.tuning.command.status import progress_state
from dlref.tuning.report.page import render
from dlref.tuning.samplers.one_minus import shown
from dlref.tuning.trials.load_sweep import load
from dlref.tuning.trials.make_record import STATUS
from tests.corruption.kinds.kind import Kind, command
from tests.tuning import reports
from tests.tuning.studies import failed, finished, lecture_space
from tests.tuning.studies import make as make_study

STATES = {state.name: status for state, status in STATUS.items()}
KEPT = ("trials", "trial_user_attributes", "trial_values")
FIELDS = ("curves", "metrics", "best_epoch", "seconds", "population")


def make(folder: Path) -> None:
    """A sweep of a dozen trials, the same to the last bit every time but for the versions."""
    study = make_study(folder, hyperparameters=lecture_space(), max_trials=40)
    trials = study.claim(12)
    results = [finished(number, 0.1 * (number + 1), seconds=0.5) for number in range(10)]
    study.finish([*results, failed(10), failed(11, "diverged: loss was nan", "diverged")])
    space = study._config()
    study.close()
    assert len(trials) == 12
    directory = folder / "study"
    with contextlib.closing(sqlite3.connect(directory / "study.sqlite3")) as connection:
        connection.execute("UPDATE trials SET datetime_start = '2026-01-01 00:00:00.000000'")
        connection.execute("UPDATE trials SET datetime_complete = datetime_start")
        worker = json.dumps({"name": "worker"})
        connection.execute(
            "UPDATE trial_user_attributes SET value_json = ? WHERE key = 'worker'", (worker,)
        )
        connection.commit()
        connection.execute("PRAGMA wal_checkpoint(TRUNCATE)")
        connection.execute("VACUUM")
    words = {"objective": "min:val_loss", "directory": str(directory), "trials": 40}
    reports.make([], space=space, **words).settings.save()
    (directory / "commands.jsonl").write_text("[6, 1.5]\n[6, 2.25]\n")


def read(folder: Path) -> Any:
    """The trials; and all that is made of them must be possible, too."""
    sweep = load(folder / "study")
    for use in (render, to_csv, progress_state):
        use(sweep)
    return [
        [t.number, t.status, t.scores, t.values, *(getattr(t, name) for name in FIELDS), t.reason]
        for t in sweep.trials
    ]


def says(folder: Path) -> list[Any]:
    """The same, read with the standard library alone. No byte at all is a database without trials."""
    if not (folder / "study" / "study.sqlite3").read_bytes():
        return [[]]
    with contextlib.closing(sqlite3.connect(folder / "study" / "study.sqlite3")) as connection:
        found = []
        order = "SELECT trial_id, number, state FROM trials ORDER BY number, trial_id"
        for trial, number, state in connection.execute(order).fetchall():
            rows = connection.execute(
                "SELECT key, value_json FROM trial_user_attributes WHERE trial_id = ?", (trial,)
            )
            attrs = {key: json.loads(text) for key, text in rows}
            query = "SELECT value FROM trial_values WHERE trial_id = ? ORDER BY objective"
            scores = [value for (value,) in connection.execute(query, (trial,))]
            found.append(_stated(number, STATES[state], scores, attrs))
        return [found]


def _stated(number: int, status: str, scores: list[Any], attrs: dict[str, Any]) -> list[Any]:
    ended = status not in ("running", "waiting")
    status = attrs.get("status", status) if ended else status
    defaults = ({}, {}, None, 0.0, "")
    fields = [attrs.get(name, default) for name, default in zip(FIELDS, defaults, strict=True)]
    parts = [attrs.get("reason", ""), attrs.get("traceback", "")]
    reason = "\n\n".join(filter(None, parts)).partition("\n")[0] if ended else ""
    scores = scores if status == "finished" else []
    values = dict(shown(*item) for item in (attrs.get("values") or {}).items())
    return [number, status, scores, values, *fields, reason]


def go_on(folder: Path) -> Any:
    """A worker takes a trial and records it: whether the others stay, and its number is a new one."""
    before: set[str] = set()
    with contextlib.suppress(sqlite3.Error):
        before = _rows(folder)
    study = make_study(folder, hyperparameters=lecture_space(), max_trials=40)
    try:
        trials = study.claim(1)
        study.finish([finished(int(trial.trial_id)) for trial in trials])
    finally:
        study.close()
    return {"kept": before <= _rows(folder), "recorded": len(trials)}


def _rows(folder: Path) -> set[str]:
    """The rows of the trials that have ended."""
    with contextlib.closing(sqlite3.connect(folder / "study" / "study.sqlite3")) as connection:
        ended = [
            row
            for (row,) in connection.execute(
                "SELECT trial_id FROM trials WHERE state NOT IN ('RUNNING', 'WAITING')"
            )
        ]
        return {
            repr(row)
            for table in KEPT
            for row in connection.execute(f"SELECT * FROM {table}")
            if row[0] in ended or (table != "trials" and row[1] in ended)
        }


def read_settings(folder: Path) -> Any:
    """The settings, and the report's last lines, which repeat the command."""
    sweep = load(folder / "study")
    render(sweep)
    return {**asdict(sweep.settings), "directory": ""}


def settings_say(folder: Path) -> list[Any]:
    stated = json.loads((folder / "study" / "sweep.json").read_text("utf-8"))
    sound = asdict(reports.make([]).settings)
    found = {name: stated.get(name, sound[name]) for name in sound} | {"directory": ""}
    found["objectives"] = stated.get("objectives") or [found["objective"]]
    return [found]


def read_commands(folder: Path) -> Any:
    """The lines."""
    sweep = load(folder / "study")
    render(sweep)
    return list(sweep.commands)


def commands_say(folder: Path) -> list[Any]:
    found = []
    for line in (folder / "study" / "commands.jsonl").read_bytes().splitlines():
        with contextlib.suppress(ValueError, RecursionError):
            match json.loads(line):
                case [int(trials), int(seconds) | float(seconds)] if abs(seconds) < 2**1023:
                    found += [] if bool in (type(trials), type(seconds)) else [[trials, seconds]]
    return [found]


def read_report(folder: Path) -> Any:
    """What `dlref report` says."""
    return command("report", folder / "study").count("report.html")


DATABASE = "study/study.sqlite3"
KINDS = (
    Kind("study", DATABASE, "database", make, read, says),
    Kind("study, going on", DATABASE, "database", make, go_on),
    Kind("study, its report", DATABASE, "database", make, read_report, lambda folder: [1]),
    Kind("settings of a sweep", "study/sweep.json", "json", make, read_settings, settings_say),
    Kind(
        *("log of the commands", "study/commands.jsonl", "json lines"),
        *(make, read_commands, commands_say),
    ),
)
