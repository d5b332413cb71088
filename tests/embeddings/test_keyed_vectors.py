"""The lecture's analogy, ties, zeros, files of word2vec and GloVe, and what is wrong in them."""

from pathlib import Path
from typing import Any, cast

import gensim.models
import numpy as np
import pytest

from dlref.embeddings import KeyedVectors
from tests.errors.hostile import refuses

WORDS = ["man", "woman", "king", "queen", "apple", "orange"]
TABLE = np.array(
    [
        [-1, 1, -0.95, 0.97, 0, 0.01],
        [0.01, 0.02, 0.93, 0.95, -0.01, 0],
        [0.03, 0.02, 0.7, 0.69, 0.03, -0.02],
        [0.09, 0.01, 0.02, 0.01, 0.95, 0.97],
    ],
    "float32",
).T
LECTURE = KeyedVectors(WORDS, TABLE)
BOTH = [KeyedVectors, gensim.models.KeyedVectors]


def test_the_analogy_of_the_lecture() -> None:
    asked: Any = {"positive": ["king", "woman"], "negative": ["man"]}
    assert LECTURE.most_similar(**asked)[0] == ("queen", pytest.approx(0.998, abs=5e-4))
    theirs = gensim.models.KeyedVectors(4)
    theirs.add_vectors(WORDS, TABLE)
    assert theirs.most_similar(**asked)[0] == ("queen", pytest.approx(0.934, abs=5e-4))


def test_as_a_dictionary() -> None:
    assert len(LECTURE) == 6 and LECTURE.vector_size == 4
    assert "king" in LECTURE and "prince" not in LECTURE and 2 not in LECTURE
    np.testing.assert_array_equal(LECTURE["king"], TABLE[2])
    np.testing.assert_array_equal(LECTURE[["king", "man"]], TABLE[[2, 0]])
    with pytest.raises(KeyError, match="'prince' is not there"):
        LECTURE["prince"]
    with pytest.raises(ValueError, match="read-only"):
        LECTURE.vectors[0, 0] = 1
    assert KeyedVectors(["a"], [[1, 2]]).vectors.dtype == "float32"
    assert KeyedVectors(["a"], np.ones((1, 2))).vectors.dtype == "float64"


def test_as_similar_words_come_in_their_order() -> None:
    words = KeyedVectors([*"abcdef"], np.repeat([[1.0, 0], [0.0, 1]], 3, axis=0))
    assert [w for w, _ in words.most_similar("a", topn=4)] == [*"bcde"]
    assert [w for w, _ in words.most_similar("a", topn=99)] == [*"bcdef"]
    assert KeyedVectors(["a"], [[1.0]]).most_similar("a") == []


def test_zeros_have_no_direction() -> None:
    words = KeyedVectors(["a", "b", "0"], [[1.0, 0], [1, 1], [0, 0]])
    assert words.similarity("a", "0") == words.similarity("0", "0") == 0
    assert words.most_similar("0") == [("a", 0), ("b", 0)]
    assert words.similar_by_vector([0, 0], 1) == [("a", 0)]


@pytest.mark.parametrize(
    ("writer", "reader", "header"),
    [(*BOTH, True), (*BOTH[::-1], True), (*BOTH[::-1], False), (*BOTH[:1] * 2, False)],
)  # gensim leaves files without a header open
def test_files_of_either_are_read_by_the_other(
    writer: Any, reader: Any, header: bool, tmp_path: Path
) -> None:
    rng, words = np.random.default_rng(0), ["the", "왕", "3.5", "\x85", "a_b"]
    drawn = (rng.normal(size=(5, 7)) * 10.0 ** rng.integers(-30, 30, (5, 7))).astype("float32")
    if writer is KeyedVectors:
        written = KeyedVectors(words, drawn)
    else:
        written = gensim.models.KeyedVectors(7)
        written.add_vectors(words, drawn)
    written.save_word2vec_format(str(tmp_path / "w"), write_header=header)
    read = reader.load_word2vec_format(str(tmp_path / "w"), no_header=not header, limit=4)
    assert list(read.index_to_key) == words[:4]
    np.testing.assert_array_equal(read.vectors, drawn[:4])


def test_words_with_spaces(tmp_path: Path) -> None:
    words = ["first", ". . .", " b", "at name"]
    KeyedVectors(words, np.eye(4)).save_word2vec_format(tmp_path / "w", write_header=False)
    read = KeyedVectors.load_word2vec_format(tmp_path / "w", no_header=True)
    assert [*read.index_to_key] == words and read["at name"][3] == 1


GLOVE, WORD2VEC = {"no_header": True}, {}


@pytest.mark.parametrize(
    ("arguments", "content", "message"),
    [
        (WORD2VEC, "2 2\na 1 2\na 3 4\n", r"w, line 3: the word 'a' stands in line 2 already"),
        (WORD2VEC, "2 2\na 1 2\nb 3\n", "w, line 3: expected a word and 2 numbers"),
        (WORD2VEC, "2 2\na 1 2\nb 3 4 5\n c\n", "w, line 4: expected a word and 2 numbers"),
        (WORD2VEC, "3 2\na 1 2\nb 3 4\n", "w: the file must have 3 words, .* Received: 2"),
        (WORD2VEC, "1 2\na 1 2\nb 3 4\n", "w: the file must have 1 words, .* Received: 2"),
        (WORD2VEC, "a 1 2\nb 3 4\n", "w, line 1: expected two numbers"),
        (WORD2VEC, "a 1\nb 3\n", "w, line 1: expected two numbers"),
        (WORD2VEC, "1 0\na\n", "w, line 1: expected two numbers"),
        (WORD2VEC, "", "w, line 1: expected two numbers"),
        (GLOVE, "", "w: the file must have words. Received: 0"),
        (GLOVE, "a 1 2\nb 3 nan\n", "w, line 2: expected finite numbers"),
        (GLOVE, "a 1 1e39\n", "w, line 1: expected finite numbers"),
        (GLOVE, "a 1 2\nb x 4\n", "w, line 2: expected 2 numbers behind a word"),
        (GLOVE, "a 1 2\n\nb 3 4\n", "w, line 2: expected a word and 2 numbers"),
        (GLOVE, "a\n", "w, line 1: expected a word and at least one number"),
        (GLOVE, "a 1 2\nb\udcff 3 4\n", "w, line 2: is not in UTF-8"),
    ],
)
def test_what_is_wrong_in_a_file(
    arguments: dict[str, Any], content: str, message: str, tmp_path: Path
) -> None:
    (tmp_path / "w").write_text(content, "utf-8", "surrogateescape")
    with pytest.raises(ValueError, match=message):
        KeyedVectors.load_word2vec_format(tmp_path / "w", **arguments)


@pytest.mark.parametrize(
    ("word", "header"), [("a\nb", True), ("a ", True), ("a\r", False), ("a b", False)]
)
def test_words_that_would_be_read_as_others(word: str, header: bool, tmp_path: Path) -> None:
    with pytest.raises(ValueError, match="a word must have no .* Received: 'a"):
        KeyedVectors([word], [[1.0]]).save_word2vec_format(tmp_path / "w", header)
    assert not (tmp_path / "w").exists()


def test_wrong_arguments(tmp_path: Path) -> None:
    name, kind, lecture = "embeddings.KeyedVectors", cast(Any, KeyedVectors), cast(Any, LECTURE)
    for words in ("ab", ["a", 1], ["a", "a"], ["", "b"], [b"a", "b"], {"a": 1}, None):
        refuses(name, "words", lambda words=words: kind(words, np.ones((2, 3))))
    for table in (np.ones(2), np.ones((3, 2)), np.ones((2, 0)), [[1, 2], [3, np.nan]], "ab", None):
        refuses(name, "vectors", lambda table=table: kind(["a", "b"], table))
    for topn in (0, -1, 2.0, "2", None):
        refuses(name, "topn", lambda topn=topn: lecture.most_similar("king", topn=topn))
    refuses(name, "positive", LECTURE.most_similar)
    for vector in ([1, 2, 3], [[1, 2, 3, 4]], "king", [np.nan] * 4):
        refuses(name, "vector", lambda vector=vector: lecture.similar_by_vector(vector))
    refuses(name, "no_header", lambda: kind.load_word2vec_format(tmp_path, no_header=1))
    refuses(name, "limit", lambda: kind.load_word2vec_format(tmp_path, limit=0))
    refuses(name, "write_header", lambda: lecture.save_word2vec_format(tmp_path, write_header=1))
