"""Cases by number, and what is right of one."""

import json
import random
import sys
import traceback
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import click

from tests.corruption.corruptions import GROUPS, copy, corrupt, of, remove
from tests.corruption.edit_binary import mark
from tests.corruption.kinds import KINDS
from tests.corruption.kinds.kind import Kind
from tests.processes import permissions

COUNT = 2000
RIGHT = ("error", "right")
WRONG = ("traceback", "wrong", "changed", "ran", "hang", "crash")
TAKEN = ("command to a run", "answer of a run")  # which are removed when they are read
EVENTS = {"pickle.find_class", "os.system", "subprocess.Popen", "os.exec", "os.posix_spawn"}


@dataclass(frozen=True)
class Case:
    """A kind of file and a corruption; both, and the corruption's seed, follow from the number."""

    number: int
    kind: str
    corruption: str

    @classmethod
    def of(cls, number: int) -> "Case":
        """The case of a number: the kinds take turns, and within a kind the corruptions."""
        kind = list(KINDS.values())[number % len(KINDS)]
        names = of(kind.form)
        return cls(number, kind.name, names[number // len(KINDS) % len(names)])

    def __str__(self) -> str:
        return f"--number {self.number}  [{self.kind}: {self.corruption}]"

    @property
    def group(self) -> str:
        """What is damaged: "bytes", "content" or "place"."""
        return next(group for group, names in GROUPS.items() if self.corruption in names)


@dataclass(frozen=True)
class Outcome:
    """How a case ended.

    Attributes:
        case: which.
        verdict: one of `RIGHT` or `WRONG`.
        said: the error, or what was wrong.
        seconds: that dlref took.
    """

    case: Case
    verdict: str
    said: str = ""
    seconds: float = 0.0


class Watch:
    """Whether code that is data was run, since `begin`."""

    def __init__(self) -> None:
        self._seen: list[str] | None = None
        sys.addaudithook(self._hear)

    def _hear(self, event: str, arguments: Any) -> None:
        if self._seen is not None and event in EVENTS:
            self._seen.append(f"{event} {str(arguments)[:80]}")

    def begin(self) -> None:
        self._seen = []

    def end(self) -> list[str]:
        seen, self._seen = self._seen or [], None
        return seen


class Judge:
    """Damages copies of sound folders, lets dlref read them, and says whether that went right.

    Args:
        folder: an empty one.
    """

    def __init__(self, folder: Path) -> None:
        self.folder, self.watch = folder, Watch()
        self._sound: dict[str, tuple[Path, str]] = {}

    def sound(self, kind: Kind) -> tuple[Path, str]:
        """The sound folder of a kind, and what dlref reads from it."""
        if kind.name not in self._sound:
            place = self.folder / f"sound-{len(self._sound)}"
            place.mkdir()
            kind.make(place)
            copy(place, self.folder / "case")
            self._sound[kind.name] = place, _text(kind.read(self.folder / "case"))
        return self._sound[kind.name]

    def __call__(self, case: Case) -> tuple[str, str]:
        """The verdict of a case, and what is to be said of it."""
        kind, folder = KINDS[case.kind], self.folder / "case"
        place, expected = self.sound(kind)
        copy(place, folder)
        path = folder / kind.file
        corrupt(case.corruption, kind.form, path, random.Random(case.number))
        before, error, found = _contents(path), None, ""
        self.watch.begin()
        with permissions():
            try:
                found = _text(kind.read(folder))
            except Exception as raised:
                error = raised
        ran = self.watch.end()
        if ran or mark(path).exists() or mark(folder / "x").exists():
            return "ran", "; ".join(ran) or "a file was left by what was unpickled"
        taken = kind.name in TAKEN and not path.exists()
        if _contents(path) != before and not taken and (error or "going on" not in kind.name):
            return "changed", f"{path.name} is no longer what it was ({error})"
        if error is not None:
            return _judge(error, path)
        if found == expected:
            return "right", "the result of the sound file"
        if taken:
            corrupt_again(place, folder, case, kind)
        stated = _stated(kind, folder)
        if found in stated:
            return "right", "what the changed file states"
        return "wrong", f"{found[:300]}, not {[text[:300] for text in stated] or expected[:300]}"


def corrupt_again(place: Path, folder: Path, case: Case, kind: Kind) -> None:
    """The damaged file as it was before it was read."""
    copy(place, folder)
    corrupt(case.corruption, kind.form, folder / kind.file, random.Random(case.number))


def _judge(error: Exception, path: Path) -> tuple[str, str]:
    """Whether an error is meant for a user and names the file."""
    meant = isinstance(error, click.ClickException | ValueError | OSError)
    text = error.format_message() if isinstance(error, click.ClickException) else str(error)
    own = type(error).__module__.partition(".")[0] in ("dlref", "dlref_cli", "builtins", "click")
    if meant and own and not isinstance(error, UnicodeError) and path.name in text:
        return "error", text
    lines = traceback.format_exception(error)[-3:]
    return "traceback", " | ".join(" ".join(line.split()) for line in lines)[-700:]


def _stated(kind: Kind, folder: Path) -> list[str]:
    if not (folder / kind.file).is_file():  # which another reader would wait for, or fall into
        remove(folder / kind.file)
    try:
        return [_text(result) for result in kind.says(folder)]
    except Exception:  # the other reader finds no sense in it, either
        return []


def _text(result: Any) -> str:
    return json.dumps(result, sort_keys=True, default=str)


def _contents(path: Path) -> Any:
    """The bytes of a file, or what it is instead."""
    if path.is_dir():
        return sorted(map(str, path.rglob("*")))
    return path.read_bytes() if path.is_file() else path.is_fifo()
