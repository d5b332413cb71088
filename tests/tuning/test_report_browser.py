"""report.html in a real browser: both languages, light and dark, as a phone and as a desktop."""

import shutil
import time

import pytest

from dlref.tuning.report.page import render
from tests.corruption.edit_text import WORDS
from tests.corruption.kinds import pages
from tests.tuning.reports import EVIL, drawn, hostile, make

CHROMIUM = shutil.which("chromium") or shutil.which("google-chrome") or shutil.which("chrome")
ARGUMENTS = (
    "--no-sandbox --disable-gpu --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
PHONE = {"viewport": {"width": 390, "height": 844}, "has_touch": True, "is_mobile": True}
DESKTOP = {"viewport": {"width": 1280, "height": 900}}
VISIBLE = "[...document.querySelectorAll('h2')].map(each => each.innerText)"
PAPER = "getComputedStyle(document.body).backgroundColor"
LETTERS = """getComputedStyle(document.querySelector("#history-0 .xtitle")).fill"""

pytestmark = pytest.mark.skipif(not CHROMIUM, reason="needs Chromium: apt-get install chromium")


@pytest.fixture(scope="module")
def browser():
    from playwright.sync_api import sync_playwright

    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=CHROMIUM, args=ARGUMENTS)
        yield browser
        browser.close()


@pytest.fixture
def opened(browser, tmp_path):
    """Opens the report of a sweep from disk; afterwards nothing may have gone wrong."""
    faults = []

    def open_page(sweep, language="en-US", scheme="light", **options):
        path = tmp_path / "report.html"
        path.write_text(render(sweep), encoding="utf-8")
        context = browser.new_context(locale=language, color_scheme=scheme, **options)
        page = context.new_page()
        page.on("request", lambda request: faults.append(request.url))
        page.on("pageerror", lambda error: faults.append(str(error)))
        page.on("dialog", lambda dialog: faults.append(dialog.message))
        page.on("console", lambda said: said.type == "error" and faults.append(said.text))
        page.goto(path.as_uri())
        # Draws what is not in view yet; later, since within `evaluate` the page's policy does not hold.
        page.evaluate("setTimeout(() => dispatchEvent(new Event('beforeprint')))")
        page.wait_for_function("boxes.every(box => box.querySelector('.main-svg'))")
        width = page.evaluate("document.documentElement.scrollWidth")
        assert width == options["viewport"]["width"]
        return page

    yield open_page
    for context in browser.contexts:
        context.close()
    assert [fault for fault in faults if not fault.startswith(("file:", "data:", "blob:"))] == []


def test_language_and_colours_follow_the_browser_and_the_switches(opened):
    page = opened(make(drawn(40)), "ko-KR", "dark", **PHONE)
    assert page.evaluate(VISIBLE)[:2] == ["탐색 과정", "학습 곡선"]
    assert page.locator("#history-0 .xtitle").text_content() == "시도"
    dark, light_letters = page.evaluate(PAPER), page.evaluate(LETTERS)
    page.locator("#language").tap()
    assert page.evaluate(VISIBLE)[:2] == ["History", "Learning curves"]
    assert page.locator("#history-0 .xtitle").text_content() == "trial"
    page.locator("#theme").tap()
    assert page.evaluate(PAPER) == "rgb(255, 255, 255)" != dark
    assert page.evaluate(LETTERS) != light_letters
    page.locator("#theme").tap()
    assert (page.evaluate(PAPER), page.evaluate(LETTERS)) == (dark, light_letters)


def test_every_plot_shows_its_data(opened):
    sweep = make(drawn(40))
    page = opened(sweep, **DESKTOP)
    finished, failed = len(sweep.best), len(sweep.failures)
    assert page.evaluate(VISIBLE)[0] == "History"
    for plot in ("slice-0", "slice-5"):
        assert page.locator(f"#{plot} .point").count() == finished + failed
    assert page.locator("#parallel-0 .xtick").all_text_contents()[-1] == "val_accuracy"
    assert page.locator("#pair-0 .contourlevel, #pair-0 .hm").count() > 0
    buttons = page.locator("[data-title]").evaluate_all(
        "all => all.map(each => each.dataset.title)"
    )
    assert set(buttons) == {"Download plot as a PNG", "Zoom in", "Zoom out", "Reset axes"}
    cut = page.evaluate(
        """[...document.querySelectorAll('.main-svg text')].filter(text => {
            const inside = text.getBoundingClientRect();
            const box = text.closest('.plot').getBoundingClientRect();
            return inside.left < box.left - 1 || inside.right > box.right + 1;
        }).map(text => text.textContent)"""
    )
    assert cut == []


def eventually(look, expected):
    """A busy machine may take seconds."""
    for _ in range(100):
        if look() == expected:
            return
        time.sleep(0.1)
    assert look() == expected


PLACES = """(({_fullData, layout}) => _fullData.flatMap(lines => [...lines.y]
    .map((y, i) => [lines.customdata[i], i % (layout.xaxis.tickvals.length + 1), y])
    .filter(place => place[2] !== null)))(document.querySelector("#parallel-0"))"""


def test_a_finger_scrolls_until_the_button_lets_it_select(opened):
    page = opened(make(drawn(40)), **PHONE)
    page.locator("#parallel-0").scroll_into_view_if_needed()
    touch = page.context.new_cdp_session(page)

    def kept():
        return {number for number, *_ in page.evaluate(PLACES)}

    def drag():
        """Along the middle of the first axis."""
        box = page.locator("#parallel-0").bounding_box()
        offset = page.evaluate("document.querySelector('#parallel-0')._fullLayout.xaxis._offset")
        x = (
            box["x"]
            + offset
            + page.evaluate("document.querySelector('#parallel-0')._fullLayout.xaxis.l2p(0)")
        )
        for kind, dx, dy in (("Start", -9, 0), ("Move", 0, 40), ("Move", 9, 120), ("End", 0, 0)):
            points = [] if kind == "End" else [{"x": x + dx, "y": box["y"] + 150 + dy}]
            touch.send("Input.dispatchTouchEvent", {"type": f"touch{kind}", "touchPoints": points})
        page.wait_for_timeout(400)

    everything = kept()
    drag()
    assert kept() == everything
    button = page.locator(".brush")
    button.tap()
    assert button.get_attribute("aria-pressed") == "true"
    page.locator("#parallel-0").scroll_into_view_if_needed()
    drag()
    eventually(lambda: 0 < len(kept()) < len(everything), True)
    button.tap()
    eventually(kept, everything)
    assert button.get_attribute("aria-pressed") == "false"


def test_parallel_coordinates_keep_the_lines_that_are_dragged_over(opened):
    page = opened(make(drawn(40)), **DESKTOP)
    page.locator("#parallel-0").scroll_into_view_if_needed()
    box = page.locator("#parallel-0").bounding_box()

    def drag(axis, low, high):
        across, *up = page.evaluate(
            """([axis, low, high]) => {
                const {xaxis, yaxis} = document.querySelector("#parallel-0")._fullLayout;
                return [xaxis._offset + xaxis.l2p(axis), ...[low, high].map(at => yaxis._offset + yaxis.l2p(at))];
            }""",
            [axis, low, high],
        )
        page.mouse.move(box["x"] + across - 9, box["y"] + up[0])
        page.mouse.down()
        page.mouse.move(box["x"] + across + 9, box["y"] + up[1], steps=4)
        page.mouse.up()

    def kept():
        return {number for number, *_ in page.evaluate(PLACES)}

    places = {(number, axis): y for number, axis, y in page.evaluate(PLACES)}
    everything = kept()
    drag(0, 0.4, 0.8)
    first = {number for number in everything if 0.4 <= places[number, 0] <= 0.8}
    assert 0 < len(first) < len(everything)
    eventually(kept, first)
    page.keyboard.down("Shift")
    drag(1, 0.2, 0.6)
    page.keyboard.up("Shift")
    eventually(kept, {number for number in first if 0.2 <= places[number, 1] <= 0.6})
    page.mouse.dblclick(box["x"] + 250, box["y"] + 200)
    eventually(kept, everything)


COLUMN = """column => [...document.querySelectorAll('.trials tbody tr')].filter(row => !row.hidden)
    .map(row => text(row.cells[column]))"""


def test_the_table_is_sorted_and_filtered(opened):
    sweep = make(drawn(1000))
    page = opened(sweep, **DESKTOP)
    numbers = page.evaluate(COLUMN, 0)
    assert numbers[: len(sweep.best)] == [str(trial.number) for trial in sweep.best]
    assert len(numbers) == 1000
    head = page.locator("th", has_text="learning_rate")
    rates = sorted(each.values["learning_rate"] for each in sweep.trials)
    head.locator("button").click()
    assert head.get_attribute("aria-sort") == "ascending"
    assert [float(each) for each in page.evaluate(COLUMN, 3)] == pytest.approx(rates, rel=1e-4)
    page.keyboard.press("Enter")
    assert head.get_attribute("aria-sort") == "descending"
    assert [float(each) for each in page.evaluate(COLUMN, 3)] == pytest.approx(
        rates[::-1], rel=1e-4
    )
    page.locator("th", has_text="val_accuracy").locator("button").press("Space")
    assert page.locator("th[aria-sort=none]").count() == page.locator("th").count() - 1
    scores = page.evaluate(COLUMN, 2)
    assert scores[len(sweep.best) :] == [""] * len(sweep.failures)  # they stay last
    assert float(scores[0]) == pytest.approx(sweep.best[-1].score, rel=1e-4)
    page.locator(".trials input").fill("RELU layers=2 learning_rate>=0.1 finished")
    wanted = [
        each.number
        for each in sweep.best
        if each.values["activation"] == "relu" and each.values["layers"] == 2
        if each.values["learning_rate"] >= 0.1
    ]
    assert sorted(map(int, page.evaluate(COLUMN, 0))) == sorted(wanted) != []
    assert page.locator(".trials output").inner_text() == f"{len(wanted)} / 1000"
    spent = page.evaluate(
        "(began => { heads.forEach(sort); filter(); return performance.now() - began; })(performance.now())"
    )
    assert spent < 300 * page.locator("th").count()  # milliseconds; measured: 12


def test_a_dot_leads_to_its_trial(opened):
    sweep = make(drawn(40))
    page = opened(sweep, **DESKTOP)
    page.locator(".trials input").fill("nothing of that name")
    best = sweep.best[0].number
    dot = page.locator("#slice-0 .trace").nth(1).locator(".point")
    dot.scroll_into_view_if_needed()
    marked = page.locator(".trials tr:target")
    # Charts are drawn as they come into view: on a busy machine the dot may still move.
    for _ in range(10):
        box = dot.bounding_box()
        page.mouse.click(box["x"] + box["width"] / 2, box["y"] + box["height"] / 2)
        if marked.count():
            break
        page.wait_for_timeout(300)
    assert marked.get_attribute("id") == f"trial-{best}" and marked.is_visible()
    assert page.evaluate("document.activeElement.id") == f"trial-{best}"
    page.go_back()
    assert page.locator(".trials tr:target").count() == 0
    failed = sweep.failures[0]
    page.locator("#history-0").focus()
    for _ in range(failed.number + 1):
        page.keyboard.press("ArrowRight")
    said = page.locator("[role=status]").text_content()
    number, reason = said.split(": ", 1)
    assert number == f"#{failed.number}" and failed.reason.startswith(reason.rstrip("…"))
    # Plotly shows a label 50 ms after the one before it.
    page.locator("#history-0 .hovertext", has_text=said.replace(": ", " ", 1)).wait_for()
    page.keyboard.press("ArrowLeft")
    page.keyboard.press("Enter")
    assert marked.get_attribute("id") == f"trial-{failed.number - 1}" and marked.is_visible()


def test_hostile_texts_do_nothing(opened):
    page = opened(hostile(EVIL), **DESKTOP)
    assert page.locator("img").count() == 0
    titles = page.locator(".xtitle").all_text_contents()
    assert any(title.startswith(EVIL[:15]) for title in titles)
    assert page.locator("h1").inner_text() == EVIL


def test_hostile_words_at_every_place(opened):
    """None of them runs, the charts are drawn, and the table is sorted and filtered."""
    word = " ".join(WORDS[:9])
    page = opened(pages.hostile_sweep(dict.fromkeys(pages.PLACES, word)), **DESKTOP)
    assert page.evaluate("window.came_in") is None
    assert page.locator("img, svg[onload], [onerror], [onfocus], a[href^=javascript]").count() == 0
    assert page.locator("h1").inner_text() == page.title() == word
    assert page.locator("#history-0 .point").count() == 22
    page.locator("th").nth(3).locator("button").click()
    assert page.evaluate(COLUMN, 3) == 10 * [word] + 12 * ["x"]
    page.locator(".trials input").fill("window.came_in failed")
    assert page.locator(".trials output").inner_text() == "1 / 22"
    page.locator("#history-0 .point").first.hover(force=True)
    assert page.evaluate("window.came_in") is None


def test_a_sweep_without_a_result(opened):
    page = opened(make([]), **PHONE)
    assert page.evaluate(VISIBLE) == ["Failures", "How to reproduce"]


def test_no_script_runs_but_the_page_s_own(opened, tmp_path):
    """One that came in as text, past the escaping, is not run."""
    page = opened(make(drawn(40)), **DESKTOP)
    path = tmp_path / "with more.html"
    path.write_text(
        page.content().replace("<header>", "<script>window.came_in = 1</script><header>"), "utf-8"
    )
    other = page.context.new_page()
    said = []
    other.on("console", lambda message: said.append(message.text))
    other.goto(path.as_uri())
    assert not other.evaluate("'came_in' in window")
    assert [text for text in said if "Content Security Policy" in text]
