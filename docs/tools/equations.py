"""The block `/// equations`, and the verdict beside each equation: results of `dlref verify --equations`."""

import functools
import json
import xml.etree.ElementTree as etree

import listing as code
from against_keras import by_area, cell, pages
from markdown.util import AtomicString
from pymdownx.blocks.block import Block
from source import BUILD
from words import WORDS

RESULTS = BUILD / "equations.json"


@functools.cache
def results() -> list[dict]:
    """What `dlref verify --equations --json` printed when the site was built; nothing without a build."""
    return json.loads(RESULTS.read_text("utf-8"))["equations"] if RESULTS.exists() else []


def verdict(module: str, number: int, language: str) -> str:
    """The verdict on one equation in words, empty without a build."""
    words = WORDS[language]["equation verdicts"]
    found = [r for r in results() if r["module"] == module and r["number"] == number]
    return words[found[0]["verdict"]] if found else ""


class Equations(Block):
    """Every numbered equation, its line of code, and whether they are the same expression."""

    NAME = "equations"

    def on_create(self, parent: etree.Element) -> etree.Element:
        return etree.SubElement(parent, "div", {"class": "conformance"})

    def on_end(self, block: etree.Element) -> None:
        words = WORDS[self.config["language"]]
        heads = ("verdict", "object", "equation", "line")
        named = (words[head].capitalize() for head in heads)
        verdicts = words["equation verdicts"]
        for line, row in by_area(block, "cards equations", named, results(), verdicts):
            self._row(line, row)

    def _row(self, line: etree.Element, row: dict) -> None:
        words = WORDS[self.config["language"]]["equation verdicts"]
        cell(line, "td", words[row["verdict"]])
        name = etree.SubElement(line, "th", {"scope": "row"})
        link = etree.SubElement(name, "a", {"href": pages()[row["name"]]})
        cell(link, "code", f"{row['name'].partition('.')[2]} ({row['number']})")
        formula = etree.SubElement(etree.SubElement(line, "td"), "span", {"class": "arithmatex"})
        formula.text = AtomicString(rf"\({row['tex']}\)")
        own = etree.SubElement(line, "td")
        (source,) = code.lines(row["line"] + "\n")
        highlighted = f'<div class="highlight"><code>{source}</code></div>'
        etree.SubElement(own, "div").text = AtomicString(self.md.htmlStash.store(highlighted))
