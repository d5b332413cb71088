"""Decoding of CTC: narrow beams, ties, the loss of what is found, nothing to decode, what is refused."""

from typing import Any

import numpy as np
import pytest
from keras import ops

from dlref.decoding import ctc_beam_search, ctc_greedy_search
from dlref.losses import CTC
from tests.errors.hostile import refuses

EVEN = np.log([[0.6, 0.4], [0.6, 0.4]])
both = pytest.mark.parametrize("search", [ctc_greedy_search, ctc_beam_search])


def drawn(seed: int, steps: int, classes: int) -> np.ndarray:
    z = np.random.default_rng(seed).normal(0, 2, (steps, classes))
    return z - np.log(np.exp(z).sum(-1, keepdims=True))


def test_the_likeliest_sequence_is_not_the_likeliest_text() -> None:
    assert ctc_greedy_search(EVEN).symbols == ()
    assert [(each.symbols, round(float(np.exp(each.log_probability)), 2)) for each in ctc_beam_search(EVEN)] == [
        ((1,), 0.64), ((), 0.36),
    ]  # fmt: skip


def test_the_log_probability_is_the_loss_with_the_other_sign() -> None:
    l = drawn(0, 5, 3)
    texts = ctc_beam_search(l, 50)[:6]
    labels = np.array([[*each.symbols, *[0] * 5][:5] for each in texts])
    losses = ops.convert_to_numpy(CTC(reduction=None)(labels, np.tile(l, (6, 1, 1))))
    np.testing.assert_allclose(losses, [-each.log_probability for each in texts], rtol=1e-5)


def test_narrow_beams() -> None:
    """Each finds at most what all sequences add up to, and a wider one is not worse here."""
    l = drawn(1, 30, 6)
    best = [ctc_beam_search(l, width)[0].log_probability for width in (1, 2, 5, 20)]
    assert best == sorted(best) and best[-1] > ctc_greedy_search(l).log_probability
    assert [len(ctc_beam_search(l, width)) for width in (1, 7)] == [1, 7]


def test_as_likely_texts_come_in_the_order_of_their_symbols() -> None:
    l = np.log(np.full((1, 3), 1 / 3))
    assert [each.symbols for each in ctc_beam_search(l)] == [(), (1,), (2,)]
    assert ctc_greedy_search(l).symbols == ()


def test_equal_symbols_need_a_blank_between_them() -> None:
    l = np.log(np.eye(2)[[1, 1, 0, 1]] * 0.998 + 0.001)
    assert ctc_greedy_search(l).symbols == ctc_beam_search(l)[0].symbols == (1, 1)


@both
def test_steps_that_there_are_not(search: Any) -> None:
    found = np.atleast_1d(np.array(search(np.zeros((0, 3))), object)).ravel()[0]
    assert found.symbols == () and found.log_probability == 0


@both
def test_certain_steps_and_tensors(search: Any) -> None:
    with np.errstate(divide="ignore"):
        l = np.log(np.eye(3)[[1, 1, 0, 2]])
    for given in (l, ops.convert_to_tensor(l, "float32"), l.tolist()):
        found = search(given)
        first = found[0] if isinstance(found, tuple) else found
        assert first.symbols == (1, 2) and first.log_probability == 0


WRONG = [
    np.zeros((2, 3)), np.array([[0.6, 0.4]]), [0.0, -1.0], np.zeros((2, 1)), np.full((2, 2), np.nan), "text", None,
    np.full((1, 2), np.inf), np.zeros((1, 2, 2)), [[1j, 0]],
]  # fmt: skip


@both
@pytest.mark.parametrize("wrong", WRONG, ids=str)
def test_what_is_refused(search: Any, wrong: Any) -> None:
    refuses(search.__name__, "log_probabilities", lambda: search(wrong))
