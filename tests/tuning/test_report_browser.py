"""report.html in a real browser: both languages, light and dark, as a phone and as a desktop."""

import shutil

import pytest

from dlref.tuning.report import render
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
    assert page.evaluate(VISIBLE)[:3] == ["가장 좋은 시도", "탐색 과정", "학습 곡선"]
    assert page.locator("#history-0 .xtitle").text_content() == "시도"
    dark, light_letters = page.evaluate(PAPER), page.evaluate(LETTERS)
    page.locator("#language").tap()
    assert page.evaluate(VISIBLE)[:3] == ["Best trials", "History", "Learning curves"]
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
    assert page.evaluate(VISIBLE)[0] == "Best trials"
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


PLACES = """(({_fullData, layout}) => _fullData.flatMap(lines => [...lines.y]
    .map((y, i) => [lines.customdata[i], i % (layout.xaxis.tickvals.length + 1), y])
    .filter(place => place[2] !== null)))(document.querySelector("#parallel-0"))"""


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
    page.wait_for_timeout(300)
    assert kept() == first
    page.keyboard.down("Shift")
    drag(1, 0.2, 0.6)
    page.keyboard.up("Shift")
    page.wait_for_timeout(300)
    assert kept() == {number for number in first if 0.2 <= places[number, 1] <= 0.6}
    page.mouse.dblclick(box["x"] + 250, box["y"] + 200)
    page.wait_for_timeout(600)
    assert kept() == everything


def test_hostile_texts_do_nothing(opened):
    page = opened(hostile(EVIL), **DESKTOP)
    assert page.locator("img").count() == 0
    titles = page.locator(".xtitle").all_text_contents()
    assert any(title.startswith(EVIL[:15]) for title in titles)
    assert page.locator("h1").inner_text() == EVIL


def test_a_sweep_without_a_result(opened):
    page = opened(make([]), **PHONE)
    assert page.evaluate(VISIBLE) == ["Failures", "How to reproduce"]
