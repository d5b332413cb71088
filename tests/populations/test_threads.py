"""Tasks side by side, and populations as such tasks."""

import threading
import time

import keras
import pytest

from dlref.tuning.populations.model.unsupported import Unsupported
from dlref.tuning.populations.program import threads
from dlref.tuning.populations.program.threads import KERAS, Stopped, ThreadPool, Work
from tests.populations.searching import Recorder, arguments, network, search

SOON = 10  # seconds, after which what should have happened has not


def run(*tasks, count=2, check=lambda: None):
    return list(ThreadPool(count, check).run(tasks))


def test_work_is_done_side_by_side_and_its_result_sent():
    meeting = threading.Barrier(2, timeout=SOON)

    def task(name):
        found = yield Work(lambda check: (name, meeting.wait() < 2))
        yield found

    assert sorted(run(task("a"), task("b"))) == [("a", True), ("b", True)]


def test_what_work_raises_is_thrown_into_its_task_alone():
    def fails(check):
        raise ValueError("as it should")

    def task(work):
        try:
            yield Work(work)
            yield "done"
        except ValueError as error:
            yield str(error)

    assert sorted(run(task(fails), task(lambda check: None))) == ["as it should", "done"]


def test_the_first_task_goes_first_and_one_more_is_made_ready_meanwhile():
    happened, ready = [], threading.Event()

    def task(number):
        happened.append(f"begin {number}")
        if number == 2:
            ready.set()
        for part in range(2):
            wait = number == 1 and part == 0
            yield Work(lambda check, wait=wait: ready.wait(SOON) if wait else None)
            happened.append(f"part {part} of {number}")

    assert run(task(1), task(2), task(3), count=1) == []
    assert happened == [
        *("begin 1", "begin 2", "part 0 of 1", "part 1 of 1"),
        *("begin 3", "part 0 of 2", "part 1 of 2", "part 0 of 3", "part 1 of 3"),
    ]


def test_what_is_posted_is_called_by_the_thread_that_runs_the_tasks_before_they_go_on():
    side_by_side, happened = ThreadPool(2, lambda: None), []

    def work(check):
        assert threading.current_thread() is not threading.main_thread()
        side_by_side.post(lambda: happened.append(threading.current_thread()))

    def task():
        yield Work(work)
        yield len(happened)

    assert list(side_by_side.run([task()])) == [1]
    assert happened == [threading.main_thread()]


@pytest.mark.parametrize("how", ["interrupted", "closed"])
def test_an_end_stops_the_work_and_closes_the_tasks(how):
    seen, begun = [], threading.Event()

    def work(check):
        begun.set()
        until = time.monotonic() + SOON
        try:
            while time.monotonic() < until:
                check()
        except Stopped:
            seen.append("stopped")

    def task():
        try:
            yield "begun"
            yield Work(work)
        finally:
            seen.append("closed")

    def interrupt():
        if how == "interrupted" and begun.is_set():
            raise KeyboardInterrupt

    running = ThreadPool(1, interrupt).run([task(), task()])
    assert [next(running), next(running)] == ["begun", "begun"]
    assert begun.wait(SOON)
    if how == "closed":
        running.close()
    else:
        with pytest.raises(KeyboardInterrupt):
            next(running)
    assert sorted(seen) == ["closed", "closed", "stopped"]


def test_keras_is_one_thread_s_at_a_time():
    """Else a model would be built in one while another traces it."""
    free = []

    def work(check):
        with KERAS:
            free.append(time.monotonic())

    def task():
        yield Work(work)

    def slow():
        time.sleep(0.3)
        ended.append(time.monotonic())
        yield from ()

    ended = []
    assert run(task(), slow(), count=2) == []
    assert free[0] > ended[0]


def test_one_lane_for_an_accelerator_a_few_for_processors(monkeypatch):
    monkeypatch.setattr(threads.os, "cpu_count", lambda: 64)
    assert threads.count() == threads.MOST
    monkeypatch.setattr(keras.distribution, "list_devices", lambda: ["cpu:0", "gpu:0"])
    assert threads.count() == 1


def build(hp):
    hidden = keras.layers.Dense(hp.Int("units", 3, 8), activation="relu")
    hp.Choice("batch_size", [10, 20, 50])
    rate = hp.Float("learning_rate", 0.01, 0.1)
    return network(hidden, optimizer=keras.optimizers.SGD(rate, momentum=0.5))


class Threads(Recorder):
    """Remembers too which threads tell it things."""

    def __init__(self):
        super().__init__()
        self.threads = set()

    def epoch_ended(self, *args):
        super().epoch_ended(*args)
        self.threads.add(threading.current_thread())


def test_populations_side_by_side_learn_what_they_learn_one_after_the_other(tmp_path, monkeypatch):
    curves = []
    for count in (1, 3):
        monkeypatch.setattr(
            "dlref.tuning.populations.training.trainer.count", lambda count=count: count
        )
        place, listener = tmp_path / str(count), Threads()
        heard = search(build, place, trials=9, listener=listener)[1]
        assert len(heard.populations) == 3 and heard.states == ["finished"] * 9
        assert listener.threads == {threading.main_thread()}
        curves += heard.curves()
        assert not list(tmp_path.glob("*/*/checkpoints/*"))
    for one, other in zip(curves[:9], curves[9:], strict=True):
        assert one == pytest.approx(other, rel=1e-6)


def test_what_one_population_finds_out_of_its_structure_the_others_are_not_refused_for(
    tmp_path, monkeypatch
):
    """All of them have begun, padded, when the first finds that padding changes their models."""
    meeting = threading.Barrier(3)

    def check(program, members, histories):
        if any(c.trial_model.shapes != program.shapes for c in histories):
            meeting.wait(SOON)
            raise Unsupported("padding changes these models")

    monkeypatch.setattr("dlref.tuning.populations.training.epochs.check_padding", check)
    monkeypatch.setattr("dlref.tuning.populations.training.trainer.count", lambda: 3)
    _, heard = search(build, tmp_path, trials=9, fit=arguments(epochs=1))
    assert heard.states == ["finished"] * 9
    assert sum("one population for each width" in note for note in heard.notes) == 1
    assert not any("alone" in note for note in heard.notes)
