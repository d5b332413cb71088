"""report.html: what it says, that it needs no network, and that nothing in it is the user's code."""

import base64
import hashlib
import json
import math
import re
from dataclasses import replace

import yaml
from click.testing import CliRunner
from hypothesis import given, settings
from hypothesis import strategies as st

from dlref.tuning.report import conclusion, texts
from dlref.tuning.report.bilingual_text import Words, script_json
from dlref.tuning.report.page import render
from dlref.tuning.report.tables import paces
from dlref_cli import main
from tests.public import ROOT
from tests.tuning.reports import EVIL, Page, drawn, hostile, make, trial

LOADING = {"src", "srcset", "poster", "data", "action", "formaction", "background", "ping"}
RAW = {"learning_rate": 0.01, "one_minus_beta": 0.1, "batch_size": 32, "units": 60, "layers": 2}
TRACE = "ValueError: no\n\nTraceback (most recent call last): here"
TRIALS = [
    trial(0, 0.5, RAW | {"activation": "relu"}, seconds=2.0),
    trial(1, 0.875, RAW | {"one_minus_beta": 0.001, "activation": "tanh"}, seconds=2.0),
    trial(2, None, RAW, "diverged", "diverged: loss was nan in epoch 3", seconds=2.0),
    trial(3, None, RAW, "failed", TRACE),
    trial(4, 0.75, RAW | {"one_minus_beta": 0.0625}, seconds=2.0),
    trial(5, None, RAW, "diverged", "diverged: loss was nan in epoch 12"),
    trial(6, None, RAW, "pruned"),
    trial(7, None, RAW, "running"),
]


def test_contents():
    page = Page(make(TRIALS, trials=9))
    assert "7 of 9 trials have ended. Looked for: the largest val_accuracy." in page.english
    assert "시도 9개 가운데 7개가 끝났습니다. 목표: val_accuracy 최대화." in page.korean
    names = ["learning_rate", "beta", "batch_size", "units", "layers", "activation"]
    assert page.rows[0] == ["trial", "state", "val_accuracy", *names, "time in s", "message"]
    values = ["0.01", "0.999", "32", "60", "2", "tanh"]
    assert page.rows[1] == ["1", "finished", "0.875", *values, "2", ""]
    assert [row[:3] for row in page.rows[2:4]] == [
        ["4", "finished", "0.75"],
        ["0", "finished", "0.5"],
    ]
    ends = [(row[0], row[1], row[-2], row[-1]) for row in page.rows[4:9]]
    assert ends == [
        ("2", "diverged", "2", "diverged: loss was nan in epoch 3"),
        ("3", "failed", "", "ValueError: no"),
        ("5", "diverged", "", "diverged: loss was nan in epoch 12"),
        ("6", "pruned", "", ""),
        ("7", "running", "", ""),
    ]
    assert "one_minus" not in page.text and ["keras", "3.15.1"] in page.rows
    command = "KERAS_BACKEND=jax dlref sweep digits --trials 9 --epochs 10 --seed 3"
    assert command in page.text and "--replay 1" in page.text


def test_overview():
    html = render(make(TRIALS))
    tiles = re.findall(r'<dt><span lang="en">(.*?)</span>.*?</dt><dd>(.*?)</dd>', html)
    seen = {name: re.sub("<.*?>", "|", value) for name, value in tiles}
    assert seen == {
        **{"best: trial 1": "|0.875|", "finished": "3", "diverged": "2", "failed": "1"},
        **{"pruned": "1", "running": "1", "backend": "jax"},
        "training times of all populations, added up": "|8 s||8초|",
    }


def test_time_of_populations_and_workers():
    name = "1 (4 trials)"
    known = {"population": name, "worker": "a:17"}
    together = [trial(k, 0.5, RAW, seconds=3.0 + k, **known) for k in range(4)]
    alone = [trial(k, 0.5, RAW, seconds=1.0, worker="b:2") for k in range(4, 7)]
    page = Page(make(together + alone))
    assert [name, "a:17", "4", "4", "6 s", "0.667"] in page.rows
    assert ["one by one", "b:2", "3", "3", "3 s", "1"] in page.rows
    many = [trial(k, 0.5, RAW, seconds=1.0, population=str(k)) for k in range(25)]
    rows = [row for row in Page(make(many)).rows if len(row) == 6]
    assert len(rows) == 22 and rows[-1] == ["5 others", "", "5", "5", "5 s", "1"]
    assert "Trained together" not in Page(make(alone)).english
    assert "9 s" in Page(make(together + alone)).english  # 6 and 3, added up


def test_times_are_those_of_the_terminal(sweep, tmp_path):
    said = []
    for trials in (2, 4):
        output = sweep("sometimes", "--trials", trials).output
        (line,) = re.findall(r"^(\d+ trials? in .* s, .* trials/\w+), ", output, re.MULTILINE)
        said.append(line)
        page = Page((tmp_path / "sweep" / "report.html").read_text("utf-8"))
        (pace,) = [text for text in page.english if "as the terminal said it" in text]
        assert pace.strip().startswith("; ".join(said) + ". This is wall time from the start")
    assert [line.partition(" in ")[0] for line in said] == ["2 trials", "2 trials"]
    assert "wall times of 2 commands, added up" in page.english
    lost = tmp_path / "sweep" / "commands.jsonl"  # the second was killed while it wrote
    lost.write_text(lost.read_text().splitlines()[0] + "\n[2, 0.")
    assert CliRunner().invoke(main, ["report", str(tmp_path / "sweep")]).exit_code == 0
    page = (tmp_path / "sweep" / "report.html").read_text("utf-8")
    assert f"{said[0]}; 2 more in a time that is not known." in page
    assert sweep("sometimes", "--overwrite").exit_code == 0
    assert len(lost.read_text().splitlines()) == 1


def test_time_in_korean():
    made = make([trial(k, 0.5, RAW) for k in range(3)])
    words = paces(replace(made, commands=((1, 90.0), (2, 0.5))))
    assert words.en == "1 trial in 90 s, 40 trials/h; 2 trials in 0.5 s, 4 trials/s"
    assert words.ko == "시도 1개에 90초, 시간당 40개; 시도 2개에 0.5초, 초당 4개"


def test_failures_are_grouped():
    page = Page(make(TRIALS))
    html = page.html[page.html.index("<details") :]
    groups = re.findall(r"<summary>(.*?)</summary>(.*?)</details>", html, re.DOTALL)
    assert len(groups) == 2
    assert "<b>2</b> × diverged: loss was nan in epoch 3" in groups[0][0]
    assert " (and 1 alike)" in groups[0][0] and re.sub("<.*?>", "", groups[0][1]).startswith(
        "Trials시도: 2, 5"
    )
    assert "ValueError: no" in groups[1][0] and "<pre>Traceback" in groups[1][1]
    assert "None." in Page(make(TRIALS[:2])).english


def test_bounds_and_several_objectives():
    shared = {"objectives": ["max:val_accuracy", "min:parameters"]}
    points = [(0.9, 50), (0.95, 90), (0.8, 60), (0.99, 200), (0.7, 10)]
    trials = [
        trial(
            k,
            accuracy,
            RAW,
            scores=(accuracy, float(size)),
            metrics={"val_accuracy": accuracy, "parameters": float(size), "latency_ms": 10.0 * k},
            feasible=size <= 100,
        )
        for k, (accuracy, size) in enumerate(points)
    ]
    page = Page(make(trials, subject_to=["parameters<=100", "latency_ms<=15"], **shared))
    assert "subject to parameters&lt;=100, latency_ms&lt;=15" in page.html
    rows = {row[0]: row for row in page.rows[1:6]}
    assert set(rows) == {"0 ◆", "1 ◆", "2", "3", "4 ◆"}
    assert page.rows[0][2:5] == ["val_accuracy", "parameters<=100", "latency_ms<=15"]
    assert rows["1 ◆"][2:5] == ["0.95", "90 ✓", "10 ✓"]
    assert (rows["2"][4], rows["3"][3]) == ("20 ✗", "200 ✗")
    plot = page.plots["trade-off-0"]
    assert plot.trace("Pareto front")["x"] == [10, 50, 90]
    assert plot.trace("outside the bounds")["x"] == [200]
    assert [shape["x0"] for shape in plot.layout["shapes"]] == [100]


def test_zooms():
    zooms = [
        {"name": "learning_rate", "conditions": [], "scale": "log", "old": [1e-4, 1.0]}
        | {"new": [0.004, 0.02], "why": "the best 3 of 9 trials have 0.005...0.01"},
        {"name": "one_minus_beta", "conditions": [], "scale": "1 - beta", "old": [1e-3, 0.1]}
        | {"new": [0.002, 0.05], "why": "because"},
        {"name": "activation", "conditions": [], "scale": "choice", "old": ["relu", "tanh"]}
        | {"new": ["tanh"], "why": "the best 3 of 9 trials have tanh"},
    ]
    page = Page(make(TRIALS, zooms=zooms))
    rows = [row[:4] for row in page.rows if len(row) == 5]
    assert rows[1:] == [
        ["learning_rate", "log", "0.0001 … 1", "0.004 … 0.02"],
        ["beta", "1 − β, log", "0.9 … 0.999", "0.95 … 0.998"],
        ["activation", "choice", "relu, tanh", "tanh"],
    ]
    assert "시도 9개 가운데 가장 좋은 3개의 값: 0.005...0.01" in page.korean
    for name, ends in (("learning_rate", [0.004, 0.02]), ("beta", [0.002, 0.05])):
        (shape,) = page.slice(name).layout["shapes"]
        assert [shape["x0"], shape["x1"]] == ends
    assert "Coarse to fine" not in Page(make(TRIALS)).english


def check_needs_no_network(page):
    for tag, attributes in page.tags:
        assert tag not in {"link", "iframe", "img", "object", "embed", "base", "form"}
        assert not LOADING & set(attributes), (tag, attributes)
        assert attributes.get("href", "#").startswith("#")
        assert not any(name.startswith("on") for name in attributes)
    policy = [
        a["content"] for t, a in page.tags if a.get("http-equiv") == "Content-Security-Policy"
    ]
    scripts = re.findall(r"<script>(.*?)</script>", page.html, re.DOTALL)
    styles = re.findall(r"<style>(.*?)</style>", page.html, re.DOTALL)
    assert len(scripts) == 2 and len(styles) == 1
    of_plotly = ["", "font-size:70%"]  # which it fills itself, and exponents
    run, hold = (
        " ".join(
            f"'sha256-{base64.b64encode(hashlib.sha256(s.encode()).digest()).decode()}'"
            for s in each
        )
        for each in (scripts, styles + of_plotly)
    )
    assert policy == [
        f"default-src 'none'; script-src {run}; style-src 'unsafe-hashes' {hold}; "
        "img-src data: blob:; base-uri 'none'; form-action 'none'"
    ]
    assert not any("style" in attributes for _, attributes in page.tags)
    assert not any(word in style for style in styles for word in ("url(", "@import"))


CLEAN = Page(hostile("clean"))


def test_nothing_is_loaded_and_hostile_texts_stay_text():
    page = Page(hostile(EVIL))
    check_needs_no_network(page)
    assert page.text.count(EVIL) >= 20
    assert [tag for tag, _ in page.tags] == [tag for tag, _ in CLEAN.tags]
    for plot in page.plots.values():
        assert "<img" not in str(plot.layout) and "<img" not in str(plot.traces)


@settings(max_examples=12, deadline=None)
@given(
    text=st.text(alphabet=st.sampled_from("<>&\"'/ascript!-=\\\u2028${}%\x00\ud800\n"), min_size=1)
)
def test_any_text_stays_text(text):
    page = Page(hostile(text))
    check_needs_no_network(page)
    assert len(page.plots) == len(CLEAN.plots)
    page.html.encode()


def test_json_in_a_script_cannot_end_it():
    text = script_json([EVIL, "<!--", "&lt;", "한"])
    assert not set("<>&") & set(text) and json.loads(text) == [EVIL, "<!--", "&lt;", "한"]


def test_a_report_of_little():
    for found in ([], TRIALS[2:4], TRIALS[7:], TRIALS[:1], [trial(0, 0.0)]):
        page = Page(make(found))
        check_needs_no_network(page)
        assert "How to reproduce" in page.english
        for plot in page.plots.values():
            assert any(any(map(len, map(str, trace.values()))) for trace in plot.traces)


def test_numbers_of_every_size():
    scores = [1e308, -1e308, 0.0, 5e-324, 1e-300, 3.0, 1e40, 2, -0.0, 1e6, 1e5, 1e300]
    for found in (scores, [abs(score) + 5e-324 for score in scores], [7.0] * 12):
        curves = [{"loss": [score, math.nan, math.inf, -math.inf]} for score in found]
        trials = [
            trial(
                k, score, RAW | {"learning_rate": 10.0**-k}, curves=curves[k], metrics={"a": score}
            )
            for k, score in enumerate(found)
        ]
        for objective in ("min:loss", "max:loss"):
            page = Page(make(trials, objective=objective, subject_to=["a<=3"]))
            assert "NaN" not in str([plot.layout for plot in page.plots.values()])


def test_a_search_that_no_command_started():
    page = Page(make(TRIALS, started="", directory="", target="my study"))
    assert "--replay" not in page.text and "dlref sweep" not in page.text
    assert any(text.startswith("This search was started from Python") for text in page.english)
    assert "my study" in page.texts


def test_words():
    """Both languages say the same things, and the Korean ones in the words of the glossary."""
    glossary = yaml.safe_load((ROOT / "docs" / "glossary.yml").read_text("utf-8"))
    avoided = [word for row in glossary for word in row.get("avoid", ())]
    said = (*vars(texts).values(), *vars(conclusion).values())
    for words in (value for value in said if isinstance(value, Words)):
        english, korean = (sorted(re.findall(r"\{\w+\}", text)) for text in words)
        assert english == korean
        assert re.search("[가-힣]", words.ko) and not re.search("[가-힣]", words.en)
        assert not any(word in words.ko for word in avoided)
    page = Page(make(drawn(30)))
    spans = [attributes["lang"] for tag, attributes in page.tags if tag == "span"]
    assert spans.count("en") == spans.count("ko") == len(spans) / 2 > 40


def test_the_report_command_rebuilds_it_anywhere(sweep, tmp_path):
    assert sweep("sometimes", "--trials", 4).exit_code == 0
    first = (tmp_path / "sweep" / "report.html").read_text("utf-8")
    (tmp_path / "sweep" / "report.html").unlink()
    (tmp_path / "sweep").rename(tmp_path / "moved")
    result = CliRunner().invoke(main, ["report", str(tmp_path / "moved")])
    assert (result.exit_code, result.output.strip()) == (0, str(tmp_path / "moved" / "report.html"))
    again = (tmp_path / "moved" / "report.html").read_text("utf-8")
    assert again == first.replace(str(tmp_path / "sweep"), str(tmp_path / "moved"))


def test_the_report_of_nothing(tmp_path):
    result = CliRunner().invoke(main, ["report", str(tmp_path)])
    assert result.exit_code == 2 and "holds no sweep" in result.output


class Counted(list):
    """A list that counts how often somebody goes through it."""

    times = 0

    def __iter__(self):
        self.times += 1
        return super().__iter__()


def test_the_report_goes_through_the_trials_as_often_whatever_their_number():
    """Once for each row would be quadratic: eight workers took six minutes over 30,000 trials."""
    times = []
    for number in (20, 40):
        sweep = make([trial(i, score=i / 50, raw={"learning_rate": 0.1}) for i in range(number)])
        sweep = replace(sweep, trials=Counted(sweep.trials))
        render(sweep)
        times.append(sweep.trials.times)
    assert times[0] == times[1]
