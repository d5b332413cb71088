"""What is done to a file: its bytes are damaged, its content is changed, or something else takes its place."""

import os
import random
import shutil
from collections.abc import Callable
from pathlib import Path

from tests.corruption import edit_binary, edit_text

Corruption = Callable[[Path, random.Random], None]


def _bytes(change: Callable[[bytearray, random.Random], bytes | bytearray]) -> Corruption:
    """Changes the bytes of a file."""

    def corrupt(path: Path, draw: random.Random) -> None:
        path.write_bytes(change(bytearray(path.read_bytes()), draw))

    return corrupt


def _flip(data: bytearray, draw: random.Random) -> bytearray:
    for _ in range(2 ** draw.randrange(9)):
        data[draw.randrange(len(data))] ^= 1 << draw.randrange(8)
    return data


def _block(data: bytearray, draw: random.Random) -> tuple[int, int]:
    start = draw.randrange(len(data))
    return start, min(len(data), start + 2 ** draw.randrange(3, 13))


def _zero(data: bytearray, draw: random.Random) -> bytearray:
    start, stop = _block(data, draw)
    data[start:stop] = bytes(stop - start)
    return data


def _twice(data: bytearray, draw: random.Random) -> bytearray:
    start, stop = _block(data, draw)
    return data[:stop] + data[start:]


def _without(data: bytearray, draw: random.Random) -> bytearray:
    start, stop = _block(data, draw)
    return data[:start] + data[stop:]


def _encoded(data: bytearray, draw: random.Random) -> bytes:
    text = bytes(data).decode("latin-1")
    encoding = draw.choice(("utf-16", "utf-32", "utf-8-sig", "cp037"))
    return draw.choice((text.encode(encoding, "replace"), b"\xff\xfe" + data, text.encode("utf-7")))


def _another(path: Path, draw: random.Random) -> None:
    """A file of another kind, under this name."""
    others = (b"\x89PNG\r\n\x1a\n", b"PK\x03\x04", b"SQLite format 3\0", b"\x89HDF\r\n\x1a\n")
    others += (b"\x80\x04K*.", b"!!python/object/apply:os.getcwd []\n", b"PAR1", b"{}", b"[]", b"0")
    path.write_bytes(draw.choice(others) + draw.randbytes(draw.choice((0, 40, 400))))


def _directory(path: Path, draw: random.Random) -> None:
    path.unlink()
    path.mkdir()
    if draw.random() < 0.5:
        (path / "inside").write_text("x")


def _forbidden(path: Path, draw: random.Random) -> None:
    path.chmod(0)


def _pipe(path: Path, draw: random.Random) -> None:
    """Nobody writes into it: whoever opens it waits."""
    path.unlink()
    os.mkfifo(path)


BYTES: dict[str, Corruption] = {
    "truncated": _bytes(lambda data, draw: data[: draw.randrange(1, len(data))]),
    "bits flipped": _bytes(_flip),
    "block zeroed": _bytes(_zero),
    "block twice": _bytes(_twice),
    "block missing": _bytes(_without),
    "more at the end": _bytes(lambda data, draw: data + draw.randbytes(2 ** draw.randrange(13))),
}
PLACE: dict[str, Corruption] = {
    "empty": _bytes(lambda data, draw: b""),
    "other encoding": _bytes(_encoded),
    "another file": _another,
    "directory": _directory,
    "no permission": _forbidden,
    "pipe": _pipe,
}
CONTENT = ("missing", "twice", "wrong type", "huge number", "deep nesting", "hostile text")
GROUPS = {"bytes": tuple(BYTES), "content": CONTENT, "place": tuple(PLACE)}
CORRUPTIONS = tuple(name for names in GROUPS.values() for name in names)
EDITS = edit_text.EDITS | edit_binary.EDITS  # by the form of a file, then by `CONTENT`


def of(form: str) -> tuple[str, ...]:
    """The corruptions of a form of file; hostile words stand in no file."""
    return CONTENT[-1:] if form == "words" else CORRUPTIONS


def corrupt(name: str, form: str, path: Path, draw: random.Random) -> None:
    """Damages a file."""
    everywhere = BYTES | PLACE
    (everywhere[name] if name in everywhere else EDITS[form][name])(path, draw)


def copy(sound: Path, folder: Path) -> None:
    """A fresh copy of a sound folder."""
    remove(folder)
    shutil.copytree(sound, folder)


def remove(folder: Path) -> None:
    """Removes a folder, whatever is in it, or what stands in the place of a file."""
    if folder.is_fifo():
        folder.unlink()
    for path in folder.rglob("*") if folder.exists() else ():
        if path.is_file():
            path.chmod(0o600)
    shutil.rmtree(folder, ignore_errors=True)
