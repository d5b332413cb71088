"""What is shown while a sweep runs, in a terminal and elsewhere."""

import io

import pytest
from rich.console import Console

from dlref.tuning.progress import SweepProgress
from dlref.tuning.records import Settings, Sweep
from dlref_cli.signals import Interruption

SETTINGS = Settings("digits", None, 3, 2, 0, ".", "max:val_accuracy", "jax", {}, [], {}, "")


class Ended:
    """A trial of keras-tuner that has ended, as far as progress looks at it."""

    def __init__(self, number, score, message=None):
        self.trial_id = str(number)
        self.state = {
            "trial_id": str(number),
            "status": "FAILED" if message else "COMPLETED",
            "score": score,
            "message": message,
            "hyperparameters": {"values": {}},
        }

    def get_state(self):
        return self.state


def shown(terminal):
    console = Console(file=io.StringIO(), force_terminal=terminal, width=120, color_system=None)
    with SweepProgress(console, Sweep(SETTINGS, []), Interruption().check) as progress:
        for trial in (
            Ended(0, 0.5),
            Ended(1, None, "diverged: loss was nan [red]"),
            Ended(2, 0.75),
        ):
            progress.trial_began(trial)
            progress.epoch_ended()
            progress.bar.refresh()
            progress.trial_ended(trial)
    return console.file.getvalue()


def test_lines_where_the_output_is_no_terminal():
    lines = shown(terminal=False).splitlines()
    assert [line.split(" in ")[0] for line in lines] == [
        "1/3 trial 0: val_accuracy 0.5",
        "2/3 trial 1: diverged: loss was nan [red]",
        "3/3 trial 2: val_accuracy 0.75",
    ]
    assert [line.split("; ")[1] for line in lines] == [
        *("best 0.5 (trial 0)", "best 0.5 (trial 0)", "best 0.75 (trial 2)")
    ]
    assert lines[-1].endswith("about 0 s left")


def test_a_bar_with_the_best_so_far_in_a_terminal():
    text = shown(terminal=True)
    for part in (
        "no result yet",
        "best 0.5 (trial 0)",
        "best 0.75 (trial 2)",
        "3/3",
        "━",
        "0:00:00",
    ):
        assert part in text
    assert "val_accuracy" not in text


def test_an_interruption_ends_the_search():
    interruption = Interruption()
    progress = SweepProgress(Console(file=io.StringIO()), Sweep(SETTINGS, []), interruption.check)
    progress.check()
    interruption.received = 2
    with pytest.raises(KeyboardInterrupt):
        progress.check()
