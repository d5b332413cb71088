"""Every word of a page that is the user's: what is in it is text, whatever it looks like."""

import json
import shlex
from pathlib import Path
from typing import Any

from dlref.tuning.babysitting.page import render as render_run
from dlref.tuning.report.bilingual_text import clean
from dlref.tuning.report.page import render
from tests.corruption.kinds.kind import Kind, write_json
from tests.tuning.reports import Page, declared, make, ranged, trial
from tests.tuning.test_babysitter_page import events

PLACES = ("name", "value", "metric", "reason", "worker", "population", "target", "directory")
PLACES += ("backend", "package", "version", "zoom", "objective")
RUN_PLACES = ("name", "hyperparameter", "metric", "value", "english", "korean")


def hostile_sweep(words: dict[str, str]) -> Any:
    """A sweep with these words in it, one for each of `PLACES`."""
    w = words
    space = [declared(w["name"], "Choice", values=[w["value"], "x"]), ranged("other", 0.0, 1.0)]
    known = {"curves": {w["metric"]: [0.1, 0.2]}, "worker": w["worker"]}
    known |= {"population": w["population"]}
    trials = [
        trial(
            *(k, k / 20, {w["name"]: w["value"] if k % 2 else "x", "other": k / 20}),
            **known,
            metrics={w["objective"]: k / 20, w["metric"]: 0.2},
        )
        for k in range(20)
    ]
    trials += [
        trial(20 + k, None, {w["name"]: "x", "other": 0.5}, status, w["reason"], **known)
        for k, status in enumerate(("failed", "diverged"))
    ]
    zoom = {"name": w["name"], "conditions": [], "scale": "choice", "old": [w["zoom"]]}
    zooms = [zoom | {"new": [w["zoom"]], "why": w["zoom"]}]
    names = {"target": w["target"], "data": w["target"], "directory": w["directory"]}
    names |= {"objective": f"max:{w['objective']}", "versions": {w["package"]: w["version"]}}
    return make(trials, space=space, zooms=zooms, **names, backend=w["backend"])


def hostile_events(words: dict[str, str]) -> list[dict[str, Any]]:
    """A run with these words in it, one for each of `RUN_PLACES`."""
    change = {"name": words["hyperparameter"], "old": 0.1, "new": words["value"]}
    advice = {"en": words["english"], "ko": words["korean"]}
    logs = {"loss": 0.5, "val_loss": 0.5, words["metric"]: 0.5}
    return [
        *events(),
        {"kind": "epoch", "epoch": 3, "step": 21, "logs": logs},
        {"kind": "change", "epoch": 3, "step": 21, **change},
        {"kind": "advice", "epoch": 3, "step": 21, **advice},
    ]


def _make(places: tuple[str, ...]) -> Any:
    def make_words(folder: Path) -> None:
        write_json(folder / "words.json", dict.fromkeys(places, "plain"))

    return make_words


def _words(folder: Path) -> dict[str, str]:
    return json.loads((folder / "words.json").read_text("utf-8"))


def _look(html: str, words: dict[str, str]) -> Any:
    """The tags of a page with their attributes' names, and whether all its words are there to be read."""
    page = Page(html)
    tags = [[tag, sorted(attributes)] for tag, attributes in page.tags]
    shown = "".join(page.texts)
    missing = [place for place, word in words.items() if clean(word) not in shown]
    return [sorted(map(json.dumps, tags)), missing]


def read_report(folder: Path) -> Any:
    words = _words(folder)
    shown = {"population": "", "target": shlex.quote(words["target"])}  # as a shell reads it
    return _look(render(hostile_sweep(words)), words | shown)


def read_run(folder: Path) -> Any:
    words = _words(folder)
    return _look(render_run(hostile_events(words), words["name"]), words)


def _says(read: Any, places: tuple[str, ...]) -> Any:
    """The tags are those of a page of harmless words, as different as the hostile ones are."""

    def says(folder: Path) -> list[Any]:
        words = _words(folder)
        different = {word: f"plain{i}" for i, word in enumerate(dict.fromkeys(words.values()))}
        write_json(folder / "words.json", {place: different[word] for place, word in words.items()})
        return [read(folder)]

    return says


KINDS = (
    Kind(
        *("words of a report", "words.json", "words", _make(PLACES)),
        *(read_report, _says(read_report, PLACES)),
    ),
    Kind(
        *("words of a run's page", "words.json", "words", _make(RUN_PLACES)),
        *(read_run, _says(read_run, RUN_PLACES)),
    ),
)
