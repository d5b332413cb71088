"""Word vectors in the text formats of word2vec and GloVe."""

from functools import partial
from pathlib import Path
from typing import Any

import numpy as np

from dlref.embeddings import KeyedVectors
from tests.corruption.kinds.kind import Kind

WORDS = ["man", "woman", "king", "queen", "apple", "신경망"]


def make(folder: Path) -> None:
    vectors = np.random.default_rng(0).normal(size=(len(WORDS), 4)).round(3).astype("float32")
    for name, header in (("word2vec.txt", True), ("glove.txt", False)):
        KeyedVectors(WORDS, vectors).save_word2vec_format(folder / name, header)


def read(folder: Path, name: str) -> Any:
    """The words, and their vectors."""
    found = KeyedVectors.load_word2vec_format(folder / name, no_header=name == "glove.txt")
    found.most_similar(found.index_to_key[0])
    return [list(found.index_to_key), found.vectors.tolist()]


def says(folder: Path, name: str) -> list[Any]:
    """Split at spaces."""
    lines = (folder / name).read_bytes().decode("utf-8").split("\n")
    lines = [line.rstrip("\r ") for line in lines if line]
    size = int(lines.pop(0).split()[1]) if name == "word2vec.txt" else len(lines[0].split(" ")) - 1
    rows = [line.rsplit(" ", size) for line in lines]
    vectors = np.array([[float(cell) for cell in row[1:]] for row in rows]).astype("float32")
    return [[[row[0] for row in rows], vectors.tolist()]]


KINDS = tuple(
    Kind(name, file, "spaces", make, partial(read, name=file), partial(says, name=file))
    for name, file in (("word2vec text", "word2vec.txt"), ("GloVe text", "glove.txt"))
)
