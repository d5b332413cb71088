"""What TensorFlow cannot vectorize: the members take turns, and nobody tries it again."""

import keras
import pytest
import tensorflow as tf
from keras import layers

from dlref.tuning.populations.program import tensorflow_vectorization
from dlref.tuning.populations.program.tensorflow_function import Traced
from tests.populations.searching import check_against_fit, network, search


@pytest.fixture
def attempts(monkeypatch):
    """How often something is vectorized, and whether it could be."""
    made, vectorized_map = [], tf.vectorized_map

    def vectorize(*args, **kwargs):
        made.append(False)
        found = vectorized_map(*args, **kwargs)
        made[-1] = True
        return found

    monkeypatch.setattr(tf, "vectorized_map", vectorize)
    monkeypatch.setattr(tensorflow_vectorization, "_failed", [])
    return made


def model(hp, *hidden, optimizer=keras.optimizers.SGD, **options):
    depth = [layers.Dense(4) for _ in range(hp.Choice("layers", [1, 2]))]
    return network(*depth, *hidden, optimizer=optimizer(hp.Float("rate", 0.01, 0.1)), **options)


def zero(x):
    """By an operation that TensorFlow has no vectorized form of."""
    return 0 * tf.random.stateless_normal((), tf.cast(x[0, :2], tf.int32))


class Drawn(layers.Layer):
    def call(self, x):
        return x + zero(x)


def drawn(y, p):
    return keras.ops.mean(keras.ops.square(p), axis=-1) + zero(p)


@pytest.mark.parametrize(
    "build",
    [
        pytest.param(lambda hp: model(hp, Drawn()), id="a layer"),
        pytest.param(lambda hp: model(hp, loss=drawn), id="a loss"),
    ],
)
def test_it_is_tried_once(tmp_path, attempts, capfd, build):
    heard = check_against_fit(build, tmp_path, trials=6)
    assert attempts.count(False) == 1
    (note,) = [note for note in heard.notes if not note.startswith("population")]
    assert note.startswith("the members of a population take turns: TensorFlow cannot vectorize")
    assert len(heard.populations) == 2
    assert all(line.endswith(", taking turns") for line in heard.populations)
    _, again = search(build, tmp_path / "again", trials=2)
    assert attempts.count(False) == 1 and len(again.notes) == len(again.populations)
    assert "Traceback" not in (told := capfd.readouterr().err) and "pfor" not in told


def test_what_failed_is_not_the_fault_of_its_other_parts(tmp_path, attempts):
    for build in (lambda hp: model(hp, Drawn()), lambda hp: model(hp, layers.LayerNormalization())):
        _, heard = search(build, tmp_path / str(len(attempts)), trials=4)
    assert not any("turns" in note for note in heard.notes)
    assert attempts.count(False) == 1


@pytest.mark.parametrize(
    "cell", [layers.RNN(layers.GRUCell(3)), layers.LSTM(3, dropout=0.0, recurrent_dropout=1e-7)]
)
def test_a_loop_over_time_without_a_form_takes_turns_at_once(tmp_path, attempts, cell):
    def build(hp):
        parts = [layers.Reshape((3, 2)), type(cell).from_config(cell.get_config())]
        return network(*parts, optimizer=keras.optimizers.SGD(hp.Float("rate", 0.01, 0.1)))

    _, heard = search(build, tmp_path, trials=2)
    assert heard.notes == ["population 1: 2 trials, mini-batch 32, taking turns"]
    assert all(attempts)


def test_what_is_vectorized_but_does_not_compute(tmp_path, monkeypatch):
    def fails(*args):
        raise tf.errors.InvalidArgumentError(None, None, "not of so many axes")

    prepare = Traced.prepare

    def prepared(self, *args):
        found = prepare(self, *args)
        return found if self._program.loops else fails

    monkeypatch.setattr(Traced, "prepare", prepared)
    _, heard = search(model, tmp_path, trials=2)
    assert heard.states == ["finished"] * 2
    assert (
        sum(note.startswith("the members of a population take turns") for note in heard.notes) == 2
    )
    assert heard.notes[-1].endswith(", taking turns")
