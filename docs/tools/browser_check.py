"""Opens the built site in Chromium: `python docs/tools/browser_check.py [SCREENSHOTS] [--site DIR]`.

Every page, in both languages, on phones and a desktop: opened in one size, then changed to the other as a reader would,
since opening is what takes long; in dark too where it has what no page before had. Two browsers more than there are
cores, since much of the time they wait: at first for what the pages of each language do, then for the next pages like
the others. One that hangs is told, and replaced once. Fails on a request to another host, a console error, what axe
calls a violation, a contrast that it cannot decide, a page wider than its window or heavier than LIMITS, a language
switch that does not lead to the same page, an equation that does not share a window with its line, annotated code that
does not light up or cannot be stepped through, a plaything that keyboard and pointer do not move or whose numbers are
wrong, a cheat sheet of more than three sheets, a filter of the
conformance page that shows other rows, and a search that loses what is typed, finds nothing, or too few of
tests/docs/korean_queries.yml. Needs Debian's chromium and the Python package playwright.
"""

import argparse
import contextlib
import functools
import gzip
import http.server
import os
import shutil
import sys
import tempfile
import threading
from collections.abc import Iterator, MutableMapping
from concurrent.futures import ProcessPoolExecutor, ThreadPoolExecutor
from concurrent.futures.process import BrokenProcessPool
from dataclasses import dataclass
from io import BytesIO
from multiprocessing import Manager, get_context
from pathlib import Path
from typing import BinaryIO

import axe_playwright_python
import yaml
from playwright.sync_api import Error, Page, TimeoutError, sync_playwright
from source import ROOT

SIZES = {
    "phone": {"width": 360, "height": 844},  # what fits here fits a wider one
    "desktop": {"width": 1280, "height": 900},
}
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
AXE = Path(axe_playwright_python.__file__).with_name("axe.min.js").read_text("utf-8")
# Letters over a drawing, in code, single ones, or overlapped by the box of a formula axe cannot decide. A scheme
# changes colours alone, and they are the same ones in both languages, so that English pages alone are judged by them.
# Of the navigation it sees what is not scrolled away; what the other view showed fades out of sight.
VIOLATIONS = """async ([others, korean, fresh, skipped, hollow]) => {
    document.querySelectorAll(".md-sidebar__scrollwrap").forEach(box => { box.scrollTop = 0; });
    // What is skipped would be walked through, and is most of a page with formulas, a drawing and code.
    const emptied = [...document.querySelectorAll(hollow)].map(box => [box, [...box.childNodes]]);
    emptied.forEach(([box]) => box.replaceChildren());
    // What passes is not to be described, which takes as long as to find it.
    const exclude = skipped.map(each => [each]), resultTypes = ["violations", "incomplete"], found = [];
    if (others) {
        const rules = {"color-contrast": {enabled: false}, "link-in-text-block": {enabled: !korean}};
        found.push(await axe.run({exclude}, {rules, resultTypes}));
    }
    // A contrast takes most of the time: those of letters alone that no page before had.
    const isText = ({nodeType, data}) => nodeType === 3 && data.trim();
    const include = fresh.flatMap(look => looksOfPage.get(look)).filter(
        part => part.matches("input, select, textarea") || [...part.childNodes].some(isText));
    if (include.length) {
        const runOnly = {type: "rule", values: ["color-contrast"]};
        found.push(await axe.run({include, exclude}, {runOnly, resultTypes}));
    }
    emptied.forEach(([box, parts]) => box.append(...parts));
    const isOpen = ({target, any}) => !/bgOverlap|elmPartially|shortText/.test(any[0]?.data?.messageKey)
        && !document.querySelector(target.at(-1))?.closest("svg, summary, pre, .katex");
    const undecided = found.flatMap(({incomplete}) => incomplete).filter(({id}) => id === "color-contrast").map(
        ({id, nodes}) => ({id, nodes: nodes.filter(isOpen)}));
    const violations = found.flatMap(({violations}) => violations);
    return [...violations, ...undecided].filter(({nodes}) => nodes.length).map(
        ({id, nodes}) => [id, nodes.length, nodes[0].html, nodes[0].failureSummary]);
}"""
# The letters of a formula and of a drawing have the colours around them. All code is coloured by one theme, which a few
# pages show in all its colours. A formula keeps the words that are read aloud.
SKIPPED = (".katex > *", "svg > *", "pre > *")
HOLLOW = (".katex-html", "svg", "pre")
# What a rule of axe may depend on: what elements there are, and in which others, headings after others, a name that
# stands twice. A page is judged where it has something that no page before had.
KINDS = """skipped => {
    const kind = (part) => part && [part.localName, part.className, ...part.getAttributeNames().filter(
        name => /^(aria-.*|alt|for|lang|role|scope|tabindex|type)$/.test(name)).sort()].join(" ");
    const hasText = (part) => [...part.childNodes].some(({nodeType, data}) => nodeType === 3 && data.trim());
    const scrolls = (part) => part.scrollWidth > part.clientWidth
        && /auto|scroll/.test(getComputedStyle(part).overflowX);
    const parts = [...document.querySelectorAll("*")].filter(part => !part.closest(skipped.join()));
    const headings = parts.map(({localName}) => localName).filter(name => /^h[1-6]$/.test(name));
    const names = parts.map(({id}) => id).filter(Boolean);
    return [...new Set([
        ...headings.map((name, i) => `${name} after ${headings[i - 1]}`),
        `${names.length - new Set(names).size} names twice`,
        ...parts.map(part => `${kind(part)} in ${kind(part.parentElement)}`
            + (hasText(part) ? " with text" : "") + (scrolls(part) ? " that scrolls" : "")),
    ])];
}"""
# What decides a contrast: the colour and size of letters, and all that is painted behind them. Two pages that look
# alike have the same contrasts; what lies over something else counts as another look.
LOOKS = """skipped => {
    const painted = new Map([[null, ""]]);
    const behind = (box) => {
        if (!painted.has(box)) {
            const {backgroundColor, backgroundImage, opacity, position} = getComputedStyle(box);
            const own = [backgroundColor, backgroundImage, opacity].join(" ").replace("rgba(0, 0, 0, 0) none 1", "");
            const over = /static|relative/.test(position) ? "" : box.getAttribute("class");
            painted.set(box, [behind(box.parentElement), own, over].filter(Boolean).join("; "));
        }
        return painted.get(box);
    };
    const parts = [...document.body.querySelectorAll("*")].filter(part => !part.closest(skipped.join())
        && part.checkVisibility({visibilityProperty: true, opacityProperty: true}));
    window.looksOfPage = Map.groupBy(parts, part => {
        const {color, fontSize, fontWeight} = getComputedStyle(part);
        return [color, fontSize, fontWeight, behind(part)].join("; ");
    });
    return [...looksOfPage.keys()];
}"""
CODE = ("optimizers/adam/", "tuning/sweep/", "install/", "check/", "reference/tuning/")
PATIENCE = 150  # seconds for what is done with one page
ZIPPED = (".html", ".css", ".js", ".json", ".svg", ".md")
LIMITS = {
    "en": 210,
    "ko": 260,
}  # KiB of a page that moves, fonts included, photographs in figures not, when nothing of the site was seen before
WEIGHT = """() => {
    const loaded = [...performance.getEntriesByType("navigation"), ...performance.getEntriesByType("resource")];
    const photographs = [...document.querySelectorAll("svg image")].map(({href}) => href.baseVal.length * 3 / 4);
    const sum = (sizes) => sizes.reduce((one, other) => one + other, 0);
    return (sum(loaded.map(({encodedBodySize}) => encodedBodySize)) - sum(photographs)) / 1024;
}"""
# Text that its box hides, or that leaves the window, where nothing scrolls.
CUT = """() => [...document.querySelectorAll(
    "header *, .md-content :is(p, li, td, th, a, button, label, pre, summary, h1, h2, h3, figcaption, output)",
)].filter(part => {
    if (!part.checkVisibility() || !part.innerText?.trim() || part.closest("svg, .katex-mathml")) return false;
    const {left, right, width} = part.getBoundingClientRect();
    const hides = /hidden|clip/.test(getComputedStyle(part).overflowX) && part.scrollWidth > part.clientWidth + 1;
    let box = part.parentElement;
    while (box && !/auto|scroll/.test(getComputedStyle(box).overflowX)) box = box.parentElement;
    return width > 1 && (hides || (!box && (right > innerWidth + 1 || left < -1)));
}).map(part => `${part.tagName} ${part.innerText.slice(0, 40)}`).slice(0, 5)"""
# The equations that are not in one window with their line, below the header, when they are scrolled to.
APART = """() => [...document.querySelectorAll(".annotated-row")].filter(row => {
    row.scrollIntoView({block: "center", behavior: "instant"});
    const seen = (part) => {
        const {top, bottom, height} = part.getBoundingClientRect();
        return height > 0 && top >= 48 && bottom <= innerHeight;
    };
    const lines = `.annotated-line[data-eq="${row.dataset.eq}"]`;
    return !seen(row) || ![...row.closest(".annotated").querySelectorAll(lines)].some(seen);
}).map(row => row.id)"""
# Chosen as a reader does: the theme keeps what it was at first, whatever the system changes to.
SCHEME = """async ([scheme, name]) => {
    document.querySelector(`[data-md-color-media*="${scheme}"]`).click();
    for (let i = 0; i < 500 && document.body.dataset.mdColorScheme !== name; i++) {
        await new Promise(resolve => setTimeout(resolve, 20)); // the theme's own script follows the system's scheme too
    }
    // Colours fade; where nothing is drawn a fading may never end by itself.
    document.getAnimations().filter(each => each.effect.getComputedTiming().endTime < Infinity).forEach(
        each => each.finish());
    return document.body.dataset.mdColorScheme;
}"""
SCHEMES = {"light": "default", "dark": "slate"}
LEADS = "document.querySelector('.languages a').href"
# Language, query, page that must be among the first three results.
SEARCHES = [
    ("en", "batch normalization", "layers/batch_normalization/"),
    ("en", "Adam", "optimizers/adam/"),
    ("ko", "배치 정규화", "layers/batch_normalization/"),
    ("ko", "배치정규화", "layers/batch_normalization/"),
    ("ko", "정규화를", "layers/batch_normalization/"),
    ("ko", "아담", "optimizers/adam/"),
    ("en", "coarse to fine", "tuning/coarse_to_fine/"),
    ("ko", "랜덤 서치", "tuning/random_search/"),
    ("ko", "캐비어", "tuning/populations/"),
    ("en", "panda", "tuning/babysitter/"),
    ("ko", "판다", "tuning/babysitter/"),
    ("ko", "모멘텀이란", "optimizers/momentum/"),
]
QUERIES = ROOT / "tests" / "docs" / "korean_queries.yml"
SHARE = 0.95  # of them that has to find its page
SEARCH = """async (queries) => {
    const pagefind = await import("/dlref/pagefind/pagefind.js");
    const nouns = await (await fetch("/dlref/pagefind/nouns.json")).json();
    return Promise.all(queries.map(async (query) => {
        const { results } = await pagefind.search(reduced(query, nouns));
        return Promise.all(results.slice(0, 3).map(async (result) => (await result.data()).url));
    }));
}"""

# Page, plaything, what its readout holds at first (test_play.py has it from dlref), a preset, and what it holds then.
PLAYTHINGS = [
    ("optimizers/sgd/", "optimizers", "(0.008716, 9e−4)", 0, "(0.006718, 0.5)"),
    ("optimizers/momentum/", "optimizers", "(0.003958, 0.02065)", 1, "(0.2237, −0.0812)"),
    ("optimizers/nesterov/", "optimizers", "(0.007591, 1e−7)", 0, "(−0.03668, 0.01317)"),
    ("optimizers/adagrad/", "optimizers", "(0.09912, 4.7e−4)", 2, "(0.05264, −0.04938)"),
    ("optimizers/rmsprop/", "optimizers", "(5.6e−14, −0.003118)", 0, "0.7452"),
    ("optimizers/adam/", "optimizers", "(−0.03466, −0.0173)", 0, "0.2326"),
    ("averages/", "averages", "v̂ = 44.83", 3, "v = 5.263"),
    ("schedules/exponential/", "schedules", "α = 0.09753", 1, "α = 0.001184"),
    ("schedules/inverse_time/", "schedules", "α = 0.05", 1, "α = 0.03592"),
    ("schedules/inverse_sqrt/", "schedules", "α = 0.1", 1, "α = 0.04472"),
    ("schedules/manual/", "schedules", "α = 0.03", 1, "α = 0.1"),
    ("schedules/staircase/", "schedules", "α = 0.05", 0, "α = 0.001"),
    ("activations/", "activations", "g′(z) = 0.25", 0, "g′(z) = 0.009853"),
    ("layers/leaky_relu/", "activations", "g′(z) = 0.01", 0, "g′(z) = 0.009853"),
    ("layers/elu/", "activations", "g′(z) = 0.3679", 0, "g′(z) = 0.009853"),
    ("activations/", "softmax", "ŷ = 0.842", 1, "ŷ = 0.3217"),
    ("losses/categorical_crossentropy/", "softmax", "−log ŷ = 1.609", 1, "−log ŷ = 10"),
    (
        "losses/binary_crossentropy/",
        "binary_crossentropy",
        "0.2231, dz = −0.2",
        0,
        "15.94, dz = 0",
    ),
    ("layers/dropout/", "dropout", "4 ± 3.162, 2 ± 1.581", 0, "10 ± 0.6847, 8 ± 0.5477"),
    (
        "layers/batch_normalization/",
        "batch_normalization",
        "(−2, 0, 0, 0, 1, 1, 3, 5)",
        1,
        "(2, 4, 4, 4, 5, 5, 7, 9)",
    ),
    ("layers/conv2d/", "convolution", "z = −5", 0, "z = 30"),
    ("detection/iou/", "boxes", "IoU = 0.3333", 0, "IoU = 1"),
    ("detection/non_max_suppression/", "boxes", "1, 3, 4", 0, "1, 4"),
    ("diagnostics/multiplications/", "network_costs", "r = 7", 1, "r = 15"),
    ("metrics/bleu/", "bleu", "BLEU = 0.6901", 0, "2/7"),
    ("decoding/ctc/", "ctc", "P = 0.64", 0, "“aa”, P = 1"),
    ("decoding/beam_search_errors/", "beam_search", "P = 0.33, c = −1.109", 2, "“going”, P = 0.36"),
    ("layers/attention/", "attention", "α = 0.5588", 0, "α = 0\n"),
    ("layers/lstm/", "gates", "c = 0.1095", 0, "c = 0.9645"),
    ("regularizers/", "regularizers", "Ω = 0.1313", 0, "= −1.25"),
    ("initializers/", "initializers", "RMS = 3e−7", 0, "RMS = 0.98"),
    ("tuning/space/", "scales", " 90 %", 1, "= 100"),
    ("tuning/populations/", "padding", "dv = (0, 0)", 0, "dv = (0.15, −0.05)"),
    ("tuning/random_search/", "search", "α: 5, ε: 5", 0, "α: 25, ε: 25"),
    ("tuning/coarse_to_fine/", "search", "α: 50, β: 50", 1, "α: 9, β: 9"),
    ("tuning/babysitter/", "panda", "2.618", 1, "511"),
]


class Server(http.server.ThreadingHTTPServer):
    """A browser that leaves a page drops its connections; several that come to one open dozens at once."""

    request_queue_size = 128

    def handle_error(self, *_) -> None:
        pass


@functools.cache
def zipped(path: Path) -> bytes:
    """A file as a server sends it."""
    return gzip.compress(path.read_bytes())


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves without a log; text compressed, as where the site is published."""

    protocol_version = "HTTP/1.1"  # connections stay open

    def log_message(self, *_) -> None:
        pass

    def send_head(self) -> BytesIO | BinaryIO | None:
        path = Path(self.translate_path(self.path))
        path = path / "index.html" if path.is_dir() and self.path.endswith("/") else path
        if path.suffix not in ZIPPED or not path.is_file():
            return super().send_head()
        content = zipped(path)
        self.send_response(200)
        self.send_header("Content-Type", self.guess_type(path))
        self.send_header("Content-Encoding", "gzip")
        self.send_header("Content-Length", str(len(content)))
        self.end_headers()
        return BytesIO(content)

    def end_headers(self) -> None:
        self.send_header("Cache-Control", "max-age=600")
        super().end_headers()


def serve(site: Path) -> tuple[Server, str]:
    """The site under /dlref/, as where it is published."""
    folder = Path(tempfile.mkdtemp())
    (folder / "dlref").symlink_to(site.resolve())
    server = Server(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


@dataclass(frozen=True)
class Setting:
    """Where the site is served, and what is made of a look at it."""

    host: str
    chromium: str
    shots: Path | None
    judged: MutableMapping[str, None]  # looks and kinds that axe has judged, in any browser


@contextlib.contextmanager
def patience(what: str) -> Iterator[None]:
    """Ends this process where a browser hangs: playwright waits for a script in a page without a limit."""

    def end() -> None:
        print(f"{what}: the browser hung for {PATIENCE} s", file=sys.stderr, flush=True)
        os._exit(1)

    timer = threading.Timer(PATIENCE, end)
    timer.start()
    try:
        yield
    finally:
        timer.cancel()


class Check:
    """One browser that looks at pages; collects faults."""

    def __init__(self, setting: Setting, playwright):
        self.setting, self.path = setting, ""
        self.browser = playwright.chromium.launch(executable_path=setting.chromium, args=ARGUMENTS)
        self.faults: list[str] = []
        # One for all pages, since they share what they load: the fonts, the scripts.
        self.page = self._page()
        self.plain = self.browser.new_context(java_script_enabled=False).new_page()

    def _page(self) -> Page:
        page = self.browser.new_context().new_page()
        page.on("request", self._request)
        page.on("console", lambda m: m.type == "error" and self._fault(m.text))
        page.on("pageerror", self._fault)
        return page

    def _fault(self, what) -> None:
        self.faults.append(f"{self.path}: {what}")

    @contextlib.contextmanager
    def faulty(self) -> Iterator[None]:
        """What ends a look at a page is its fault; the others are looked at all the same."""
        try:
            yield
        except Error as error:
            self._fault(error)

    def _request(self, request) -> None:
        if not request.url.startswith((self.setting.host, "data:", "blob:")):
            self._fault(f"asked {request.url}")

    def _shoot(self, page: Page, name: str, **options) -> None:
        if self.setting.shots:
            page.screenshot(path=self.setting.shots / f"{name}.png", **options)

    def open(self, path: str, size: str = "desktop", scheme: str = "light") -> Page:
        self.path, page = path, self.page
        page.set_viewport_size(SIZES[size])
        page.emulate_media(color_scheme=scheme)
        page.goto(f"{self.setting.host}/dlref/{path}", wait_until="networkidle")
        for frame in page.locator("[data-play]").all():  # loaded when a reader comes near
            frame.scroll_into_view_if_needed()
            frame.locator("svg").first.wait_for()
        page.evaluate("scrollTo(0, 0)")
        return page

    def look(self, path: str, number: int) -> None:
        """One page in every view, beginning with one of them."""
        korean, sizes = path.startswith("ko/"), [*SIZES][:: 1 if number % 2 else -1]
        begins_dark = number % 8 == 0 and not korean
        page = self.open(path, sizes[0], "dark" if begins_dark else "light")
        other = path.removeprefix("ko/") if korean else f"ko/{path}"
        if (leads := page.evaluate(LEADS)) != f"{self.setting.host}/dlref/{other}":
            self._fault(f"the language switch leads to {leads}")
        for own, name, shown, *_ in PLAYTHINGS:
            if path.removeprefix("ko/") == own:
                self._weigh(page, LIMITS["ko" if korean else "en"])
                self._shows(page, name, "the first state", shown)
        if begins_dark:
            self._change(page, "light")
        is_new = False
        for size in sizes:
            page.set_viewport_size(SIZES[size])
            if size == "desktop":
                is_new = self._judge(page, path, "light")
            self._measure(page, size)
            self._shoot(
                page, f"{path.strip('/').replace('/', '-') or 'index'}-{size}", full_page=True
            )
        # Colours alone change, the same ones in both languages: where nothing is new in light, nothing is in dark.
        for size in SIZES if self.setting.shots else ("desktop",) if is_new and not korean else ():
            page.set_viewport_size(SIZES[size])
            self._change(page, "dark")
            self._judge(page, path, "dark")
            name = f"{path.strip('/').replace('/', '-') or 'index'}-{size}-dark"
            self._shoot(page, name, full_page=True)

    def _change(self, page: Page, scheme: str) -> None:
        page.emulate_media(color_scheme=scheme)
        if (shown := page.evaluate(SCHEME, [scheme, SCHEMES[scheme]])) != SCHEMES[scheme]:
            self._fault(f"{shown} is no {scheme} page")

    def _judge(self, page: Page, path: str, scheme: str) -> bool:
        """What axe says of it, if it has something that no page before had."""
        skipped, korean = SKIPPED[: 2 if path in CODE else 3], path.startswith("ko/")
        judged = {*self.setting.judged.keys()}
        looks = set() if korean else {*page.evaluate(LOOKS, skipped)} - judged
        kinds = {*page.evaluate(KINDS, skipped)} - judged
        if looks or (scheme == "light" and kinds):
            page.evaluate(AXE)
            hollow = ", ".join(HOLLOW[: len(skipped)])
            asked = [scheme == "light", korean, [*looks], skipped, hollow]
            for violation in page.evaluate(VIOLATIONS, asked):
                self._fault(f"({scheme}) axe {violation}")
            self.setting.judged.update(dict.fromkeys(looks | kinds))
        return bool(looks or kinds)

    def _measure(self, page: Page, size: str) -> None:
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > SIZES[size]["width"]:
            self._fault(f"{width} px wide on a {size}")
        if cut := page.evaluate(CUT):
            self._fault(f"({size}) cut: {cut}")
        if apart := page.evaluate(APART):
            self._fault(f"({size}) not in one window with their lines: {apart}")

    def _weigh(self, page: Page, limit: int) -> None:
        """What comes over the wire on a first visit: a cache keeps what it got zipped, and says how large it was."""
        if not 0.5 * limit < (weight := page.evaluate(WEIGHT)) <= limit:
            self._fault(f"weighs {weight:.0f} KiB; at most {limit} are allowed")

    def _shows(self, page: Page, name: str, what: str, text: str) -> str:
        """What the readout of a plaything says, which must hold the text."""
        readout = page.locator(f"#play-{name} .play-readout[aria-busy=false]").inner_text()
        if text not in readout:
            self._fault(f"{name}, {what}: {text!r} is not in {readout!r}")
        return readout

    def switch(self, path: str) -> None:
        """The language switch leads to the same page and back, without scripts."""
        self.path, root, page = path, f"{self.setting.host}/dlref/", self.plain
        page.goto(root + path)
        for expected in (f"ko/{path}", path):
            page.locator(".languages a").click()
            if page.url != root + expected:
                self._fault(f"the language switch leads to {page.url}")

    def light(self, path: str) -> None:
        """Pointing at an equation lights its note and its line; so does the keyboard on the code's number."""
        page = self.open(path)
        for target in (
            ".annotated-row[data-eq='1']",
            ".annotated-code .annotated-line[data-eq='2'] a",
        ):
            page.locator(target).first.scroll_into_view_if_needed()
            page.locator(target).first.focus() if target.endswith("a") else page.locator(
                target
            ).first.hover()
            lit = page.evaluate(
                "[...document.querySelectorAll('.lit')].map(e => e.dataset.eq + e.className)"
            )
            if len(lit) < 2 or len({each[0] for each in lit}) != 1:
                self._fault(f"{target} lights {lit}")
        self._shoot(page, "lit")

    def step(self, path: str, last: str) -> None:
        """By keyboard alone: one Tab stop among the equations, arrow keys, and the buttons up to the last step."""
        page = self.open(path)
        links = page.locator(".annotated-number")
        stops = links.evaluate_all("links => links.filter(link => link.tabIndex === 0).length")
        blocks = page.locator(".annotated").count()
        if stops != blocks:
            self._fault(f"{stops} Tab stops among the equations of {blocks} blocks")
        links.first.focus()
        page.keyboard.press("ArrowDown")
        if page.evaluate("document.activeElement.textContent") != "(2)":
            self._fault("the arrow keys do not move to equation (2)")
        start, _, forward, _ = page.locator(".annotated-steps").first.locator("button").all()
        start.focus()
        page.keyboard.press("Enter")
        while forward.is_enabled():
            page.keyboard.press("Enter")
        shown = page.locator(".annotated-values").all_inner_texts()
        if len(shown) != 1 or last not in shown[0]:
            self._fault(f"the last step shows {shown}, not {last}")
        self._shoot(page, "step")

    def play(self, path: str, name: str, first: str, preset: int, after: str) -> None:
        """By keyboard: handle, slider; by pointer: preset, handle, the plot. The address brings all of it back."""
        self.page.emulate_media(reduced_motion="reduce")  # a preset then shows its end at once
        page = self.open(path)
        frame = page.locator(f"#play-{name}")
        handle, plot = frame.locator(".play-handle"), frame.locator(".play-click")
        sliders = frame.locator("input[type=range]")

        shows = functools.partial(self._shows, page, name)

        def moves(what: str, act) -> None:
            before = page.evaluate("location.href")  # page.url is late
            act()
            if page.evaluate("location.href") == before:
                self._fault(f"{name}: {what} does not change the address")

        def arrows() -> None:
            for key in ("ArrowRight", "ArrowUp"):  # a handle may move one way only
                page.keyboard.press(key)

        for what, target in (("a handle", handle), ("a slider", sliders)):
            if target.count():
                target.first.focus()
                for key in ("ArrowLeft", "ArrowDown"):  # it may be at its other end
                    page.keyboard.press(key)
                moves(f"arrow keys on {what}", arrows)
        moves("a preset", frame.locator(".play-presets button").nth(preset).click)
        reached = shows("a preset", after)
        address = page.evaluate("location.href")
        page.reload(wait_until="networkidle")
        page.wait_for_selector(f"#play-{name} svg")
        if shows("the address", after) != reached or page.evaluate("location.href") != address:
            self._fault(f"{address} does not bring back {reached!r}")
        if plot.count():
            moves("a click", lambda: plot.first.click(position={"x": 100, "y": 100}))
        if handle.count():
            handle.first.hover()
            page.mouse.down()
            place = handle.first.bounding_box() or {}
            page.mouse.move(place["x"] + 60, place["y"] + 20)
            moves("dragging", page.mouse.up)
        if frame.locator(".play-run").count():
            frame.locator(".play-run").click()
            page.wait_for_selector(f"#play-{name} .play-readout[aria-busy=true]")
        moves("Start again", frame.locator(".play-again").click)
        shows("Start again", first)
        self._shoot(page, f"play-{path.strip('/').replace('/', '-')}-{name}")

    def narrow(self, path: str) -> None:
        """The filter of the conformance page: opens the areas that hold what is typed, hides the others."""
        page = self.open(path)
        for number, tables in enumerate(page.locator(".conformance").all()):
            areas = tables.locator("details").count()
            tables.locator(".filter input").fill("Adam ")
            shown = tables.locator("details[open]:visible")
            rows = tables.locator("tbody tr:visible").all_inner_texts()
            if not (0 < shown.count() < areas and rows and all("adam" in r.lower() for r in rows)):
                self._fault(f"filter {number} shows {shown.count()} of {areas} areas: {rows[:3]}")
            tables.locator(".filter input").fill("")
            if (
                tables.locator("details[open]").count()
                or tables.locator("details:visible").count() != areas
            ):
                self._fault(f"filter {number} does not fold all areas again")

    def search(self, language: str, query: str, wanted: str) -> None:
        """By keyboard alone: open the dialog, type while it is still loading, and find the page."""
        home, key = ("", "Control+k") if language == "en" else ("ko/", "/")
        dialog, held = "**/pagefind-component-ui.js", []
        for last in (False, False, True):  # a browser among others may not have the keyboard yet
            page = self.open(home)
            page.route(dialog, lambda route: held.append(route))
            try:
                with page.expect_request(dialog, timeout=10_000):
                    page.keyboard.press(key)
                break
            except TimeoutError:
                page.unroute_all()
                held.clear()
                if last:
                    raise
        page.keyboard.type(query)
        held[0].continue_()
        page.unroute_all()
        results = page.locator("pagefind-modal .pf-result-link")
        start, first = "/dlref/" + ("" if language == "en" else "ko/"), []
        for _ in range(100):  # results come one by one, and may change places
            links = results.evaluate_all("links => links.map(link => link.getAttribute('href'))")
            found = [link.partition("#")[0].partition("?")[0] for link in links]
            first = list(dict.fromkeys(found))[:3]
            if start + wanted in first:
                break
            page.wait_for_timeout(100)
        else:
            self._fault(f"search {query!r} ({language}): {first}")
        self._shoot(page, f"search-{language}-{query}")

    def three_sheets(self, path: str) -> None:
        """A page that is printed on three sheets of paper, both sides of them."""
        with contextlib.suppress(Error):  # there is no seventh page
            self.open(path).pdf(prefer_css_page_size=True, page_ranges="7")
            self._fault("takes more than three sheets of paper")

    def korean_queries(self) -> None:
        """Inflected words and compounds, by what the dialog asks."""
        wanted = yaml.safe_load(QUERIES.read_text("utf-8"))
        found = self.open("ko/").evaluate(SEARCH, list(wanted))
        lost = [
            f"{query} {urls}"
            for (query, pages), urls in zip(wanted.items(), found, strict=True)
            if not {f"/dlref/ko/{page}" for page in pages} & {url.split("#")[0] for url in urls}
        ]
        if len(lost) > (1 - SHARE) * len(wanted):
            self._fault(f"{len(lost)} of {len(wanted)} Korean queries find no page: {lost}")


def browse(setting: Setting, acts: list[tuple]) -> list[str]:
    """The faults that one browser finds: each act is a method of `Check` and its arguments."""
    with sync_playwright() as playwright:
        with patience("starting"):
            check = Check(setting, playwright)
        for act, *arguments in acts:
            with patience(f"{act} {arguments}"), check.faulty():
                getattr(check, act)(*arguments)
        with patience("closing"):
            check.browser.close()
    return check.faults


def browse_apart(setting: Setting, acts: list[tuple]) -> list[str]:
    """In a process of its own, which ends if the browser hangs; a second one then does the same."""

    def once() -> list[str]:
        with ProcessPoolExecutor(1, get_context("spawn")) as pool:
            return pool.submit(browse, setting, acts).result()

    try:
        return once()
    except BrokenProcessPool:
        setting.judged.clear()  # the faults that it had found are lost
        return once()


def behaviours(only: str, language: str) -> list[tuple]:
    """What the pages of one language do."""
    start, adam, sheet = "" if language == "en" else "ko/", "optimizers/adam/", "cheat_sheet/"
    acts: list[tuple] = []
    if only in adam:
        acts += [("light", start + adam), ("step", start + adam, "theta = 0.9 → 0.873366")]
        acts += [("switch", adam)] if language == "en" else []
    # A Korean page shows the same first state; the script that moves it is the English page's.
    acts += [("play", *row) for row in PLAYTHINGS if language == "en" and only in row[0]]
    acts += [("search", *row) for row in SEARCHES if row[0] == language and only in row[2]]
    acts += [("three_sheets", start + sheet)] if only in sheet else []
    acts += [("narrow", start + "conformance/")] if only in "conformance/" else []
    acts += [("korean_queries",)] if language == "ko" and not only else []
    return acts


def main() -> None:
    parser = argparse.ArgumentParser(description="Check the built site in a browser.")
    parser.add_argument("screenshots", type=Path, nargs="?", help="a folder for them")
    parser.add_argument("--site", type=Path, metavar="DIR", default=ROOT / "site")
    parser.add_argument("--only", default="", help="only addresses that contain this")
    parser.add_argument("--chromium", default=shutil.which("chromium") or "/usr/bin/chromium")
    arguments = parser.parse_args()
    site, shots = arguments.site, arguments.screenshots
    if shots:
        shots.mkdir(parents=True, exist_ok=True)
    paths = [path.parent.relative_to(site).as_posix() for path in sorted(site.rglob("index.html"))]
    paths = ["" if path == "." else f"{path}/" for path in paths]
    if not (paths := [path for path in paths if arguments.only in path]):
        raise SystemExit(f"No page of {site} has {arguments.only!r} in its address.")
    server, host = serve(site)
    browsers = (os.cpu_count() or 1) + 2
    parts = min(2 * browsers, len(paths))
    each = [behaviours(arguments.only, language) for language in ("en", "ko")]
    each += [[("look", path, i) for i, path in enumerate(paths[n::parts])] for n in range(parts)]
    with Manager() as manager, ThreadPoolExecutor(browsers) as pool:
        setting = Setting(host, arguments.chromium, shots, manager.dict())
        found = list(pool.map(functools.partial(browse_apart, setting), each))
    server.shutdown()
    if faults := [fault for part in found for fault in part]:
        raise SystemExit("\n".join(dict.fromkeys(faults)))
    searches = sum(act[0] == "search" for acts in each for act in acts)
    print(f"{len(paths)} pages, {len(SIZES)} sizes each, {searches} searches: no fault")


if __name__ == "__main__":
    main()
