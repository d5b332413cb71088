"""The block `/// figure | optimizers/adam.py`: drawn by docs/figures/optimizers/adam.py at build time.

/// figure | optimizers/adam.py
    alt: What the figure shows, for a reader who does not see it.
The caption.
///
"""

import html
import xml.etree.ElementTree as etree
from pathlib import Path

import listing
from markdown.util import AtomicString
from pymdownx.blocks.block import Block, type_string
from source import BUILD, ROOT
from words import WORDS

DRAWN = BUILD / "figures"
SCRIPTS = ROOT / "docs" / "figures"


class Figure(Block):
    """The figure, its caption, and its code folded underneath."""

    NAME = "figure"
    ARGUMENT = True
    OPTIONS = {"alt": ("", type_string)}

    def on_create(self, parent: etree.Element) -> etree.Element:
        if not self.options["alt"].strip():
            raise ValueError(f"figure | {self.argument}: the option alt is missing")
        return etree.SubElement(parent, "figure", {"class": "drawn"})

    def on_markdown(self) -> str:
        return "raw"

    def on_end(self, block: etree.Element) -> None:
        caption, block.text = (block.text or "").strip(), None
        drawing = DRAWN / self.config["language"] / Path(self.argument).with_suffix(".svg")
        alt = html.escape(self.options["alt"], quote=True)
        svg = f'<div role="img" aria-label="{alt}" data-pagefind-ignore>{drawing.read_text("utf-8")}</div>'
        etree.SubElement(block, "div").text = AtomicString(self.md.htmlStash.store(svg))
        self.md.parser.parseChunk(etree.SubElement(block, "figcaption"), caption)
        details = etree.SubElement(block, "div")
        details.text = AtomicString(self.md.htmlStash.store(self._code()))

    def _code(self) -> str:
        lines = listing.lines((SCRIPTS / self.argument).read_text("utf-8"))
        summary = WORDS[self.config["language"]]["figure code"]
        code = listing.box([f"<span>{line}</span>" for line in lines])
        return f"<details data-pagefind-ignore><summary>{summary}</summary>{code}</details>"
