"""The block `/// cheat-sheet`: the equations of all concepts, in the order of the curriculum, for a sheet of paper."""

import xml.etree.ElementTree as etree
from collections.abc import Iterator

import curriculum
import source
from markdown.util import AtomicString
from pymdownx.blocks.block import Block


def concepts() -> Iterator[tuple[str, dict[int, str]]]:
    """The pages of concepts, and their equations by number."""
    for page in sorted(curriculum.table(), key=curriculum.depth):
        path = (source.ROOT / "dlref" / page).with_suffix(".py")
        if path.is_file() and (equations := source.read(path).equations):
            yield page, equations


class CheatSheet(Block):
    """The equations, under the titles of their pages."""

    NAME = "cheat-sheet"

    def on_create(self, parent: etree.Element) -> etree.Element:
        return etree.SubElement(parent, "div", {"class": "cheat-sheet"})

    def on_end(self, block: etree.Element) -> None:
        for page, equations in concepts():
            part = etree.SubElement(block, "section")
            link = etree.SubElement(etree.SubElement(part, "h2"), "a", {"href": page})
            link.text = AtomicString(curriculum.title(page, self.config["language"]))
            for number, tex in equations.items():
                line = etree.SubElement(part, "p")
                etree.SubElement(line, "small").text = AtomicString(f"({number})")
                formula = etree.SubElement(line, "span", {"class": "arithmatex"})
                formula.text = AtomicString(rf"\(\displaystyle {tex}\)")
