"""What a kind of file is: how a sound one is made, how dlref reads it, and what a changed one states."""

import json
from collections.abc import Callable
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from click.testing import CliRunner

from dlref_cli import main
from dlref_cli.engine import Refused


def nothing_else(folder: Path) -> list[Any]:
    """Of a file whose changes are all found out: an error, or the result of the sound one."""
    return []


@dataclass(frozen=True)
class Kind:
    """A kind of file.

    Attributes:
        name: of it.
        file: what is damaged, below a folder.
        form: how it is written, which says what can be changed in it.
        make: makes the folder.
        read: what dlref makes of the folder, as JSON can hold it.
        says: the results that the folder honestly states, as another reader understands it.
    """

    name: str
    file: str
    form: str
    make: Callable[[Path], None]
    read: Callable[[Path], Any]
    says: Callable[[Path], list[Any]] = nothing_else


def command(*words: Any) -> str:
    """What `dlref` prints.

    Raises:
        Refused: if it ends with 2, and says why.
        Exception: what else it raises, which no user should see.
    """
    done = CliRunner().invoke(main, [str(word) for word in words])
    if done.exit_code == 0:
        return done.stdout
    if isinstance(done.exception, SystemExit) and done.exit_code == 2 and "Error: " in done.stderr:
        raise Refused(done.stderr.partition("Error: ")[2].strip())
    raise done.exception or AssertionError(done.stderr)


def write_json(path: Path, content: Any) -> None:
    """A file of JSON, with its folder."""
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(json.dumps(content), "utf-8")
