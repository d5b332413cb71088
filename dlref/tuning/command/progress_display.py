"""How far a sweep is: live in a terminal, a line now and then elsewhere.

A line is written once something ended, and at most each `PAUSE` seconds: trials that end one after another get a line
each, a population of a hundred that ends at once gets one, and so does a minute in which nothing ended. The first
trial that fails for a reason gets a line of its own at once.
"""

import re
import threading
import time
from typing import Any

from rich.console import Console, Group
from rich.live import Live
from rich.progress_bar import ProgressBar
from rich.table import Table
from rich.text import Text

from dlref.tuning.command.events import Event
from dlref.tuning.command.progress_state import ProgressState
from dlref.tuning.command.space_table import zoom_text
from dlref.tuning.trials.records import Sweep

PAUSE = 1.0
QUIET = 60.0  # seconds after which a line says that it goes on
REASONS = 5  # lines about new reasons; the summary has them all


class Progress:
    """Shows the events of a sweep.

    Args:
        console: where to show them. A terminal gets a live display, anything else plain lines.
        sweep: the sweep as it is before it goes on.
        shared: whether other machines work on it too. Defaults to `False`.
    """

    def __init__(self, console: Console, sweep: Sweep, shared: bool = False) -> None:
        self.console = console
        self.progress_state = ProgressState(sweep, shared)
        self.lock = threading.Lock()  # the live display is drawn by a thread of its own
        self.pending: list[Event] = []
        self.reasons: set[str] = set()
        self.printed, self.zoomed = time.monotonic(), False
        self.live = Live(
            get_renderable=self.render,
            console=console,
            refresh_per_second=4,
            transient=True,
        )

    def __enter__(self) -> "Progress":
        if self.console.is_terminal and not self.console.quiet:
            self.live.start()
        return self

    def __exit__(self, *error: object) -> None:
        self.flush(0.0)
        self.live.stop()
        if self.progress_state.ended_here:
            self.say(self.progress_state.closing_line())

    def __call__(self, event: Event) -> None:
        with self.lock:
            self.progress_state(event)
        name = event["event"]
        if name == "note":
            self.flush(0.0)
            worker = f"worker {event['worker']}: " if "worker" in event else ""
            self.say(worker + event["text"])
        elif name == "zoom" and not self.zoomed:
            self.flush(0.0)
            self.zoomed = True  # every worker tells it
            self.say(zoom_text(event["zooms"]))
        elif name == "trial":
            self.pending.append(event)
            self.explain(event)
            return
        elif name == "worker_ended" and event["code"] != 0:
            self.flush(0.0)
            self.say(worker_line(event))
        self.flush(PAUSE)

    def flush(self, pause: float) -> None:
        """Writes a line about what ended, unless the last line is less than `pause` seconds old."""
        if self.live.is_started:
            self.pending.clear()
            return
        wait = pause if self.pending else max(pause, QUIET)
        if (self.pending or pause) and time.monotonic() - self.printed >= wait:
            self.say(self.progress_state.line(self.pending))
            self.pending.clear()
            self.printed = time.monotonic()

    def explain(self, event: Event) -> None:
        """Says at once why a trial failed, if no trial before failed like that."""
        if event["status"] not in ("failed", "diverged"):
            return
        kind = re.sub(r"\d+", "", event["reason"])
        if kind not in self.reasons and len(self.reasons) < REASONS:
            self.reasons.add(kind)
            self.say(f"trial {event['trial']} {event['status']}: {event['reason']}")

    def say(self, text: str) -> None:
        self.console.print(Text(text), soft_wrap=True)

    def render(self) -> Any:
        """The live display."""
        with self.lock:
            progress_state = self.progress_state
            done = min(progress_state.done(), progress_state.total)
            bar = Table.grid(padding=(0, 1))
            bar.add_row(
                Text(f"{progress_state.ended}/{progress_state.total} trials"),
                ProgressBar(total=progress_state.total, completed=done, width=40),
                Text(", ".join(filter(None, (progress_state.rate(), progress_state.left())))),
            )
            lines = (
                progress_state.counts(),
                progress_state.best(values=True),
                progress_state.machine(),
            )
        return Group(bar, *(Text(line, overflow="ellipsis", no_wrap=True) for line in lines))


def worker_line(event: Event) -> str:
    """What is said of a worker that did not end by itself."""
    code: int = event["code"]
    how = f"was killed by signal {-code}" if code < 0 else f"ended with code {code}"
    return f"worker {event['worker']} {how}; see {event['log']}. The others take over its trials."
