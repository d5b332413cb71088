"""babysitter.html: what it plots, in both languages, and that nothing in it is the user's code."""

import html
import json
import re
import shutil

import plotly.graph_objects as go
import pytest

from dlref.tuning.babysitting.page import render
from tests.corruption.edit_text import WORDS

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
EVIL = "</script><img src=http://evil.example/x onerror=alert(1)>"


def events(evil=""):
    """A run of two epochs of ten updates, with two changes and one piece of advice."""
    found = [{"kind": "started"}]
    for step in range(1, 21):
        sample = {"step": step, "epoch": 1 + step // 11, "loss": 3.0 / step, "learning_rate": 0.1}
        found.append({"kind": "sample", "update_ratio": 1e-3, **sample})
    logs = {"loss": 1.0, "val_loss": 1.5, "accuracy": 0.5}
    found += [
        {"kind": "epoch", "epoch": 1, "step": 10, "logs": logs},
        {"kind": "epoch", "epoch": 2, "step": 20, "logs": logs | {"loss": 0.5, "val_loss": "nan"}},
        {"kind": "change", "epoch": 1, "step": 5, "name": "learning_rate", "old": 0.1, "new": 0.5},
        {
            "kind": "change",
            "epoch": 2,
            "step": 15,
            "name": f"drop{evil}.rate",
            "old": 0.5,
            "new": 0.0,
        },
        {
            "kind": "advice",
            "epoch": 1,
            "step": 3,
            "en": f"Too low{evil}.",
            "ko": f"낮습니다{evil}.",
        },
    ]
    return found


def figures(page):
    """The plots, made by plotly's own classes, which know every property; and their words."""
    found = {}
    for name, text in re.findall(
        r'<script type="application/json" id="(\w+)-data">(.*?)</script>', page
    ):
        data = json.loads(text)
        found[name] = (go.Figure(data["data"], data["layout"]), data["words"])
    return found


def test_the_plots():
    plots = figures(render(events(), "run"))
    assert list(plots) == ["loss", "rate", "ratio"]
    loss, words = plots["loss"]
    batches, train, dev = loss.data
    assert list(batches.x) == list(range(1, 21)) and batches.y[1] == 1.5
    assert list(train.y) == [1.0, 0.5] and list(dev.y) == [1.5, None]
    assert [line.x0 for line in loss.layout.shapes] == [5, 15]
    assert [note.text for note in loss.layout.annotations] == [
        "learning_rate = 0.5",
        "drop.rate = 0",
    ]
    assert [["data", 2, "name"], ["epoch, development set", "에포크, 개발 세트"]] in words
    rate, _ = plots["rate"]
    assert rate.data[0].line.shape == "hv" and (5, 0.5) in zip(
        rate.data[0].x, rate.data[0].y, strict=True
    )
    ratio, _ = plots["ratio"]
    assert set(ratio.data[0].y) == {1e-3} and ratio.layout.yaxis.type == "log"


def test_advice_and_changes():
    page = render(events(), "run")
    assert '<span lang="en">Too low.</span><span lang="ko">낮습니다.</span>' in page
    assert "<td>drop.rate</td><td>0.5</td><td>0</td>" in page


def test_a_run_that_has_just_begun():
    page = render([{"kind": "started"}], "run")
    assert list(figures(page)) == ["loss", "rate", "ratio"]
    assert "None: the run looks healthy." in page and "훈련이 순조롭습니다." in page


def test_nothing_of_the_user_s_is_code():
    page = render(events(EVIL), f"run{EVIL}")
    assert EVIL not in page and "<img" not in re.sub(r"<script>.*?</script>", "", page, flags=re.S)
    assert html.escape(EVIL) in page
    assert "<" not in figures(page)["loss"][0].layout.annotations[1].text


@pytest.mark.skipif(not CHROMIUM, reason="needs Chromium: apt-get install chromium")
@pytest.mark.parametrize("locale", ["en-US", "ko-KR"])
def test_in_a_browser_from_disk(locale, tmp_path):
    from playwright.sync_api import sync_playwright

    from tests.corruption.kinds.pages import RUN_PLACES, hostile_events  # which needs this module

    path, faults = tmp_path / "babysitter.html", []
    word = " ".join(WORDS[:9])
    words = dict.fromkeys(RUN_PLACES, word)
    path.write_text(render([*events(EVIL), *hostile_events(words)], word), encoding="utf-8")
    arguments = "--no-sandbox --disable-gpu --no-first-run --disable-background-networking".split()
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=arguments)
        page = browser.new_page(locale=locale, viewport={"width": 390, "height": 844})
        page.on("request", lambda request: faults.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.on("console", lambda said: said.type == "error" and faults.append(said.text))
        page.goto(path.as_uri())
        page.evaluate("setTimeout(() => dispatchEvent(new Event('beforeprint')))")
        page.wait_for_function("boxes.every(box => box.querySelector('.main-svg'))")
        heads = page.evaluate("[...document.querySelectorAll('h2')].map(each => each.innerText)")
        assert heads[0] == ("Loss" if locale == "en-US" else "손실")
        assert page.evaluate("document.documentElement.scrollWidth") == 390
        assert page.locator("h1").inner_text() == word and page.locator("img").count() == 0
        assert page.evaluate("window.came_in") is None
        browser.close()
    assert [fault for fault in faults if not fault.startswith(("file:", "data:", "blob:"))] == []
