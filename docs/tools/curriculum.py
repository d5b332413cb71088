"""The block `/// curriculum`: docs/curriculum.yml as a map, from what needs nothing to what needs most.

A window too narrow for the map shows its pages as a list, each with the pages that it builds on.
"""

import functools
import re
import xml.etree.ElementTree as etree
from statistics import mean

import yaml
from markdown.util import AtomicString
from pymdownx.blocks.block import Block
from source import ROOT
from words import WORDS

FILE = ROOT / "docs" / "curriculum.yml"
TITLE = re.compile(r"^# (.+?)(?: *\{#.*\})?$", re.M)
ROW = 3.2  # rem between two pages of a column


@functools.cache
def table() -> dict[str, list[str]]:
    """Each page and those before it."""
    return yaml.safe_load(FILE.read_text("utf-8"))


@functools.cache
def depth(page: str) -> int:
    """The longest way to a page.

    Raises:
        RecursionError: if a page builds on itself.
    """
    return 1 + max(map(depth, table()[page]), default=-1)


def columns() -> list[list[str]]:
    """The pages by depth, each beside the middle of those that it builds on."""
    found: list[list[str]] = []
    rows: dict[str, float] = {}
    for level in range(1 + max(map(depth, table()))):
        pages = [page for page in table() if depth(page) == level]
        if level:
            pages.sort(key=lambda page: mean(rows[before] for before in table()[page]))
        rows |= {page: (i + 0.5) / len(pages) for i, page in enumerate(pages)}
        found.append(pages)
    return found


def title(page: str, language: str) -> str:
    """A page's title in a language."""
    return TITLE.findall((ROOT / "docs" / language / page).read_text("utf-8"))[0]


class Curriculum(Block):
    """The map."""

    NAME = "curriculum"

    def on_create(self, parent: etree.Element) -> etree.Element:
        return etree.SubElement(parent, "div", {"class": "curriculum"})

    def on_end(self, block: etree.Element) -> None:
        language = self.config["language"]
        grid = columns()
        height = max(map(len, grid))
        place = {
            page: ((i + 0.5) / len(grid), (j + 0.5) / len(column))
            for i, column in enumerate(grid)
            for j, page in enumerate(column)
        }
        block.set("style", f"--height: {height * ROW}rem; --columns: {len(grid)}")
        lines = "".join(
            _line(before, page, place) for page, needed in table().items() for before in needed
        )
        svg = f'<svg viewBox="0 0 1 1" preserveAspectRatio="none" aria-hidden="true">{lines}</svg>'
        etree.SubElement(block, "div").text = AtomicString(self.md.htmlStash.store(svg))
        pages = etree.SubElement(block, "ul")
        for page, (x, y) in place.items():
            style = f"left: {100 * x:.2f}%; top: {100 * y:.2f}%"
            item = etree.SubElement(pages, "li", {"style": style, "data-page": page})
            self._link(item, page)
            if needed := table()[page]:
                etree.SubElement(item, "small").text = AtomicString(
                    WORDS[language]["builds on"] + ", ".join(title(p, language) for p in needed)
                )

    def _link(self, parent: etree.Element, page: str) -> None:
        link = etree.SubElement(parent, "a", {"href": page})
        link.text = AtomicString(title(page, self.config["language"]))


def _line(before: str, page: str, place: dict[str, tuple[float, float]]) -> str:
    (x, y), (to_x, to_y) = place[before], place[page]
    middle = (x + to_x) / 2
    path = f"M{x:.4f} {y:.4f}C{middle:.4f} {y:.4f} {middle:.4f} {to_y:.4f} {to_x:.4f} {to_y:.4f}"
    return f'<path d="{path}" data-from="{before}" data-to="{page}"/>'
