"""The directory of a run under a babysitter: its state, its events, what terminals ask and are told."""

import json
from functools import cache
from pathlib import Path
from typing import Any
from unittest import mock

import keras

from dlref.tuning.babysitting.controls import controls
from dlref.tuning.babysitting.page import render, write_page
from dlref.tuning.babysitting.run_directory import RunDirectory
from dlref.tuning.babysitting.terminal_commands import run_command
from dlref.tuning.report.bilingual_text import clean
from tests.corruption.kinds.kind import Kind, command, write_json
from tests.tuning.test_babysitter_page import events

ADVICE = {"key": "too_low", "level": 1, "epoch": 1, "step": 3, "en": "Too low.", "ko": "낮습니다."}
CHANGE = {"name": "learning_rate", "old": 0.1, "new": 0.5, "epoch": 1, "step": 5}
STATE: dict[str, Any] = {
    "language": "en",
    "status": "finished",
    "started": "2026-01-01T00:00:00+00:00",
    "epochs": 2,
    "epoch": 2,
    "step": 20,
    "settable": {"learning_rate": 0.1, "drop.rate": 0.5},
    "logs": {"loss": 0.5, "val_loss": "nan"},
    "values": {"loss": 0.25, "learning_rate": 0.1, "update_ratio": 0.001},
    "changes": [CHANGE],
    "advice": [ADVICE],
    "checks": {"units": "ValueError: no"},
    "host": "elsewhere",
    "pid": 1,
    "updated": 1.0,
}
ANSWER: dict[str, Any] = {
    "error": "",
    "changes": [{"name": "learning_rate", "old": 0.1, "new": 0.5}],
    "retraced": True,
    "stop": False,
    "epoch": 1,
    "step": 5,
}
ASKED, ANSWERED = "run/commands/1-7.json", "run/answers/1-7.json"


def make(folder: Path) -> None:
    run = folder / "run"
    write_json(run / "state.json", STATE)
    (run / "events.jsonl").write_text("".join(f"{json.dumps(each)}\n" for each in events()))
    write_json(folder / ASKED, {"set": {"learning_rate": "0.25"}, "stop": False})
    write_json(run / "commands" / "2-7.json", {"set": {"momentum": "0.5"}})
    write_json(folder / ANSWERED, ANSWER)


def read_state(folder: Path) -> Any:
    """What `dlref babysit RUN` shows, and what can be set."""
    run = folder / "run"
    return (command("babysit", run) + command("babysit", run, "--list")).replace(str(run), "run")


def state_says(folder: Path) -> list[Any]:
    """The same text, of a whole state."""
    stated = json.loads((folder / "run" / "state.json").read_text("utf-8"))
    whole = {**{name: STATE[name] for name in ("settable", "changes", "advice")}, **stated}
    if "language" not in stated:
        whole["language"] = "en"
    write_json(folder / "run" / "state.json", whole)
    return [read_state(folder)]


def read_log(folder: Path) -> Any:
    """The page that is drawn of the events."""
    return write_page(folder / "run").read_text("utf-8").partition("<body>")[2]


def log_says(folder: Path) -> list[Any]:
    """That of the lines that are events."""
    found = []
    for line in (folder / "run" / "events.jsonl").read_bytes().splitlines():
        try:
            found.append(json.loads(line.decode("utf-8")))
        except (ValueError, RecursionError):
            continue
    found = [event for event in found if isinstance(event, dict) and "kind" in event]
    return [render(found, "run").partition("<body>")[2]]


@cache
def _model() -> Any:
    model = keras.Sequential([keras.Input((1,)), keras.layers.Dense(1)])
    model.compile(keras.optimizers.SGD(0.5, momentum=0.9))
    return model


def read_commands(folder: Path) -> Any:
    """What the training does: a command that cannot be read must not keep it from the next."""
    run, model = RunDirectory(folder / "run", overwrite=True), _model()
    taken = controls(model)
    taken["learning_rate"].prepare(0.5)()
    found = {name: run_command(model, taken, content) for name, content in run.commands()}
    first = found.get("1-7")
    other = [change["new"] for change in found["2-7"].changes]
    done = [change["new"] for change in first.changes] if first else []
    return [other, done, bool(first.stop) if first else False]


def commands_say(folder: Path) -> list[Any]:
    """Nothing is done, or what the file says."""
    found = [[[0.5], [], False]]
    try:
        asked = json.loads((folder / ASKED).read_text("utf-8"))
        wanted = [float(asked["set"]["learning_rate"])] if asked.get("set") else []
        found.append([[0.5], wanted, bool(asked.get("stop"))])
    except Exception:  # of this reader
        pass
    return found


def read_answer(folder: Path) -> Any:
    """What the terminal shows of it."""
    with (
        mock.patch("dlref_cli.babysit._is_running", lambda path, state: True),
        mock.patch("time.time_ns", lambda: 1),
        mock.patch("os.getpid", lambda: 7),
    ):
        words = "--set", "learning_rate=0.5", "--timeout", "0.2"
        return command("babysit", folder / "run", *words)


def answer_says(folder: Path) -> list[Any]:
    from dlref_cli.babysit_texts import TEXTS

    done, texts = json.loads((folder / ANSWERED).read_text("utf-8")), TEXTS["en"]
    place = {"epoch": done.get("epoch", 0), "step": done.get("step", 0)}
    lines = [texts["changed"].format(**{**change, **place}) for change in done["changes"]]
    lines += [texts["retraced"]] if done["retraced"] else []
    lines += [texts["stopping"].format(**place)] if done["stop"] else []
    return [clean("".join(f"{line}\n" for line in lines))]


KINDS = (
    Kind("state of a run", "run/state.json", "json", make, read_state, state_says),
    Kind("events of a run", "run/events.jsonl", "json lines", make, read_log, log_says),
    Kind("command to a run", ASKED, "json", make, read_commands, commands_say),
    Kind("answer of a run", ANSWERED, "json", make, read_answer, answer_says),
)
