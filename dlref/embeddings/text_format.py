"""The text format of word2vec, and of GloVe, which has no header: a word and its vector in each line."""

import itertools
from collections.abc import Iterator, Sequence
from pathlib import Path

import numpy as np

from dlref._stored import reading


def read(path: Path, header: bool, limit: int | None) -> tuple[list[str], np.ndarray]:
    """The words of a file, at most `limit`, and their vectors in float32.

    Raises:
        ValueError: if a line is none of the format; the message names the file and the line.
    """
    with reading(path, "a file of words and vectors"), path.open("rb") as file:
        lines = enumerate(file, 1)
        count, size = _header(path, lines) if header else (None, None)
        expected = limit if count is None else count if limit is None else min(count, limit)
        places: dict[str, int] = {}
        vectors = []
        for number, line in itertools.islice(lines, limit):
            word, vector = _entry(path, number, line, size)
            if word in places:
                raise _error(
                    path, number, f"the word {word!r} stands in line {places[word]} already"
                )
            places[word], size = number, len(vector)
            vectors.append(vector)
    if not vectors or (header and len(vectors) != expected):
        wanted = f"{count} words, as the header says" if header else "words"
        raise ValueError(f"{path}: the file must have {wanted}. Received: {len(vectors)}.")
    return list(places), np.array(vectors)


def write(path: Path, header: bool, words: Sequence[str], vectors: np.ndarray) -> None:
    """Writes words and vectors; of each number as many digits as tell it from every other.

    Raises:
        ValueError: if a word would be read as another one.
    """
    for place, word in enumerate(words):
        first = not header and place == 0
        if "\n" in word or word != word.rstrip("\r\n ") or (first and " " in word):
            allowed = (
                "no space in it, as the first line tells the size"
                if first
                else "no line break, and no space at its end"
            )
            raise ValueError(f"{path}: a word must have {allowed}. Received: {word!r}.")
    with path.open("w", encoding="utf-8", newline="\n") as file:
        if header:
            file.write(f"{len(words)} {vectors.shape[1]}\n")
        for word, vector in zip(words, vectors, strict=True):
            file.write(" ".join([word, *map(str, vector)]) + "\n")


def _header(path: Path, lines: Iterator[tuple[int, bytes]]) -> tuple[int, int]:
    number, line = next(lines, (1, b""))
    fields = _text(path, number, line).split()
    if len(fields) != 2 or not all(field.isdecimal() for field in fields) or fields[1] == "0":
        raise _error(
            path, number, "expected two numbers, of words and of entries; a file of GloVe has none"
        )
    return int(fields[0]), int(fields[1])


def _entry(path: Path, number: int, line: bytes, size: int | None) -> tuple[str, np.ndarray]:
    """The word and the vector of a line; where `size` is not known, all but the first field are entries."""
    text = _text(path, number, line)
    word, *entries = text.split(" ") if size is None else text.rsplit(" ", size)
    if not word or not entries or (size is not None and len(entries) != size):
        wanted = "at least one number" if size is None else f"{size} numbers"
        raise _error(path, number, f"expected a word and {wanted}")
    try:
        with np.errstate(over="ignore"):
            vector = np.array([float(entry) for entry in entries]).astype("float32")
    except ValueError as error:
        raise _error(path, number, f"expected {len(entries)} numbers behind a word") from error
    if not np.isfinite(vector).all():
        raise _error(path, number, "expected finite numbers")
    return word, vector


def _text(path: Path, number: int, line: bytes) -> str:
    try:
        return line.decode("utf-8").rstrip("\r\n ")
    except UnicodeDecodeError as error:
        raise _error(path, number, "is not in UTF-8") from error


def _error(path: Path, number: int, problem: str) -> ValueError:
    return ValueError(f"{path}, line {number}: {problem}.")
