"""What is shown while a sweep runs, in a terminal and elsewhere, and what is logged."""

import io
import json
from types import SimpleNamespace

import numpy as np
import pytest
from rich.console import Console

from dlref.tuning.command import progress_display, progress_state
from dlref.tuning.command.events import Events, JsonLog, event
from dlref.tuning.command.progress_display import Progress
from dlref.tuning.command.progress_state import ProgressState
from dlref.tuning.report.throughput import duration
from dlref.tuning.trials.records import Settings, Sweep, Trial
from dlref_cli.signals import Interruption


class Clock:
    def __init__(self):
        self.now = 100.0

    def monotonic(self):
        return self.now


@pytest.fixture
def clock(monkeypatch):
    found = Clock()
    for module in (progress_display, progress_state):
        monkeypatch.setattr(module, "time", found)
    return found


def settings(**changes):
    fixed = {"target": "digits", "data": None, "trials": 8, "epochs": 4, "seed": 0}
    found = {"identity": {}, "space": [], "versions": {}, "started": "", "backend": "jax"}
    given = {"objective": "max:val_accuracy", "directory": "."}
    return Settings(**{**fixed, **found, **given, **changes})


def ended(number, score=None, status="finished", **changes):
    content = {"values": {"rate": 0.1}, "metrics": {}, "seconds": 1.5, "reason": "", **changes}
    return event("trial", trial=number, status=status, score=score, **content)


def shown(clock, steps, terminal=False, **changes):
    """The output after events, each with the seconds that pass before it."""
    console = Console(file=io.StringIO(), force_terminal=terminal, width=120, color_system=None)
    with Progress(console, Sweep(settings(**changes), [])) as display:
        for seconds, told in steps:
            clock.now += seconds
            display(told)
            if terminal:
                display.live.refresh()
    return console.file.getvalue()


def test_trials_that_end_one_after_another_get_a_line_each(clock):
    steps = []
    for number, score in enumerate([0.5, 0.75, 0.625]):
        steps += [(0, event("claimed", trials=[number])), (2, ended(number, score))]
    steps.append((0.5, event("claimed", trials=[3])))
    lines = shown(clock, steps).splitlines()
    assert lines[:3] == [
        "1/8 trial 0: val_accuracy 0.5 in 1.5 s; best val_accuracy 0.5 (trial 0); 30 trials/min; about 14 s left",
        "2/8 trial 1: val_accuracy 0.75 in 1.5 s; best val_accuracy 0.75 (trial 1); 30 trials/min; about 12 s left",
        "3/8 trial 2: val_accuracy 0.625 in 1.5 s; best val_accuracy 0.75 (trial 1); 27.7 trials/min; "
        "about 11 s left",
    ]
    assert lines[3:] == ["3 trials in 6.5 s, 27.7 trials/min"]


def test_a_population_that_ends_at_once_gets_one_line(clock):
    numbers = list(range(128))
    steps = [(0, event("note", text="population 1: 128 trials"))]
    steps += [(0, event("claimed", trials=numbers))]
    steps += [(10 * (n == 0), ended(n, n / 128)) for n in numbers[:125]]
    steps += [
        (0, ended(n, status="diverged", reason=f"loss was nan in epoch {n}")) for n in (125, 126)
    ]
    steps += [(0, ended(127, status="failed", reason="ValueError: no"))]
    steps += [(0.1, event("claimed", trials=[128]))]
    lines = shown(clock, steps, trials=256).splitlines()
    assert lines == [
        "population 1: 128 trials",
        "trial 125 diverged: loss was nan in epoch 125",  # 126 says nothing new
        "trial 127 failed: ValueError: no",
        "128/256: 125 finished, 2 diverged, 1 failed; best val_accuracy 0.96875 (trial 124); "
        "12.7 trials/s; about 10 s left",
        "128 trials in 10 s, 12.7 trials/s",
    ]


def test_many_quick_trials_get_a_line_each_second(clock):
    steps = []
    for number in range(50):
        steps += [(0.125, ended(number, 0.5)), (0, event("claimed", trials=[number + 1]))]
    lines = shown(clock, steps, trials=50).splitlines()
    assert len(lines) == 8  # 6 full seconds, the rest, and the end
    assert lines[0].startswith("8/50: 8 finished;")


def test_a_long_silence_is_broken(clock):
    steps = [(0, event("claimed", trials=[0, 1]))]
    for epoch in (1, 2, 3):
        logs = {"trials": [0, 1], "epoch": epoch, "logs": {}, "memory": 2**30, "gpu_memory": None}
        steps.append((40, event("epoch", **logs)))
    lines = shown(clock, steps).splitlines()
    assert lines == ["0/8: 2 running (epoch 2 of 4); no result yet; about 9 min left"]


def test_a_terminal_has_a_live_display(clock):
    memory = {"memory": 2**30, "gpu_memory": 2**31}
    steps = [
        (0, event("device", device="jax on gpu:0")),
        (0, event("claimed", trials=[0, 1, 2])),
        (5, event("epoch", trials=[0, 1, 2], epoch=3, logs={}, **memory)),
        (5, ended(0, 0.5, values={"rate": 0.125})),
        (0, ended(1, status="diverged", reason="loss was nan [red]")),
    ]
    text = shown(clock, steps, terminal=True)
    for part in (
        *("3 running (epoch 3 of 4)", "no result yet", "2/8 trials", "━", "12 trials/min"),
        *("1 finished, 1 diverged, 1 running", "best val_accuracy 0.5 (trial 0): rate 0.125"),
        *("jax on gpu:0, 1 GiB of memory, 2 GiB of GPU memory", "about 19 s left"),
        "trial 1 diverged: loss was nan [red]",
    ):
        assert part in text, part


def test_what_keeps_its_bounds_is_best_and_the_rest_is_said(clock):
    sweep = Sweep(settings(subject_to=["latency_ms<=100"]), [])
    found = ProgressState(sweep, shared=False)
    found(ended(0, 0.9, metrics={"latency_ms": 200.0}))
    assert found.best() == "best val_accuracy 0.9 (trial 0, outside latency_ms<=100)"
    found(ended(1, 0.5, metrics={"latency_ms": 100.0}))
    found(ended(2, 0.95, metrics={"latency_ms": 101.0}))
    assert found.best() == "best val_accuracy 0.5 (trial 1)"


def test_it_goes_on_where_it_was(clock):
    before = [Trial(0, "finished", 0.5, {}, ""), Trial(1, "failed", None, {}, "no")]
    found = ProgressState(Sweep(settings(objective="min:val_loss"), before), shared=False)
    assert (found.ended, found.ended_here, found.best()) == (2, 0, "best val_loss 0.5 (trial 0)")
    clock.now += 10
    found(ended(2, 0.25))
    assert found.line([]).startswith("3/8: 2 finished, 1 failed; best val_loss 0.25 (trial 2);")
    assert found.left() == "about 50 s left"  # 5 trials, 10 s each


def test_trials_of_other_machines_are_known_by_their_numbers(clock):
    found = ProgressState(Sweep(settings(), []), shared=True)
    found(event("claimed", trials=[0, 4]))
    assert (found.ended, found.counts()) == (3, "2 running (epoch 0 of 4), 3 on other machines")
    alone = ProgressState(Sweep(settings(), []), shared=False)
    alone(event("claimed", trials=[4]))
    assert alone.ended == 0


def test_what_runs_on_a_worker_that_died_runs_no_more(clock):
    found = ProgressState(Sweep(settings(), []), shared=False)
    for worker in (0, 1):
        found({**event("claimed", trials=[worker]), "worker": worker})
    found(event("worker_ended", worker=0, code=-9, log="0.log"))
    assert list(found.running) == [1]


def test_durations():
    assert [duration(s) for s in (0.0123, 9.99, 59, 119, 121, 3599, 7260)] == [
        *("0.012 s", "10 s", "59 s", "119 s", "2 min", "1 h 0 min", "2 h 1 min")
    ]


def test_an_interruption_ends_the_search():
    interruption = Interruption()
    events = Events([], interruption.check, "val_accuracy")
    events.check()
    interruption.received = 2
    with pytest.raises(KeyboardInterrupt):
        events.check()


def test_events_are_json_that_any_reader_takes(tmp_path):
    file = tmp_path / "log.jsonl"
    trial = SimpleNamespace(
        trial_id="7", hyperparameters=SimpleNamespace(values={"one_minus_beta": 0.25, "n": 3})
    )
    result = SimpleNamespace(
        **{"number": 7, "state": "diverged", "metrics": {"val_accuracy": np.float32("nan")}},
        **{"message": "diverged: no\n\nTraceback", "best_epoch": None, "seconds": 1.23456},
        population="",
    )
    with JsonLog(str(file)) as log:
        events = Events([log], lambda: None, "val_accuracy")
        events.claimed([trial])
        events.note("zoom")
        events.epoch_ended([7], 1, {"loss": np.array([np.inf, 0.5], "float32")})
        events.trial_ended(result, trial)
    told = [json.loads(line, parse_constant=pytest.fail) for line in file.read_text().splitlines()]
    assert [each["event"] for each in told] == ["claimed", "note", "epoch", "trial"]
    assert told[0]["trials"] == [7] and told[2]["logs"] == {"loss": [None, 0.5]}
    assert told[2]["memory"] > 2**20
    ended_trial = {key: told[3][key] for key in ("trial", "status", "score", "values", "reason")}
    assert ended_trial == {
        **{"trial": 7, "status": "diverged", "score": None},
        **{"values": {"beta": 0.75, "n": 3}, "reason": "diverged: no"},
    }
    assert told[3]["seconds"] == 1.235 and told[3]["metrics"] == {"val_accuracy": None}


def test_a_log_that_cannot_be_written_on_ends_no_sweep(capsys):
    with open("/dev/full", "w") as full:
        log = JsonLog("-")
        log.stream = full
        log(event("note", text="x" * 100_000))
        log(event("note", text="more"))
    assert "--log-json - ends here: [Errno 28] No space left" in capsys.readouterr().err
