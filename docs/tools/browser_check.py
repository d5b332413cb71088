"""Opens the built site in Chromium: `python docs/tools/browser_check.py SCREENSHOTS [--site DIR] [--axe axe.min.js]`.

Every page, in both languages, at phone and desktop size, light and dark. Fails on a request to another host, a console
error, a page wider than its window, a language switch that does not lead to the same page, annotated code that does not
light up, and a search that finds nothing. Needs Debian's chromium and the Python package playwright.
"""

import argparse
import functools
import http.server
import shutil
import tempfile
import threading
from collections.abc import Iterable
from pathlib import Path

from playwright.sync_api import Browser, Page, sync_playwright
from source import ROOT

SIZES = {"phone": {"width": 390, "height": 844}, "desktop": {"width": 1280, "height": 900}}
ARGUMENTS = (
    "--no-sandbox --disable-gpu --disable-quic --no-first-run --disable-background-networking "
    "--disable-component-update --disable-sync"
).split()
AXE = """axe.run().then(found => found.violations.map(
    fault => [fault.id, fault.nodes.length, fault.nodes[0].html, fault.nodes[0].failureSummary]))"""
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
]


class Server(http.server.ThreadingHTTPServer):
    """A browser that leaves a page drops its connections."""

    def handle_error(self, *_) -> None:
        pass


class Quiet(http.server.SimpleHTTPRequestHandler):
    """Serves without a log."""

    def log_message(self, *_) -> None:
        pass


def serve(site: Path) -> tuple[Server, str]:
    """The site under /dlref/, as where it is published."""
    folder = Path(tempfile.mkdtemp())
    (folder / "dlref").symlink_to(site.resolve())
    server = Server(("127.0.0.1", 0), functools.partial(Quiet, directory=str(folder)))
    threading.Thread(target=server.serve_forever, daemon=True).start()
    return server, f"http://127.0.0.1:{server.server_port}"


class Check:
    """One run over the site; collects faults."""

    def __init__(self, browser: Browser, host: str, shots: Path, axe: str):
        self.browser, self.host, self.shots, self.axe = browser, host, shots, axe
        self.faults: list[str] = []

    def open(self, path: str, size: str, scheme: str) -> Page:
        page = self.browser.new_context(viewport=SIZES[size], color_scheme=scheme).new_page()
        page.on("request", lambda request: self._request(path, request.url))
        page.on(
            "console",
            lambda message: (
                message.type == "error" and self.faults.append(f"{path}: {message.text}")
            ),
        )
        page.on("pageerror", lambda error: self.faults.append(f"{path}: {error}"))
        page.goto(f"{self.host}/dlref/{path}", wait_until="networkidle")
        return page

    def _request(self, path: str, url: str) -> None:
        if not url.startswith((self.host, "data:", "blob:")):
            self.faults.append(f"{path}: asked {url}")

    def look(self, path: str, scheme: str, sizes: Iterable[str]) -> None:
        """One page in one colour scheme, opened at the first of the sizes and then changed to the others."""
        first, *others = sizes
        page = self.open(path, first, scheme)
        self._look(page, path, first, scheme)
        for size in others:
            page.set_viewport_size(SIZES[size])
            self._look(page, path, size, scheme)
        page.context.close()

    def _look(self, page: Page, path: str, size: str, scheme: str) -> None:
        width = page.evaluate("document.documentElement.scrollWidth")
        if width > SIZES[size]["width"]:
            self.faults.append(f"{path}: {width} px wide on a {size}")
        if self.axe and size == "desktop":
            page.evaluate(self.axe)
            found = page.evaluate(AXE)
            self.faults += [f"{path} ({scheme}): axe {violation}" for violation in found]
        name = path.strip("/").replace("/", "-") or "index"
        page.screenshot(path=self.shots / f"{name}-{size}-{scheme}.png", full_page=True)

    def switch(self, path: str) -> None:
        """The language switch leads to the same page and back, without scripts."""
        context = self.browser.new_context(java_script_enabled=False)
        page = context.new_page()
        page.goto(f"{self.host}/dlref/{path}")
        for expected in (f"ko/{path}", path):
            page.locator(".languages a").click()
            if page.url != f"{self.host}/dlref/{expected}":
                self.faults.append(f"{path}: the language switch leads to {page.url}")
        context.close()

    def light(self, path: str) -> None:
        """Pointing at an equation lights its note and its line; so does the keyboard on the code's number."""
        page = self.open(path, "desktop", "light")
        for target in (".annotated-row[data-eq='1']", ".annotated-line[data-eq='2'] a"):
            page.locator(target).first.scroll_into_view_if_needed()
            page.locator(target).first.focus() if target.endswith("a") else page.locator(
                target
            ).first.hover()
            lit = page.evaluate(
                "[...document.querySelectorAll('.lit')].map(e => e.dataset.eq + e.className)"
            )
            if len(lit) < 2 or len({each[0] for each in lit}) != 1:
                self.faults.append(f"{path}: {target} lights {lit}")
        page.screenshot(path=self.shots / "lit.png")
        page.context.close()

    def search(self, language: str, query: str, wanted: str) -> None:
        """By keyboard alone: open the dialog, type, and find the page."""
        page = self.open("" if language == "en" else "ko/", "desktop", "light")
        page.keyboard.press("Control+k")
        page.keyboard.type(query)
        results = page.locator("pagefind-modal .pf-result-link")
        try:
            results.first.wait_for(timeout=5000)
            page.wait_for_timeout(500)
            links = [str(link.get_attribute("href")) for link in results.all()]
        except Exception:
            links = []
        start = "/dlref/" + ("" if language == "en" else "ko/")
        found = [link.partition("#")[0].partition("?")[0] for link in links]
        if start + wanted not in list(dict.fromkeys(found))[:3]:
            self.faults.append(f"search {query!r} ({language}): {found}")
        page.screenshot(path=self.shots / f"search-{language}-{query}.png")
        page.context.close()


def main() -> None:
    parser = argparse.ArgumentParser(description="Check the built site in a browser.")
    parser.add_argument("screenshots", type=Path)
    parser.add_argument("--site", type=Path, metavar="DIR", default=ROOT / "site")
    parser.add_argument("--axe", type=Path, help="axe.min.js of the npm package axe-core")
    parser.add_argument("--only", default="", help="only addresses that contain this")
    parser.add_argument("--chromium", default=shutil.which("chromium") or "/usr/bin/chromium")
    arguments = parser.parse_args()
    arguments.screenshots.mkdir(parents=True, exist_ok=True)
    site = arguments.site
    paths = [path.parent.relative_to(site).as_posix() for path in sorted(site.rglob("index.html"))]
    paths = ["" if path == "." else f"{path}/" for path in paths if arguments.only in path]
    server, host = serve(site)
    with sync_playwright() as playwright:
        browser = playwright.chromium.launch(executable_path=arguments.chromium, args=ARGUMENTS)
        check = Check(
            browser, host, arguments.screenshots, arguments.axe.read_text() if arguments.axe else ""
        )
        for path in paths:
            check.look(path, "light", SIZES)
            check.look(path, "dark", reversed(SIZES))
            if not path.startswith("ko/"):
                check.switch(path)
        check.light("optimizers/adam/")
        for language, query, wanted in SEARCHES:
            check.search(language, query, wanted)
        browser.close()
    server.shutdown()
    if check.faults:
        raise SystemExit("\n".join(dict.fromkeys(check.faults)))
    print(f"{len(paths)} pages, 4 views each, {len(SEARCHES)} searches: no fault")


if __name__ == "__main__":
    main()
