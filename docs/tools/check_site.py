"""Checks the built site: links, leftovers of the page syntax, both languages, and that no file names another host.

A strict build is no proof: a block with a wrong option, for one, stays on the page as text.
"""

import re
import sys
from functools import cache
from html.parser import HTMLParser
from pathlib import Path
from urllib.parse import unquote, urlsplit

from source import ROOT

# What a page shows when a block, a formula or a cross-reference was not understood.
LEFTOVERS = ("<p>///", "<p>:::", 'class="arithmatex"', "\\tag{", "$$", "[dlref.")
CSS_ADDRESS = re.compile(r"url\(\s*['\"]?(?:https?:)?//|@import\s+['\"](?:https?:)?//")


class Page(HTMLParser):
    """A page's identifiers, links, and what it makes the browser load."""

    def __init__(self, text: str):
        super().__init__()
        self.ids: set[str] = set()
        self.links: list[str] = []
        self.loads: list[str] = []
        self.language, self.description, self.maths, self.speechless = "", False, 0, 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        values = {key: value or "" for key, value in attrs}
        self.ids |= {values[key] for key in ("id", "name") if key in values}
        self.maths += tag == "math"
        self.speechless += tag == "math" and not values.get("aria-label")
        self.language = values.get("lang", "") if tag == "html" else self.language
        self.description |= values.get("name") == "description"
        if tag == "a" and "href" in values:
            self.links.append(values["href"])
        elif tag == "link" and values.get("rel") != "canonical":
            self.loads.append(values["href"])
        elif "src" in values:
            self.loads.append(values["src"])


@cache
def parse(path: Path) -> Page:
    """A page, parsed once."""
    return Page(path.read_text("utf-8"))


def broken(site: Path, path: Path, link: str) -> str | None:
    """Why a link or an address inside the site leads nowhere."""
    parts = urlsplit(link)
    if parts.scheme in ("http", "https", "mailto", "data"):
        return None
    # The 404 page is served at any depth, so its links start at the site's own folder.
    base = site if parts.path.startswith("/") else path.parent
    target = (
        (base / unquote(parts.path).removeprefix("/dlref").lstrip("/")).resolve()
        if parts.path
        else path
    )
    target = target / "index.html" if target.is_dir() else target
    if not target.is_file():
        return f"no such file: {link}"
    if (
        parts.fragment
        and target.suffix == ".html"
        and unquote(parts.fragment) not in parse(target).ids
    ):
        return f"no such place: {link}"
    return None


def faults_of_page(site: Path, path: Path) -> list[str]:
    """Everything wrong with one page."""
    text, page = path.read_text("utf-8"), parse(path)
    faults = [
        f"left over: {mark}"
        for mark in LEFTOVERS
        if mark in re.sub(r"<(code|script|tex-math).*?</\1>", "", text, flags=re.S)
    ]
    faults += [f"loads from another host: {url}" for url in page.loads if urlsplit(url).netloc]
    faults += [fault for link in page.links + page.loads if (fault := broken(site, path, link))]
    korean = path.relative_to(site).parts[0] == "ko"
    faults += [] if page.language == ("ko" if korean else "en") else [f"lang is {page.language!r}"]
    faults += [f"{page.speechless} formulas without words"] if page.speechless else []
    faults += [] if page.description else ["no meta description"]
    return faults


def check(site: Path) -> None:
    """Ends with a list of all faults, if there are any."""
    pages = sorted(site.rglob("*.html"))
    english = {path.relative_to(site) for path in pages if path.relative_to(site).parts[0] != "ko"}
    korean = {path.relative_to(site / "ko") for path in (site / "ko").rglob("*.html")}
    faults = [f"{page}: only in one language" for page in sorted(english ^ korean)]
    for path in pages:
        faults += [f"{path.relative_to(site)}: {fault}" for fault in faults_of_page(site, path)]
    for sheet in site.rglob("*.css"):
        if CSS_ADDRESS.search(sheet.read_text("utf-8")):
            faults.append(f"{sheet.relative_to(site)}: loads from another host")
    if not english or not sum(parse(path).maths for path in pages):
        faults.append("no pages, or not one formula")
    if faults:
        raise SystemExit("docs: the built site is wrong\n  " + "\n  ".join(faults))


if __name__ == "__main__":
    check(Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "site")
