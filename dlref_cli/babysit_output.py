"""What `dlref babysit` prints of the state of a run and of its answers."""

import re
from pathlib import Path
from typing import Any

import click

from dlref_cli.babysit_texts import TEXTS
from dlref_cli.engine import Refused


def show_answer(done: dict[str, Any], texts: dict[str, str]) -> None:
    """What came of a command."""
    if not isinstance(done["error"], str):
        raise ValueError("its error must be text")
    if done["error"]:
        raise Refused(_plain(done["error"]))
    for change in done["changes"]:
        values = {"old": show(change["old"]), "new": show(change["new"])}
        echo(texts["changed"].format(name=change["name"], **values, **_place(done)))
    if done["retraced"]:
        echo(texts["retraced"])
    if done["stop"]:
        echo(texts["stopping"].format(**_place(done)))


def show_run(path: Path, state: dict[str, Any], running: bool, language: str) -> None:
    """The state of a run, its last values, the changes so far, and advice."""
    texts = TEXTS[language]
    status = state["status"]
    if status == "running" and not running:
        status = "lost"
    where = {"epochs": state.get("epochs") or "?", "status": texts[status], "run": path}
    echo(texts["state"].format(**where, **_place(state)))
    for title, values in (("epoch", state.get("logs", {})), ("now", _now(state))):
        if values:
            shown = ", ".join(f"{name} {show(value)}" for name, value in values.items())
            echo(f"{texts[title]}: {shown}")
    for change in state["changes"]:
        values = {"old": show(change["old"]), "new": show(change["new"])}
        echo(texts["changed"].format(name=change["name"], **values, **_place(change)))
    for check, reason in state.get("checks", {}).items():
        echo(texts["unchecked"].format(check=check, reason=reason))
    for advice in state["advice"]:
        echo(f"- {advice[language]}")
    if not state["advice"]:
        echo(texts["healthy"])
    if (path / "babysitter.html").exists():
        click.echo(path / "babysitter.html")


def _now(state: dict[str, Any]) -> dict[str, Any]:
    last = state.get("values", {})
    return {name: last[name] for name in ("loss", "learning_rate", "update_ratio") if name in last}


def _place(state: dict[str, Any]) -> dict[str, Any]:
    return {"epoch": state.get("epoch", 0), "step": state.get("step", 0)}


def echo(text: str) -> None:
    """Prints text that may be anybody's."""
    click.echo(_plain(text))


def _plain(text: str) -> str:
    """The text without control characters, which a terminal would obey."""
    return re.sub(r"[\x00-\x08\x0b-\x1f\x7f-\x9f]", "\N{REPLACEMENT CHARACTER}", text)


def show(value: Any) -> str:
    """A value as the terminal has it."""
    if value is None:
        return "none"
    return f"{value:.6g}" if isinstance(value, float) else str(value)
