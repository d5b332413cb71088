"""Writes down what happens in a run, and says each piece of advice once until it changes."""

import time
from datetime import datetime
from typing import Any

from dlref.tuning.babysitting.advice import Advice
from dlref.tuning.babysitting.page import write_page
from dlref.tuning.babysitting.run_directory import RunDirectory
from dlref.tuning.errors import cause

STATE_SECONDS = 0.5
PAGE_SECONDS = 60.0


class EventLog:
    """The files of a run. A disk that is full, or gone, ends the log and not the run.

    Args:
        run: the directory.
        language: "en" or "ko".
        aloud: whether to print advice.
    """

    def __init__(self, run: RunDirectory, language: str, aloud: bool) -> None:
        self.run, self.language, self.aloud = run, language, aloud
        self.state: dict[str, Any] = {"language": language, "changes": [], "advice": []}
        self.said: set[tuple[Any, ...]] = set()
        self.broken = False
        self.written = self.drawn = 0.0

    def start(self, **state: Any) -> None:
        """A training begins."""
        self.run.open()
        now = datetime.now().astimezone().isoformat(timespec="seconds")
        self.state |= {"status": "running", "started": now, **state}
        self.event("started", started=now, **{k: v for k, v in state.items() if k != "settable"})
        self.drawn = time.monotonic()
        self.write(force=True)

    def event(self, kind: str, **values: Any) -> None:
        """A line of `events.jsonl`."""
        self._try(self.run.record, kind, **values)

    def trouble(self, check: str, error: BaseException) -> None:
        """A check does not work with this model; the run goes on without it."""
        reason = f"{type(error).__name__}: {cause(error)}"
        self.state.setdefault("checks", {})[check] = reason
        self.event("trouble", check=check, reason=reason)
        self._say(f"{check}: {reason}")

    def advise(self, findings: list[Advice], **place: Any) -> None:
        """Keeps what holds now, and says what is new in it."""
        before = {entry["key"]: entry for entry in self.state["advice"]}
        self.state["advice"] = []
        for finding in findings:
            entry, key = before.get(finding.key), (finding.key, *finding.mark)
            if entry is None or key not in self.said:
                texts = {language: finding.text(language) for language in ("en", "ko")}
                entry = {"key": finding.key, "level": finding.level, **place, **texts}
            self.state["advice"].append(entry)
            if key not in self.said:
                self.said.add(key)
                self.event("advice", **entry)
                self._say(finding.text(self.language))

    def commands(self) -> list[tuple[str, Any]]:
        """What terminals ask for."""
        try:
            return self.run.commands()
        except OSError:
            return []

    def answer(self, name: str, content: dict[str, Any]) -> None:
        """Tells the terminal, once the state shows what was done."""
        if content["error"]:
            self.event("refused", **content)
        self.write(force=True)
        self._try(self.run.answer, name, content)

    def change(self, **change: Any) -> None:
        """A hyperparameter has another value from now on."""
        self.event("change", **change)
        self.state["changes"].append(change)
        self.state["settable"][change["name"]] = change["new"]

    def write(self, force: bool = False) -> None:
        """`state.json`, twice a second at most, and the page, once a minute."""
        now = time.monotonic()
        if force or now - self.written >= STATE_SECONDS:
            self.written = now
            self._try(self.run.write_state, self.state)
        if now - self.drawn >= PAGE_SECONDS:
            self.draw()

    def draw(self) -> None:
        """The page."""
        self.drawn = time.monotonic()
        try:
            write_page(self.run.path)
        except Exception as error:  # somebody may have written into the files
            self.trouble("page", error)

    def end(self, status: str) -> None:
        """The training is over."""
        self.state["status"] = status
        self.event("ended", status=status)
        self.write(force=True)
        self.draw()
        self.run.close()

    def _say(self, text: str) -> None:
        if self.aloud:
            print(f"\n[babysitter] {text}", flush=True)

    def _try(self, function: Any, *arguments: Any, **values: Any) -> None:
        if self.broken:
            return
        try:
            function(*arguments, **values)
        except OSError as error:
            self.broken = True
            self._say(f"{self.run.path}: {error}")
