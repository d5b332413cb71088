"""Data that come in mini-batches: in populations they are what they are for `fit`, or the reason is told."""

import keras
import numpy as np
import pytest

from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program import memory
from dlref.tuning.populations.program.data_sets import DataSet
from dlref.tuning.populations.program.fit_arguments import parse
from dlref.tuning.populations.program.mini_batches import shuffled
from tests.populations.searching import (
    fit,
    flowers,
    network,
    search,
    tolerance,
)

SIZE = 30  # of a mini-batch: of 100 examples, the last has 10


def build(hp):
    rate = hp.Float("learning_rate", 0.01, 0.1)
    hidden = keras.layers.Dense(hp.Choice("units", [3, 5]), activation="relu")
    return network(hidden, optimizer=keras.optimizers.SGD(rate, momentum=0.9))


class Batches(keras.utils.PyDataset):
    """Other examples in each epoch, as an augmentation makes them."""

    def __init__(self, examples=100, size=SIZE, weighted=False, **options):
        super().__init__(**options)
        self.data, self.size, self.weighted, self.epoch = flowers(examples), size, weighted, 0

    def __len__(self):
        return -(-len(self.data[0]) // self.size)

    def __getitem__(self, i):
        x, y = (a[i * self.size : (i + 1) * self.size] for a in self.data)
        weights = (np.linspace(0.1, 2, len(x)).astype(x.dtype),) if self.weighted else ()
        return x + 0.1 * self.epoch, y, *weights

    def on_epoch_end(self):
        self.epoch += 1


def generator(examples=100, size=20, batches=10**6):
    x, y = flowers(examples)
    for i in range(batches):
        rows = np.arange(i * size, (i + 1) * size) % examples
        yield x[rows] + 0.01 * i, y[rows]


def tensors(examples=100, size=SIZE):
    import tensorflow as tf

    return tf.data.Dataset.from_tensor_slices(flowers(examples)).batch(size)


# What `search` is given, made anew for each training, for `fit` reads some of them to their end.
KINDS = {
    "PyDataset": lambda: {"x": Batches(weighted=True), "validation_data": Batches(weighted=True)},
    "class_weight": lambda: {"x": Batches(workers=2), "class_weight": {0: 1.0, 1: 3.0, 2: 0.5}},
    "tf.data": lambda: {"x": tensors(), "validation_data": tensors(50)},
    "of unknown length": lambda: {"x": tensors().filter(lambda *_: True)},
    "repeated": lambda: {
        "x": tensors(90).repeat(),
        "steps_per_epoch": 2,
        "validation_data": tensors().repeat(),
        "validation_steps": 2,
    },
    "generator": lambda: {"x": generator(), "steps_per_epoch": 7},
    "arrays, and a set for development": lambda: {
        **dict(zip("xy", flowers(), strict=True)),
        "validation_data": tensors(50),
    },
}


@pytest.mark.filterwarnings("ignore:.*ran out of data")  # Keras, of an unknown length
@pytest.mark.parametrize("name", KINDS)
def test_equals_fit(tmp_path, name):
    given = {"epochs": 2, "shuffle": False, "verbose": 0, "validation_data": flowers(50)}
    tuner, heard = search(build, tmp_path, 2, {**given, **KINDS[name]()})
    assert len(heard.populations) == 1, heard.notes
    options = {**given, "y": None, **KINDS[name]()}
    if name == "class_weight":  # `fit` on JAX with two workers comes to other numbers than with one
        options["x"] = Batches()
    curves = fit(build, tuner, 1, **options)
    assert set(heard.results[1].curves) == set(curves)
    for key, curve in curves.items():
        assert heard.results[1].curves[key] == pytest.approx(curve, rel=tolerance()), key


def test_a_training_that_goes_on_passes_over_what_it_has_seen():
    data_set = DataSet(tensors(90).repeat(), 2)
    whole, rest = data_set.reader(), data_set.reader()
    seen = [whole.epoch(epoch)[0] for epoch in range(3)]
    assert not np.array_equal(seen[0], seen[1])
    assert np.array_equal(rest.epoch(2)[0], seen[2])


def test_a_replay_reads_it_again(tmp_path):
    options = {"x": Batches(), "epochs": 2, "verbose": 0, "validation_data": flowers(50)}
    tuner, heard = search(build, tmp_path, 2, options)
    _, result = tuner.replay(1, **{**options, "x": Batches()})
    assert result.curves["loss"] == pytest.approx(heard.results[1].curves["loss"], rel=tolerance())


def test_mini_batches_of_a_py_dataset_are_shuffled():
    """Whole, as `fit` does, but that a smaller one stays the last; a tf.data.Dataset keeps its order."""
    given = parse((), {"x": Batches()})
    one, other = (shuffled(given, [0, epoch]) for epoch in range(2))
    assert list(one) != list(other) and list(one) == list(shuffled(given, [0, 0]))
    for order in (one, other):
        assert sorted(order) == list(range(100)) and list(order[90:]) == list(range(90, 100))
        assert np.all(np.diff(order[:90].reshape(3, SIZE)) == 1)
    assert list(shuffled(parse((), {"x": tensors()}), [0, 0])) == list(range(100))
    assert list(shuffled(parse((), {"x": Batches(), "shuffle": False}), [0, 0])) == list(range(100))


def test_the_size_of_its_mini_batches_is_its_own(tmp_path):
    """A hyperparameter of that name changes nothing, as in `fit`."""

    def sized(hp):
        hp.Choice("batch_size", [16, 64])
        return build(hp)

    options = {"x": Batches(), "epochs": 1, "verbose": 0, "validation_data": flowers(50)}
    _, heard = search(sized, tmp_path, 4, options)
    assert heard.populations == ["4 trials, mini-batch 30, padded to 5"]


def test_a_model_without_an_input(tmp_path):
    def unbuilt(hp):
        model = keras.Sequential([keras.layers.Dense(4, "relu"), keras.layers.Dense(3)])
        loss = keras.losses.SparseCategoricalCrossentropy(from_logits=True)
        model.compile(keras.optimizers.SGD(hp.Float("learning_rate", 0.01, 0.1)), loss)
        return model

    options = {"x": generator(), "steps_per_epoch": 5, "validation_data": flowers(50)}
    _, heard = search(unbuilt, tmp_path, 2, {**options, "verbose": 0})
    assert len(heard.populations) == 1 and heard.states == ["finished"] * 2


class Broken(Batches):
    def __getitem__(self, i):
        if self.epoch:
            raise OSError("the disk is gone")
        return super().__getitem__(i)


class Uneven(Batches):
    def __getitem__(self, i):
        x, y = super().__getitem__(i)
        return (x[:5], y[:5]) if i == 1 else (x, y)


class Longer(Batches):
    def __getitem__(self, i):
        x, y = super().__getitem__(i)
        return (x[:-1], y[:-1]) if self.epoch > 1 and i == 3 else (x, y)


REASONS = {
    "ends early": (
        lambda: {"x": generator(batches=12), "steps_per_epoch": 7},
        "the generator ended in epoch 2 after 5 of 7 mini-batches",
    ),
    "no length": (lambda: {"x": generator()}, "the generator has no end, and its steps are not"),
    "no end": (lambda: {"x": tensors().repeat()}, "the tf.data.Dataset has no end"),
    "empty": (lambda: {"x": tensors().take(0)}, "ended in epoch 1 after 0 mini-batches"),
    "raises": (lambda: {"x": Broken()}, "PyDataset cannot be read (the disk is gone)"),
    "uneven": (lambda: {"x": Uneven()}, "the mini-batches of the PyDataset have different sizes"),
    "changes": (lambda: {"x": Longer()}, "the PyDataset has another length in epoch 2 than before"),
    "y": (lambda: {"x": Batches(), "y": np.zeros(3)}, "fit has y or sample_weight beside a Py"),
    "split": (lambda: {"x": Batches(), "validation_split": 0.5}, "validation_split is of arrays"),
}


@pytest.mark.filterwarnings("ignore:.*ran out of data")
@pytest.mark.parametrize("name", REASONS)
def test_the_reason_is_told(name):
    make, reason = REASONS[name]
    with pytest.raises(Unsupported) as raised:
        parsed = parse((), {"epochs": 2, **make()})
        assert parsed.train_set
        parsed.train_set.reader().epoch(1)
    assert reason in str(raised.value)


@pytest.mark.filterwarnings("ignore:.*ran out of data")
def test_a_generator_that_ends_early(tmp_path):
    """What is left of it is left to `fit`, and so are the words that this is too little."""
    options = {"x": generator(batches=12), "steps_per_epoch": 7, "epochs": 2}
    options |= {"validation_data": flowers(50), "shuffle": False, "verbose": 0}
    _, heard = search(build, tmp_path, 2, options)
    assert heard.notes[1:] == [
        "2 of 2 trials are trained alone: the generator ended in epoch 2 after 5 of 7 mini-batches"
    ]
    assert heard.states == ["failed"] * 2
    assert all("empty generator" in result.message for result in heard.results.values())


def test_what_does_not_fit_into_memory_is_not_read_to_its_end(monkeypatch):
    monkeypatch.setattr(memory, "available", lambda: 50_000)
    reads = []
    monkeypatch.setattr(Batches, "__getitem__", lambda self, i: reads.append(i) or flowers(SIZE))
    with pytest.raises(Unsupported, match="the PyDataset does not fit into memory"):
        parse((), {"x": Batches(10**4)})
    assert len(reads) < 20
