"""`dlref babysit RUN`: looks at a run under `dlref.tuning.Babysitter`, and tells it what to do.

It reads and writes the files of the run, which `dlref/tuning/babysitting/run_directory.py` describes, and imports no
Keras, so that it answers at once beside a training that needs the whole machine.
"""

import json
import os
import socket
import time
from pathlib import Path
from typing import Any

import click

from dlref_cli.babysit_output import echo, show, show_answer, show_run
from dlref_cli.babysit_texts import TEXTS
from dlref_cli.engine import Refused, import_keras, reading

POLL_SECONDS = 0.05
GRACE_SECONDS = 2.0  # for the answer to a command that was taken in the last moment


@click.command()
@click.argument("run", type=click.Path())
@click.option(
    "--set",
    "settings",
    metavar="NAME=VALUE",
    multiple=True,
    help="Change a hyperparameter of the run, from its next mini-batch on; may be given several times.",
)
@click.option("--list", "listing", is_flag=True, help="Show what can be set, and the values now.")
@click.option("--stop", is_flag=True, help="End the run after the mini-batch.")
@click.option(
    "--page", is_flag=True, help="Draw babysitter.html now; the run draws it every minute."
)
@click.option(
    "--timeout",
    default=30.0,
    show_default=True,
    type=click.FloatRange(0.1),
    help="Seconds to wait for the run's answer; without one, nothing is changed.",
)
@click.option(
    "--language", type=click.Choice(tuple(TEXTS)), help="[default: the language of the run]"
)
def babysit(
    run: str,
    settings: tuple[str, ...],
    listing: bool,
    stop: bool,
    page: bool,
    timeout: float,
    language: str | None,
) -> None:
    """Look at a training that is watched by dlref.tuning.Babysitter, and change its hyperparameters.

    RUN is the directory that was given to the Babysitter. Without options the command shows the state of the run, its
    last values, the changes so far, and advice.
    """
    path = Path(run)
    wanted = dict(_split(word) for word in settings)
    state = _read_state(path)
    with reading(path / "state.json", "the state of a run"):
        spoken: str = language or state.get("language", "en")
        texts = TEXTS[spoken]
    if wanted or stop:
        _tell(path, {"set": wanted, "stop": stop}, timeout, texts)
        state = _read_state(path)
    if page:
        click.echo(_draw(path))
    with reading(path / "state.json", "the state of a run"):
        if listing:
            for name, value in state["settable"].items():
                echo(f"{name} = {show(value)}")
        elif not (wanted or stop or page):
            show_run(path, state, _is_running(path, state), spoken)


def _split(word: str) -> tuple[str, str]:
    name, equals, value = (part.strip() for part in word.partition("="))
    if not (name and equals and value):
        raise click.UsageError(
            f"--set takes NAME=VALUE, such as learning_rate=0.01. Received: {word!r}."
        )
    return name, value


def _read_state(path: Path) -> dict[str, Any]:
    file = path / "state.json"
    if not file.exists():
        raise Refused(f"{path} holds no run of a Babysitter: there is no file {file}.")
    with reading(file, "the state of a run"):
        state = json.loads(file.read_text("utf-8"))
        if not {"status", "settable", "changes", "advice"} <= set(state):
            raise ValueError("it is not the state of a run")
        return state


def _is_running(path: Path, state: dict[str, Any]) -> bool:
    """Whether a process holds the run: the kernel frees its lock when it ends, however it ends."""
    if state["status"] != "running":
        return False
    try:
        import fcntl

        with (path / "lock").open() as file:
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    except (ImportError, OSError):  # no locks here
        return True
    return state.get("host") != socket.gethostname()  # another machine's lock may be invisible


def _tell(path: Path, command: dict[str, Any], timeout: float, texts: dict[str, str]) -> None:
    """Leaves a command, waits for the answer and prints it."""
    if not _is_running(path, _read_state(path)):
        raise Refused(texts["not_running"].format(run=path))
    name = f"{time.time_ns()}-{os.getpid()}"
    question, answer = path / "commands" / f"{name}.json", path / "answers" / f"{name}.json"
    try:
        temporary = question.with_suffix(".tmp")
        temporary.write_text(json.dumps(command), encoding="utf-8")
        os.replace(temporary, question)
        done = _wait(path, question, answer, timeout)
        answer.unlink(missing_ok=True)
    except OSError as error:
        raise Refused(str(error)) from error
    except KeyboardInterrupt:
        question.unlink(missing_ok=True)
        raise
    if done is None:
        if not _is_running(path, _read_state(path)):
            raise Refused(texts["not_running"].format(run=path))
        raise Refused(texts["no_answer"].format(run=path, timeout=f"{timeout:g}"))
    with reading(answer, "the answer of a run"):
        show_answer(done, texts)


def _wait(path: Path, question: Path, answer: Path, timeout: float) -> dict[str, Any] | None:
    until = time.monotonic() + timeout
    while not answer.exists():
        ended = not _is_running(path, _read_state(path))
        if time.monotonic() > until or ended:
            try:
                question.unlink()  # never obeyed later, unseen
                return None
            except FileNotFoundError:  # it has been taken
                if ended or time.monotonic() > until + GRACE_SECONDS:
                    return None
        time.sleep(POLL_SECONDS)
    with reading(answer, "the answer of a run"):
        return json.loads(answer.read_text("utf-8"))


def _draw(path: Path) -> Path:
    import_keras()
    from dlref.tuning.babysitting.page import write_page

    try:
        return write_page(path)
    except (OSError, ValueError) as error:
        raise Refused(f"The page cannot be drawn: {error}") from error
