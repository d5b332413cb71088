"""Sweeps to report on, and the report's page taken apart."""

import base64
import json
import math
import random
from html.parser import HTMLParser

import numpy as np

from dlref.tuning.report.page import render
from dlref.tuning.samplers.one_minus import shown
from dlref.tuning.trials.records import Settings, Sweep, Trial

EVIL = "</script><img src=http://evil.example/x onerror=alert(1)>"


def declared(name, kind="Float", **config):
    return {"class_name": kind, "config": {"name": name, **config}}


def ranged(name, low, high, sampling="linear", step=None):
    kind = "Int" if isinstance(low, int) else "Float"
    return declared(name, kind, min_value=low, max_value=high, sampling=sampling, step=step)


SPACE = [
    ranged("learning_rate", 1e-4, 1.0, "log"),
    ranged("one_minus_beta", 1e-3, 0.1, "log"),
    ranged("batch_size", 32, 256, "log", 2),
    ranged("units", 50, 100),
    ranged("layers", 2, 4),
    declared("activation", "Choice", values=["relu", "tanh"]),
    declared("flat", "Fixed", value=3),
]


def trial(number, score=None, raw=None, status=None, message="", **fields):
    """A trial as records.py reads it; what is not given is as it is for a trial trained alone."""
    scores = fields.pop("scores", () if score is None else (score,))
    given = {
        "number": number,
        "status": status or ("failed" if score is None else "finished"),
        "score": score,
        "scores": scores,
        "values": dict(shown(*item) for item in (raw or {}).items()),
        "raw": raw or {},
        "message": message,
        "curves": {},
        "metrics": {},
        "seconds": 0.0,
        "population": "",
        "worker": "",
        "feasible": True,
    }
    return Trial(**(given | fields))


def make(found, space=SPACE, zooms=(), **fields):
    """A sweep of these trials."""
    given = {
        "target": "digits",
        "data": None,
        "trials": len(found),
        "epochs": 10,
        "seed": 3,
        "directory": "sweeps/digits",
        "objective": "max:val_accuracy",
        "objectives": [],
        "subject_to": [],
        "search": "random",
        "pruner": "none",
        "executions_per_trial": 1,
        "storage": "",
        "workers": 1,
        "backend": "jax",
        "identity": {},
        "space": space,
        "versions": {"keras": "3.15.1"},
        "started": "2026-01-01",
    }
    given |= fields
    given["objectives"] = given["objectives"] or [given["objective"]]
    return Sweep(Settings(**given), found, space=space, zooms=list(zooms))


def drawn(count, epochs=3, failing=0.1, seed=0):
    """As many trials of SPACE as a sweep draws: what matters is the learning rate, most of all 0.01."""
    draw = random.Random(seed)
    trials = []
    for number in range(count):
        raw = {
            "learning_rate": 10 ** draw.uniform(-4, 0),
            "one_minus_beta": 10 ** draw.uniform(-3, -1),
            "batch_size": 2 ** draw.randint(5, 8),
            "units": draw.randint(50, 100),
            "layers": draw.randint(2, 4),
            "activation": draw.choice(["relu", "tanh"]),
            "flat": 3,
        }
        score = 1 - 0.1 * (math.log10(raw["learning_rate"]) + 2) ** 2 - 0.05 * draw.random()
        curve = [score * (1 - 0.5**epoch) for epoch in range(1, epochs + 1)]
        curves = {"val_accuracy": curve, "loss": [1 / x for x in curve], "mae": curve}
        ended = {"curves": curves, "metrics": {"val_accuracy": score}, "seconds": 0.5}
        if draw.random() < failing:
            trials.append(trial(number, None, raw, "diverged", "diverged: loss was nan", **ended))
        else:
            trials.append(trial(number, score, raw, **ended))
    return trials


def hostile(text):
    """A sweep in which every text that can be the user's is `text`."""
    raw = {text: text, "other": 0.5}
    space = [declared(text, "Choice", values=[text, "x"]), ranged("other", 0.0, 1.0)]
    known = {"curves": {text: [0.1, 0.2]}, "metrics": {text: 0.2}, "worker": text}
    known |= {"population": text}
    trials = [trial(k, k / 20, raw | {"other": k / 20}, **known) for k in range(20)]
    trials += [
        trial(20 + k, None, raw, status, text, worker=text)
        for k, status in enumerate(("failed", "diverged"))
    ]
    zoom = {"name": text, "conditions": [], "scale": "choice", "old": [text], "new": [text]}
    names = {"target": text, "data": text, "directory": text, "objective": f"max:{text}"}
    versions = {"versions": {text: text}, "backend": text}
    return make(trials, space=space, zooms=[zoom | {"why": text}], **names, **versions)


class Page(HTMLParser):
    """The tags with their attributes, the text, the tables' cells and the plots of a report."""

    def __init__(self, sweep_or_html):
        super().__init__()
        html = sweep_or_html if isinstance(sweep_or_html, str) else render(sweep_or_html)
        self.html, self.tags, self.texts, self.rows = html, [], [], []
        self.english, self.korean, self.plots, self.in_cell = [], [], {}, False
        self.feed(html)
        self.text = " ".join(self.texts)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))
        if tag == "tr":
            self.rows.append([])
        if tag in ("td", "th"):
            self.rows[-1].append("")
            self.in_cell = True

    def handle_endtag(self, tag):
        self.in_cell = self.in_cell and tag not in ("td", "th")

    def handle_data(self, text):
        tag, attributes = self.tags[-1] if self.tags else ("", {})
        if self.cdata_elem == "script":
            if attributes.get("type") == "application/json":
                self.plots[attributes["id"].removesuffix("-data")] = Plot(json.loads(text))
        elif self.cdata_elem is None:
            self.texts.append(text)
            if tag == "span" and "lang" in attributes and text.strip():
                (self.english if attributes["lang"] == "en" else self.korean).append(text)
            if self.in_cell and attributes.get("lang") != "ko":
                self.rows[-1][-1] += text

    def slice(self, name):
        """The plot of this hyperparameter."""
        slices = [plot for key, plot in self.plots.items() if key.startswith("slice-")]
        return next(s for s in slices if s.layout["xaxis"]["title"]["text"] == name)


class Plot:
    """A figure of the page; numbers that are packed in base64 are unpacked."""

    def __init__(self, figure):
        self.traces, self.layout, self.words = figure["data"], figure["layout"], figure["words"]
        for each in self.traces:
            for key, value in each.items():
                each[key] = unpacked(value)

    def trace(self, english):
        """The trace with this name."""
        spots = [path[1] for path, words in self.words if path[0] == "data" and words[0] == english]
        return self.traces[spots[0]]


def unpacked(value):
    if isinstance(value, dict) and "bdata" in value:
        array = np.frombuffer(base64.b64decode(value["bdata"]), value["dtype"])
        shape = [int(n) for n in str(value.get("shape", len(array))).split(",")]
        return array.reshape(shape).tolist()
    return value
