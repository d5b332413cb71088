"""report.html: what it shows, that it needs no network, and that nothing in it is the user's code."""

import json
import re
from html.parser import HTMLParser

import pytest
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from dlref.tuning.records import Settings, Sweep, Trial
from dlref.tuning.report import render
from dlref_cli import main

EVIL = "</script><img src=http://evil.example/x onerror=alert(1)>"
LOADING = {"src", "href", "srcset", "poster", "data", "action", "formaction", "background", "ping"}


class Page(HTMLParser):
    """The tags with their attributes, the text, the tables' cells and the scripts of a page."""

    def __init__(self, html):
        super().__init__()
        self.tags, self.text, self.cells, self.scripts = [], [], [], []
        self.feed(html)

    def handle_starttag(self, tag, attributes):
        self.tags.append((tag, dict(attributes)))

    def handle_data(self, text):
        inside = self.tags[-1][0] if self.tags else ""
        if self.cdata_elem == "script":
            self.scripts.append(text)
        else:
            self.text.append(text)
        if inside in ("td", "th"):
            self.cells.append(text)

    def plots(self):
        """The arguments of Plotly.newPlot: of each plot its traces and its layout."""
        decoder = json.JSONDecoder()
        for script in self.scripts[1:]:
            for call in re.finditer(r'Plotly\.newPlot\(\s*"(\w+)",\s*', script):
                traces, end = decoder.raw_decode(script, call.end())
                start = re.compile(r"\s*,\s*").match(script, end).end()
                yield call[1], traces, decoder.raw_decode(script, start)[0]


def declared(name, **config):
    return {"class_name": "Float", "config": {"name": name, **config}}


SPACE = [
    declared("learning_rate", min_value=1e-4, max_value=1.0, sampling="log", step=None),
    declared("one_minus_beta", min_value=1e-3, max_value=0.1, sampling="log", step=None),
    declared("batch_size", min_value=32, max_value=256, sampling="log", step=2),
    declared("layers", min_value=2, max_value=4, sampling="linear", step=None),
    declared("activation", values=["relu", "tanh"]),
]


def make(trials, directory="sweeps/digits", space=SPACE):
    config = ("digits", None, 9, 10, 3, directory, "max:val_accuracy", "jax", {}, space)
    return Sweep(Settings(*config, {"keras": "3.15.1"}, "2026-01-01"), trials, space)


def values(alpha, beta, size, layers, activation):
    names = ("learning_rate", "beta", "batch_size", "layers", "activation")
    return dict(zip(names, (alpha, beta, size, layers, activation), strict=True))


SWEEP = make(
    [
        Trial(0, "finished", 0.5, values(0.01, 0.9, 32, 2, "relu"), ""),
        Trial(1, "finished", 0.875, values(0.1, 0.999, 64, 4, "tanh"), ""),
        Trial(2, "diverged", None, values(1.0, 0.99, 32, 2, "relu"), "diverged: loss was nan"),
        Trial(3, "failed", None, values(1.0, 0.99, 32, 2, "relu"), "ValueError: no\n\nTraceback"),
        Trial(4, "finished", 0.75, values(0.2, 0.9375, 256, 3, "relu"), ""),
    ]
)


def test_contents():
    page = Page(render(SWEEP))
    text = " ".join(page.text)
    assert (
        "5 of 9 trials: 3 finished, 1 diverged, 1 failed. The largest val_accuracy is best." in text
    )
    columns = [
        "trial",
        "val_accuracy",
        "learning_rate",
        "beta",
        "batch_size",
        "layers",
        "activation",
    ]
    assert page.cells[:7] == columns
    assert page.cells[7:14] == ["1", "0.875", "0.1", "0.999", "64", "4", "tanh"]
    assert page.cells[14:16] == ["4", "0.75"]
    assert "diverged: loss was nan" in text and "ValueError: no" in text and "Traceback" in text
    assert "KERAS_BACKEND=jax dlref sweep digits --trials 9 --epochs 10 --seed 3" in text
    assert "3.15.1" in page.cells and "one_minus" not in text


def test_plots_are_on_the_right_scales():
    history, alpha, beta, size, layers, activation = Page(render(SWEEP)).plots()
    assert history[1][0]["x"] == [0, 1, 4] and history[1][1]["y"] == [0.5, 0.875, 0.875]
    axes = [plot[2]["xaxis"] for plot in (alpha, beta, size, layers, activation)]
    assert [axis["type"] for axis in axes] == ["log", "log", "log", "linear", "category"]
    assert [axis["title"]["text"] for axis in axes][1] == "beta"
    assert beta[1][0]["x"] == pytest.approx([0.001, 0.0625, 0.1])  # 1 - beta, best trial first
    low, high = axes[0]["range"]
    assert low < -4 and high > 0  # powers of ten: the whole range that was searched
    left, right = axes[1]["range"]
    assert left > -1 and right < -3  # beta grows to the right
    labels = dict(zip(axes[1]["tickvals"], axes[1]["ticktext"], strict=True))
    assert labels[0.1] == "0.9" and labels[0.001] == "0.999"
    assert {32, 64, 128, 256} <= set(axes[2]["tickvals"])


def check_needs_no_network(html):
    page = Page(html)
    for tag, attributes in page.tags:
        assert tag not in {"link", "iframe", "img", "object", "embed", "base", "form", "a"}
        assert not LOADING & set(attributes), (tag, attributes)
        assert not any(name.startswith("on") for name in attributes)
    policy = [
        a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"
    ]
    assert policy[0].startswith("default-src 'none'")
    styles = re.findall(r"<style>(.*?)</style>", html, re.DOTALL)
    assert not any(word in style for style in styles for word in ("url(", "@import"))
    return page


def test_nothing_is_loaded():
    check_needs_no_network(render(SWEEP))


def test_hostile_texts_stay_text():
    space = [declared(EVIL, min_value=0, max_value=1, sampling="linear")]
    trials = [
        Trial(0, "finished", 0.5, {EVIL: EVIL}, ""),
        Trial(1, "failed", None, {EVIL: 0.5}, f"ValueError: {EVIL}\n\n{EVIL} \ud800"),
    ]
    page = check_needs_no_network(render(make(trials, directory=EVIL, space=space)))
    clean = check_needs_no_network(render(make(trials[:0])))
    assert "".join(page.text).count(EVIL) >= 6
    assert [tag for tag, _ in page.tags].count("script") == [t for t, _ in clean.tags].count(
        "script"
    ) + 1
    (_, _, layout) = list(page.plots())[1]
    assert "<" not in layout["xaxis"]["title"]["text"]


@settings(max_examples=30, deadline=None)
@given(text=st.text(alphabet=st.sampled_from("<>&\"'/ascript!-=\\\u2028${}")))
def test_any_text_stays_text(text):
    trials = [
        Trial(0, "failed", None, {text: text}, text),
        Trial(1, "finished", 1.0, {text: text}, ""),
    ]
    space = [declared(text, values=[text])]
    page = check_needs_no_network(render(make(trials, directory=text, space=space)))
    assert {tag for tag, _ in page.tags} <= {
        *("html", "head", "meta", "title", "style", "script", "body", "h1", "h2", "p", "div"),
        *("table", "tr", "td", "th", "details", "summary", "pre"),
    }


def test_a_sweep_without_results_has_a_report_too():
    for trials in ([], SWEEP.trials[2:4]):
        page = check_needs_no_network(render(make(trials)))
        assert "How to reproduce" in page.text


def test_the_report_command_rebuilds_it_anywhere(sweep, tmp_path):
    assert sweep("sometimes", "--trials", 4).exit_code == 0
    first = (tmp_path / "sweep" / "report.html").read_text()
    (tmp_path / "sweep" / "report.html").unlink()
    (tmp_path / "sweep").rename(tmp_path / "moved")
    result = CliRunner().invoke(main, ["report", str(tmp_path / "moved")])
    assert (result.exit_code, result.output.strip()) == (0, str(tmp_path / "moved" / "report.html"))
    again = (tmp_path / "moved" / "report.html").read_text()
    assert again == first.replace(str(tmp_path / "sweep"), str(tmp_path / "moved"))


def test_the_report_of_nothing(tmp_path):
    result = CliRunner().invoke(main, ["report", str(tmp_path)])
    assert result.exit_code == 2 and "holds no sweep" in result.output
