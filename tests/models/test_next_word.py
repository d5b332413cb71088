"""The example that says the next word: its text, the trigrams it must beat, its training, and its page's numbers."""

import json
import math
from collections import Counter
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from dlref.models import NeuralLanguageModel
from tests import examples

ROOT = Path(__file__).parents[2]
RECORD = json.loads((ROOT / "docs/figures/models/next_word.json").read_text("utf-8"))
ROWS = np.random.default_rng(0).choice(5, (60, 3), p=[0.1, 0.1, 0.5, 0.2, 0.1])


@pytest.fixture(scope="module")
def example() -> Any:
    module = examples.load("next_word")
    found = module.articles()
    module.articles = lambda: found  # read once
    return module


@pytest.fixture
def of_five(example: Any, monkeypatch: Any) -> Any:
    """With a vocabulary of five words."""
    monkeypatch.setattr(example, "SIZE", 5)
    return example


def test_the_text(example: Any) -> None:
    found = example.articles()
    assert len(found) == sum(RECORD["articles"])
    assert sum(len(s) + 1 for each in found for s in each) == sum(RECORD["words"])
    words = {word for each in found for sentence in each for word in sentence}
    assert all(word.isascii() and (word.isalnum() or word in (",", "'s")) for word in words)
    assert found[0][0][:4] == ["anarchism", "is", "a", "political"]


def test_windows(example: Any) -> None:
    sentences = [["b", "a", "b"], ["c"]]
    words = example.vocabulary(sentences)
    assert words == ["<EOS>", "<UNK>", "b", "a", "c"]
    rows = example.windows([["b", "x"], ["a"]], words)
    assert rows.shape == (5, 9) and not rows[:, :4].any()
    assert rows[:, 4:].tolist() == [
        [0, 0, 0, 0, 2],
        [0, 0, 0, 2, 1],
        [0, 0, 2, 1, 0],
        [0, 0, 0, 0, 3],
        [0, 0, 0, 3, 0],
    ]


@pytest.mark.parametrize("kind", ["interpolated", "kneser_ney"])
def test_trigrams_are_probabilities(of_five: Any, kind: str) -> None:
    """After any two words, seen or not, those of all next words add up to 1."""
    train = ROWS[ROWS[:, 0] != 4]
    every = np.array([[u, v, w] for u in range(5) for v in range(5) for w in range(5)])
    p = getattr(of_five, kind)(train, ROWS[:20], every)
    assert p.min() > 0
    np.testing.assert_allclose(p.reshape(-1, 5).sum(-1), 1)


def test_interpolated(of_five: Any) -> None:
    """The shares are those that are best for the dev set: all to trigrams but the tenth that keeps all possible."""
    same = np.array([[1, 2, 3]] * 9)
    p = of_five.interpolated(same, same, np.array([[1, 2, 3], [1, 2, 4]]))
    np.testing.assert_allclose(p, [0.9 + 0.1 / 5, 0.1 / 5])


def test_kneser_ney(of_five: Any) -> None:
    """Word by word, as the equations say."""

    def p(u: int, v: int, w: int, d: float) -> float:
        trigrams = Counter(map(tuple, ROWS.tolist()))
        pairs = Counter((b, c) for _, b, c in trigrams)  # after how many words
        single = Counter(c for _, c in {(b, c) for _, b, c in ROWS.tolist()})
        lower = 1 / 5
        for found in (
            dict(single),
            {c: n for (b, c), n in pairs.items() if b == v},
            {c: n for (a, b, c), n in trigrams.items() if (a, b) == (u, v)},
        ):
            total = sum(found.values())
            if total:
                kept = max(found.get(w, 0) - d, 0)
                lower = kept / total + d * len(found) / total * lower
        return lower

    dev = ROWS[:20]
    best = max((0.6, 0.7, 0.8, 0.9), key=lambda d: sum(math.log(p(*row, d)) for row in dev))
    asked = np.array([[2, 2, 2], [4, 4, 4], [0, 3, 1]])
    expected = [p(*row, best) for row in asked]
    np.testing.assert_allclose(of_five.kneser_ney(ROWS, dev, asked), expected)


def test_perplexity_and_the_network_s_probabilities(example: Any) -> None:
    assert example.perplexity(np.array([0.5, 0.125])) == 4
    model = NeuralLanguageModel(example.SIZE, 2, units=3, classifier_activation=None)
    rows = np.random.default_rng(0).integers(0, example.SIZE, (5000, 9)).astype("int32")
    with_softmax = NeuralLanguageModel(example.SIZE, 2, units=3)
    with_softmax.set_weights(model.get_weights())
    expected = np.asarray(with_softmax(rows[:, 4:8]))[np.arange(5000), rows[:, 8]]
    np.testing.assert_allclose(example.neural(model, rows), expected, rtol=1e-4)


def test_it_learns(example: Any) -> None:
    """It begins with how often each word comes, and after one epoch sees what stands before it."""
    sentences = [sentence for each in example.articles()[:12] for sentence in each]
    rows = example.windows(sentences, example.vocabulary(sentences))
    np.random.default_rng(0).shuffle(rows)
    train, others = rows[5000:], rows[:5000]
    frequencies = np.bincount(train[:, -1], minlength=example.SIZE) + 1
    start = example.perplexity((frequencies / frequencies.sum())[others[:, -1]])
    model, *_ = example.trained(train, seed=0, size=32, epochs=1)
    assert example.perplexity(example.neural(model, others)) < 0.8 * start


def test_it_runs(example: Any, tmp_path: Path) -> None:
    path = tmp_path / "record.json"
    others = {"another": {"window": 2, "with_frequencies": False}}
    results = example.main(seeds=(0,), size=2, epochs=1, others=others, most=10, record=path)
    written = json.loads(path.read_text("utf-8"))
    assert {*written} - {"another"} == {*RECORD} - {*example.OTHERS}
    assert {*written["made"]} >= {"by", "python", "gensim"}
    assert written["another"][0] > written["seeds"][0]["network"]  # it begins at 2000
    assert written["seeds"][0].keys() == RECORD["seeds"][0].keys()
    sentences = results["sentences"]
    assert len(sentences) == 20 and not any("<UNK>" in sentence for sentence in sentences)


def test_it_beats_the_trigrams() -> None:
    assert len(RECORD["seeds"]) == 3
    for one in RECORD["seeds"]:
        assert one["both"] < one["network"] - 1
        assert one["network"] < RECORD["trigrams, Kneser-Ney"] - 4
    gained = RECORD["trigrams, Kneser-Ney"] - np.array([RECORD["two words"][0], one["network"]])
    assert gained[0] > 0.7 * gained[1]  # with as many words as trigrams see
    assert RECORD["trigrams, Kneser-Ney"] < RECORD["trigrams, interpolated"]


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_tells_what_was_recorded(example: Any, language: str) -> None:
    page = (ROOT / f"docs/{language}/models/next_word.md").read_text("utf-8")
    for count in RECORD["words"]:
        assert f"{count:,}" in page
    for name in ("trigrams, interpolated", "trigrams, Kneser-Ney"):
        assert f"| {RECORD[name]:.1f} |" in page
    for name in ("network", "both"):
        found = [one[name] for one in RECORD["seeds"]]
        assert f"| {np.mean(found):.1f} |" in page and np.ptp(found) < 0.3
    assert f"{np.mean([one['train'] for one in RECORD['seeds']]):.1f}" in page
    first = RECORD["seeds"][0]
    for test, train in ((first["network"], first["train"]), *(RECORD[o] for o in example.OTHERS)):
        assert f"| {test:.1f} | {train:.1f} |" in page
    for word, near in RECORD["near"].items():
        assert f"| {word} | {', '.join(near)} |" in page
    for sentence in RECORD["sentences"][:4]:
        assert f"- {sentence}\n" in page
