"""The example that translates dates: its forms and sets, its networks, and the numbers of its page."""

import json
from datetime import date
from pathlib import Path
from typing import Any

import keras
import numpy as np
import pytest

from tests import examples

ROOT = Path(__file__).parents[2]
RECORD = json.loads((ROOT / "docs/figures/models/translate_dates.json").read_text("utf-8"))


@pytest.fixture(scope="module")
def example() -> Any:
    return examples.load("translate_dates")


def test_forms(example: Any) -> None:
    """3 May 1979 was a Thursday; and the endings of the days."""
    day = date(1979, 5, 3)
    forms = [example.written(day, form) for form in (*example.ENGLISH, *example.KOREAN)]
    assert forms == [
        "3 May 1979",
        "May 3, 1979",
        "3rd May 1979",
        "May 3rd, 1979",
        "Thursday, 3 May 1979",
        "3 May 1979",
        "3/5/1979",
        "1979년 5월 3일",
        "1979년 5월 3일 목요일",
        "1979년 05월 03일",
        "1979. 5. 3.",
    ]
    for number, th in ((1, "st"), (2, "nd"), (11, "th"), (12, "th"), (13, "th"), (21, "st")):
        assert f"{number}{th} May" in example.written(date(1979, 5, number), example.ENGLISH[2])


def test_sets(example: Any) -> None:
    """No day of the test is in the training, whatever the seeds; every second text is Korean."""
    sets = [example.data(5000, seed, test) for seed in (1, 2) for test in (False, True)]
    train, test, other, again = ({*answers} for _, answers in sets)
    assert not (train | other) & (test | again) and len(test) > 1500
    texts = sets[0][0]
    assert all("년" in text or text.endswith(".") for text in texts[1::2])
    assert not any("년" in text for text in texts[::2])
    assert example.data(9, 1, True) == example.data(9, 1, True)


def test_pairs(example: Any) -> None:
    """The answer from the start token on, and the same one place earlier up to the end."""
    (source, before), behind = example.pairs(["3 May 1979", "1. 1."], ["1979-05-03"] * 2)
    assert source.shape == (2, 10) and (source[1, 5:] == 0).all() and source[0].min() > 0
    assert (before[:, 0] == example.START).all() and (behind[:, -1] == example.END).all()
    np.testing.assert_array_equal(before[:, 1:], behind[:, :-1])
    assert "".join(example.DIGITS[j] for j in behind[0, :-1]) == "1979-05-03"


def test_it_runs(example: Any, tmp_path: Path) -> None:
    """A step of each: what is recorded, and weights of attention that add up to 1 over the letters that were read."""
    path = tmp_path / "record.json"
    runs = example.main(lengths=(1,), size=8, count=2, record=path)
    written = json.loads(path.read_text("utf-8"))
    assert written.keys() == RECORD.keys()
    of_record = [run for run in RECORD["runs"] if "attention" in run]
    assert [run.keys() for run in written["runs"]] == [run.keys() for run in of_record]
    for run in runs:
        alpha = np.array(run["attention"])
        np.testing.assert_allclose(alpha.sum(-1), 1, atol=0.2)


def test_both_learn_a_few_dates(example: Any) -> None:
    """Two dates by heart: both say each of them, and say that the other is wrong."""
    texts, answers = example.data(2, 1, test=False)
    x, y = example.pairs(texts, answers)
    for kind, rate in ((example.Recurrent, 0.02), (example.Attentive, 0.005)):
        keras.utils.set_random_seed(1)
        network = kind(32)
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        network.model.compile(keras.optimizers.Adam(rate), loss)
        network.model.fit(x, y, epochs=60, verbose=0)
        assert example.right(network, texts, answers).all()
        assert not example.right(network, texts, answers[1:] + answers[:1]).any()


@pytest.mark.parametrize("language", ["en", "ko"])
def test_the_page_tells_what_was_recorded(language: str) -> None:
    """The accuracy of each network after so many steps, the mean of three seeds and each of them."""
    page = (ROOT / f"docs/{language}/models/translate_dates.md").read_text("utf-8")
    for name in ("recurrent", "transformer"):
        for steps in (150, 600):
            runs = [r for r in RECORD["runs"] if (r["network"], r["steps"]) == (name, steps)]
            assert {run["seed"] for run in runs} == {1, 2, 3}
            shares = [100 * (run["english"] + run["korean"]) / 2 for run in runs]
            cells = [f"{np.mean(shares):.1f} %", ", ".join(f"{each:.1f}" for each in shares)]
            assert " | ".join(cells) in page
            assert f"{runs[0]['parameters']:,}" in page
