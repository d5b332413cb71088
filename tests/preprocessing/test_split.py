"""Splitting: the shares of classes, whole groups, and data in every form."""

from typing import Any

import keras
import numpy as np
import pytest
from keras import ops
from sklearn.model_selection import train_test_split

from dlref.preprocessing import split
from tests.errors.hostile import refuses

M = 1003
CLASSES = np.random.default_rng(0).permutation(np.repeat(np.arange(6), [500, 300, 150, 40, 10, 3]))


@pytest.mark.parametrize("m", [3, 4, 5, 7, 99, 49_999, 50_001, 123_457, 1_000_001])
def test_every_example_is_in_one_set(m: int) -> None:
    """And a share that is no whole number is rounded."""
    sets = split(np.arange(m), seed=0)
    n = max(m / 100, min(m / 5, 10**4))
    assert [len(part) for part in sets] == pytest.approx([m - 2 * n, n, n], abs=1)
    assert np.array_equal(np.sort(np.concatenate(sets)), np.arange(m))
    assert m < 99 or not np.array_equal(sets[0], np.sort(sets[0]))  # shuffled


SHARES = [None, (0.5, 0.5), (0.7, 0.15, 0.15), (0.1, 0.2, 0.3, 0.4)]


@pytest.mark.parametrize("sizes", SHARES, ids=str)
@pytest.mark.parametrize("seed", range(3))
def test_each_set_has_its_share_of_each_class(sizes: Any, seed: int) -> None:
    classes = CLASSES[CLASSES < (5 if sizes and len(sizes) == 4 else 6)]
    sets = split(classes, sizes=sizes, stratify=classes, seed=seed)
    shares = np.array(sizes or (0.6, 0.2, 0.2))
    assert [len(part) for part in sets] == pytest.approx(shares * len(classes), abs=1)
    n, m_c = np.array([len(part) for part in sets]), np.bincount(classes)
    found = np.array([np.bincount(part, minlength=len(m_c)) for part in sets])
    assert np.all(np.abs(found - np.outer(n, m_c) / len(classes)) < 1)
    assert np.array_equal(found.sum(0), m_c)


def test_two_calls_of_scikit_learn_may_be_off_by_more() -> None:
    """Than one example: the second call rounds what the first has rounded."""
    y = np.repeat([0, 1, 2], [15, 31, 15])
    rest, test = train_test_split(y, test_size=19, stratify=y, random_state=331)
    train, dev = train_test_split(rest, test_size=7, stratify=rest, random_state=331)
    exact = np.outer([35, 7, 19], [15, 31, 15]) / 61
    theirs, ours = (
        np.abs([np.bincount(part) for part in sets] - exact).max()
        for sets in ((train, dev, test), split(y, stratify=y, sizes=[35 / 61, 7 / 61, 19 / 61]))
    )
    assert ours < 1 < 1.2 < theirs


def test_which_examples_of_a_class_a_set_gets_is_drawn() -> None:
    y = np.repeat([0, 1], 50)
    drawn = [set(split(np.arange(100), stratify=y, seed=seed)[1].tolist()) for seed in range(20)]
    assert set.union(*drawn) > set(range(0, 100, 7)) and not set.intersection(*drawn)


def test_more_is_rounded_up_than_down() -> None:
    y = np.repeat([0, 1], [11, 14])
    for seed in range(5):
        sets = split(y, stratify=y, seed=seed)
        assert [np.bincount(part).tolist() for part in sets] == [[7, 8], [2, 3], [2, 3]]


def test_which_class_is_rounded_up_is_drawn() -> None:
    """Of nine equal classes that share a dev set of 13, four have two examples there and the others one."""
    y = np.repeat(np.arange(9), 7)
    rounded = {
        tuple(np.bincount(split(y, stratify=y, seed=seed)[1], minlength=9)) for seed in range(10)
    }
    assert len(rounded) > 1


@pytest.mark.parametrize("seed", range(3))
def test_no_group_is_in_two_sets(seed: int) -> None:
    people = np.random.default_rng(seed).integers(0, 60, M)
    train, dev, test = split(people, groups=people, seed=seed)
    assert not (set(train) & set(dev)) | (set(train) & set(test)) | (set(dev) & set(test))
    assert [len(part) for part in (train, dev, test)] == pytest.approx([602, 201, 200], abs=10)


def test_each_set_has_a_group_where_there_are_few() -> None:
    for sizes in (None, [0.98, 0.01, 0.01], [0.4, 0.3, 0.2, 0.1]):
        groups = np.arange(4 * 100) % 4
        parts = split(groups, groups=groups, sizes=sizes)
        assert sum(len(set(part)) for part in parts) == 4 and all(map(len, parts))


def test_words_as_classes_and_groups() -> None:
    names = np.array(["a", "b", "c", "d"]).repeat(5)
    for label in (names, names.astype(object), names.tolist()):
        for part in split(names, stratify=label)[1:]:
            assert sorted(part) == ["a", "b", "c", "d"]
        assert sum(len(set(part)) for part in split(names, groups=label)) == 4


class Frame:
    """A table that is indexed by `iloc`, as one of pandas is."""

    def __init__(self, rows: np.ndarray) -> None:
        self.rows, self.shape, self.iloc = rows, (len(rows), 1), self

    def __getitem__(self, places: np.ndarray) -> "Frame":
        return Frame(self.rows[places])


def test_every_form_is_divided_alike() -> None:
    rows = np.arange(50)
    given = [{"a": rows, "b": (rows[:, None], None)}, ops.convert_to_tensor(rows), Frame(rows)]
    first, second = split(given, rows, sizes=(0.8, 0.2), seed=1)
    for (nested, tensor, frame), plain in (first, second):
        for other in (nested["a"], nested["b"][0][:, 0], ops.convert_to_numpy(tensor), frame.rows):
            assert np.array_equal(other, plain)
        assert nested["b"][1] is None and ops.is_tensor(tensor)
    assert (len(first[1]), len(second[1])) == (40, 10)


def test_one_thing_comes_alone_and_several_in_a_tuple() -> None:
    x = np.zeros((10, 2))
    assert [part.shape for part in split(x)] == [(6, 2), (2, 2), (2, 2)]
    assert [part[0].shape for part in split(x, None)] == [(6, 2), (2, 2), (2, 2)]


def test_a_seed_repeats_a_split() -> None:
    draws = [split(np.arange(100), seed=seed)[0] for seed in (3, 3, 4)]
    assert np.array_equal(draws[0], draws[1]) and not np.array_equal(draws[0], draws[2])


REFUSED = {
    "nothing": ((), {}, "arrays"),
    "None alone": ((None,), {}, "arrays"),
    "a number": ((5,), {}, "arrays"),
    "a list of numbers": (([1, 2, 3],), {}, "arrays"),
    "text": (("abc",), {}, "arrays"),
    "other lengths": ((np.zeros(5), np.zeros(6)), {}, "arrays"),
    "no examples": ((np.zeros((0, 3)),), {}, "arrays"),
    "two examples": ((np.zeros(2),), {}, "sizes"),
    "a class of two": ((np.zeros(10),), {"stratify": [0] * 8 + [1] * 2}, "stratify"),
    "numbers as classes": ((np.zeros(10),), {"stratify": np.linspace(0, 1, 10)}, "stratify"),
    "one-hot classes": ((np.zeros(3),), {"stratify": np.eye(3)}, "stratify"),
    "two groups": ((np.zeros(10),), {"groups": [0, 1] * 5}, "groups"),
    "classes and groups": ((np.zeros(9),), {"stratify": [0] * 9, "groups": range(9)}, "groups"),
}  # fmt: skip


@pytest.mark.parametrize("what", REFUSED)
def test_what_cannot_be_split(what: str) -> None:
    arrays, keywords, argument = REFUSED[what]
    refuses("preprocessing.split", argument, lambda: split(*arrays, **keywords))


def test_a_set_of_tensors_trains_a_model() -> None:
    (x, y), dev, _ = split(np.ones((20, 2)), np.ones(20), seed=0)
    model = keras.Sequential([keras.Input((2,)), keras.layers.Dense(1)])
    model.compile("sgd", "mse", run_eagerly=keras.backend.backend() == "tensorflow")
    assert len(model.fit(x, y, validation_data=dev, verbose=0).history["val_loss"]) == 1
