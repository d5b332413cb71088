"""A change takes effect in the compiled training function, from the next mini-batch on: seen in the weights."""

import json
import time
from functools import cache

import keras
import numpy as np
import pytest

from dlref.layers import Dropout
from dlref.optimizers import Momentum
from dlref.regularizers import L2
from dlref.schedules import InverseTimeDecay
from dlref.tuning import Babysitter
from dlref.tuning.babysitting import session
from dlref.tuning.babysitting.run_directory import read_events
from dlref.tuning.digits import load_data

BATCH = 7  # before which the command is there


class Terminal(keras.callbacks.Callback):
    """Leaves a command before one batch, as another process would."""

    def __init__(self, run, command, batch=BATCH, epoch=None):
        super().__init__()
        self.run, self.command, self.batch, self.epoch = run, command, batch, epoch

    def on_epoch_begin(self, epoch, logs=None):
        self.now = epoch

    def on_train_batch_begin(self, batch, logs=None):
        if batch == self.batch and self.epoch in (None, self.now):
            content = self.command if isinstance(self.command, str) else json.dumps(self.command)
            (self.run / "commands" / f"{self.batch}.json").write_text(content)


class Changes(keras.callbacks.Callback):
    """Keeps the weights after every batch."""

    def on_train_begin(self, logs=None):
        self.weights = []

    def on_train_batch_begin(self, batch, logs=None):
        self.weights.append(np.concatenate([w.ravel() for w in self.model.get_weights()]))


@pytest.fixture(autouse=True)
def at_every_batch(monkeypatch):
    monkeypatch.setattr(session, "POLL_SECONDS", 0.0)


def build(optimizer):
    keras.utils.set_random_seed(0)
    model = keras.Sequential(
        [
            keras.Input((64,)),
            keras.layers.Dense(16, "tanh", kernel_regularizer=L2(1.0, 1437), name="hidden"),
            Dropout(0.5, seed=1, name="drop"),
            keras.layers.Dense(10, activation="softmax", kernel_regularizer="l2", name="out"),
        ]
    )
    model.compile(optimizer, "sparse_categorical_crossentropy", metrics=["accuracy"])
    return model


def train(run, optimizer, command=None, epochs=1, by_hand=None, **options):
    """The weights after each batch; `by_hand` changes the model from the start, in another training."""
    x, y, _, _ = load_data()
    model, weights = build(optimizer), Changes()
    if by_hand is not None:
        by_hand(model)
    panda = Babysitter(run, verbose=False, **options)
    asks = [] if command is None else [Terminal(run, command)]
    callbacks = [*asks, panda, weights]
    model.fit(x[:640], y[:640], batch_size=32, epochs=epochs, verbose=0, callbacks=callbacks)
    return model, weights.weights, read_events(run)


@pytest.fixture(scope="module")
def unchanged(tmp_path_factory):
    """The weights after each batch of a training that nobody changes."""

    @cache
    def weights(optimizer):
        return train(tmp_path_factory.mktemp("unchanged"), optimizer())[1]

    return weights


def plain():
    return keras.optimizers.SGD(0.1)


def with_momentum():
    return keras.optimizers.SGD(0.1, momentum=0.9)


def adam():
    return keras.optimizers.Adam(0.01)


def scheduled():
    return keras.optimizers.SGD(InverseTimeDecay(0.1, 5, 1.0))


def ours():
    return Momentum(0.1)


SETTINGS = [
    (plain, "learning_rate", 0.5),
    (with_momentum, "momentum", 0.1),
    (adam, "beta_1", 0.2),
    (adam, "epsilon", 0.1),
    (plain, "clipnorm", 0.01),
    (plain, "weight_decay", 0.1),
    (ours, "momentum", 0.1),
    (plain, "drop.rate", 0.1),
    (plain, "hidden.kernel_regularizer.strength", 500.0),
    (plain, "out.kernel_regularizer.l2", 0.5),
    (scheduled, "learning_rate", 0.5),
    (scheduled, "learning_rate.decay_rate", 9.0),
]


@pytest.mark.parametrize(("optimizer", "name", "value"), SETTINGS)
def test_a_change_takes_effect_at_the_next_batch(optimizer, name, value, tmp_path, unchanged):
    before = unchanged(optimizer)
    model, after, events = train(tmp_path / "2", optimizer(), {"set": {name: str(value)}})
    same = [np.allclose(a, b, rtol=1e-5, atol=1e-7) for a, b in zip(before, after, strict=True)]
    assert same == [True] * (BATCH + 1) + [False] * (len(same) - BATCH - 1)
    (change,) = [event for event in events if event["kind"] == "change"]
    assert (change["name"], change["step"]) == (name, BATCH)
    assert change["new"] == pytest.approx(value)
    state = json.loads((tmp_path / "2" / "state.json").read_text())
    assert state["settable"][name] == pytest.approx(value)
    answer = json.loads((tmp_path / "2" / "answers" / f"{BATCH}.json").read_text())
    assert answer["error"] == "" and answer["changes"][0]["name"] == name
    variable = name == "learning_rate" and isinstance(optimizer()._learning_rate, keras.Variable)
    assert answer["retraced"] is not variable


def test_after_a_change_the_run_is_what_it_would_be_with_that_value(tmp_path):
    """The changed batches equal those of a training whose model is changed by hand and compiled anew."""

    class ByHand(keras.callbacks.Callback):
        def on_train_batch_begin(self, batch, logs=None):
            if batch == BATCH:
                self.model.optimizer.beta_1 = 0.2
                self.model.get_layer("drop").rate = 0.1
                self.model.make_train_function(force=True)

    x, y, _, _ = load_data()
    model, weights = build(keras.optimizers.Adam(0.01)), Changes()
    callbacks = [ByHand(), weights]
    model.fit(x[:640], y[:640], batch_size=32, epochs=1, verbose=0, callbacks=callbacks)
    command = {"set": {"beta_1": "0.2", "drop.rate": "0.1"}}
    _, ours, _ = train(tmp_path, keras.optimizers.Adam(0.01), command)
    np.testing.assert_allclose(ours[-1], weights.weights[-1], rtol=1e-5, atol=1e-7)


def test_the_same_value_is_the_same_training(tmp_path):
    """Compiling anew changes nothing by itself, and the change goes back and forth."""
    _, before, _ = train(tmp_path / "1", keras.optimizers.Adam(0.01), epochs=2)
    _, after, events = train(
        tmp_path / "2", keras.optimizers.Adam(0.01), {"set": {"beta_1": "0.9"}}, epochs=2
    )
    assert [event["kind"] for event in events].count("change") == 2
    np.testing.assert_allclose(after[-1], before[-1], rtol=1e-5, atol=1e-7)


def test_validation_sees_the_changed_regularizer(tmp_path):
    x, y, _, _ = load_data()
    model = build(keras.optimizers.SGD(0.0))
    command = Terminal(tmp_path, {"set": {"out.kernel_regularizer.l2": "100"}}, epoch=1)
    panda = Babysitter(tmp_path, verbose=False, stop_on_nan=False)
    history = model.fit(
        x[:640],
        y[:640],
        epochs=2,
        verbose=0,
        validation_data=(x[:64], y[:64]),
        callbacks=[command, panda],
    ).history
    assert history["val_loss"][0] < 10 and history["val_loss"][1] > 100


WRONG = [  # a command, what its answer says
    ('{"set": {', "cannot be read"),
    ("[]", "A command must be an object"),
    ({"set": {"momentun": "0.5"}}, "Did you mean momentum?"),
    (
        {"set": {"momentum": "2"}},
        "`momentum` must be a number in [0, 1]. Received: momentum=2.0",
    ),
    ({"set": {"momentum": "inf"}}, "must be a finite number"),
    ({"set": {"momentum": "much"}}, "must be a finite number"),
    ({"set": {"momentum": "none"}}, "must be a number"),
    ({"set": {"drop.rate": "1.5"}}, "`rate` must be a number in [0, 1]"),
    ({"set": {"learning_rate": "-1"}}, "`learning_rate` must be a number in [0, inf)"),
    ({"set": {"learning_rate": "0.5", "momentum": "-1"}}, "momentum=-1"),
    ({"set": {"hidden.units": "3"}}, "no hyperparameter 'hidden.units'"),
    (json.dumps({"set": {"x" * 70_000: "1"}}), "at most 65536 bytes"),
]


def test_wrong_commands_are_answered_and_change_nothing(tmp_path):
    """One before each batch."""
    optimizer, panda = with_momentum(), Babysitter(tmp_path, verbose=False)
    asks = [Terminal(tmp_path, command, batch) for batch, (command, _) in enumerate(WRONG)]
    model, (x, y, _, _) = build(optimizer), load_data()
    model.fit(x[:640], y[:640], batch_size=32, verbose=0, callbacks=[*asks, panda])
    for batch, (_, message) in enumerate(WRONG):
        answer = json.loads((tmp_path / "answers" / f"{batch}.json").read_text())
        assert message in answer["error"] and answer["changes"] == []
        assert len(answer["error"]) < 500
    assert float(model.optimizer.learning_rate) == pytest.approx(0.1)
    assert model.optimizer.momentum == 0.9
    kinds = [event["kind"] for event in read_events(tmp_path)]
    assert "change" not in kinds and kinds[-1] == "ended"
    assert kinds.count("refused") == len(WRONG)


def test_what_needs_other_variables_is_refused(tmp_path):
    _, _, events = train(tmp_path, keras.optimizers.SGD(0.1), {"set": {"momentum": "0.9"}})
    (refused,) = [event for event in events if event["kind"] == "refused"]
    assert "`momentum` must stay 0.0 in this run" in refused["error"]


def test_momentum_can_be_turned_off_and_on(tmp_path):
    optimizer = keras.optimizers.SGD(0.1, momentum=0.9)
    panda = Babysitter(tmp_path, verbose=False)
    x, y, _, _ = load_data()
    asks = [
        Terminal(tmp_path, {"set": {"momentum": value}}, batch)
        for value, batch in (("0", 3), ("0.9", 6))
    ]
    build(optimizer).fit(x[:320], y[:320], verbose=0, callbacks=[*asks, panda])
    assert [c["new"] for c in panda.event_log.state["changes"]] == [0.0, 0.9]


def test_stop_ends_the_run_after_the_batch(tmp_path):
    model, weights, events = train(tmp_path, keras.optimizers.SGD(0.1), {"stop": True}, epochs=5)
    assert int(model.optimizer.iterations) == len(weights) == BATCH + 1
    assert events[-1] == {**events[-1], "kind": "ended", "status": "stopped"}


def test_a_command_from_before_the_run_is_not_obeyed(tmp_path):
    (tmp_path / "commands").mkdir(parents=True)
    (tmp_path / "commands" / "1.json").write_text('{"stop": true}')
    _, weights, events = train(tmp_path, keras.optimizers.SGD(0.1))
    assert len(weights) == 20 and events[-1]["status"] == "finished"


def test_an_epoch_of_two_values_judges_neither(tmp_path):
    x, y, _, _ = load_data()
    panda = Babysitter(tmp_path, verbose=False)
    asks = Terminal(tmp_path, {"set": {"learning_rate": "0.2"}}, epoch=1)
    model = build(keras.optimizers.SGD(0.1))
    history = model.fit(x[:640], y[:640], epochs=3, verbose=0, callbacks=[asks, panda]).history
    measurements = panda.session.monitor.measurements
    assert measurements.stretches == pytest.approx(history["loss"][2:])
    assert measurements.after_change == measurements.epochs[2:] and len(measurements.epochs) == 3


def test_a_change_between_epochs_leaves_whole_epochs(tmp_path):
    x, y, _, _ = load_data()
    panda = Babysitter(tmp_path, verbose=False)
    asks = Terminal(tmp_path, {"set": {"learning_rate": "0.2"}}, batch=0, epoch=1)
    model = build(keras.optimizers.SGD(0.1))
    history = model.fit(x[:640], y[:640], epochs=3, verbose=0, callbacks=[asks, panda]).history
    measurements = panda.session.monitor.measurements
    assert measurements.stretches == pytest.approx(history["loss"][1:])
    assert measurements.after_change == measurements.epochs[1:]


def test_several_steps_in_one_execution(tmp_path):
    x, y, _, _ = load_data()
    model = build(keras.optimizers.SGD(0.1))
    model.compile(
        keras.optimizers.SGD(0.1), "sparse_categorical_crossentropy", steps_per_execution=4
    )
    panda = Babysitter(tmp_path, data=(x, y), verbose=False, every=1)
    command = Terminal(tmp_path, {"set": {"learning_rate": "0.05"}}, 8)
    model.fit(x[:640], y[:640], epochs=2, verbose=0, callbacks=[command, panda])
    assert panda.event_log.state["changes"][0]["step"] == 8
    assert panda.advice == [] and panda.event_log.state.get("checks") is None


def test_commands_wait_for_a_poll(tmp_path, monkeypatch):
    """Looking for commands before every batch would take time."""
    monkeypatch.setattr(session, "POLL_SECONDS", 1e9)
    began = time.monotonic()
    _, weights, events = train(tmp_path, keras.optimizers.SGD(0.1), {"stop": True})
    assert time.monotonic() > began and len(weights) == 20
    assert events[-1]["status"] == "stopped"  # at the end of the epoch
