"""The block `/// play | optimizers`: something to play with, made in the browser by docs/assets/play/optimizers.js.

/// play | optimizers
    start: adam
The caption.
///
"""

import xml.etree.ElementTree as etree
from pathlib import Path

from pymdownx.blocks.block import Block, type_string
from words import WORDS

PLAYTHINGS = Path(__file__).parents[1] / "assets" / "play"
FRAME = {"play", "chart"}  # what the playthings share


def names() -> list[str]:
    return sorted(path.stem for path in PLAYTHINGS.glob("*.js") if path.stem not in FRAME)


class Play(Block):
    """The frame with its caption; docs/assets/js/site.js loads the plaything's module into it."""

    NAME = "play"
    ARGUMENT = True
    OPTIONS = {"start": ("", type_string)}

    def on_create(self, parent: etree.Element) -> etree.Element:
        if self.argument not in names():
            raise ValueError(f"play | {self.argument}: no such plaything; there are {names()}")
        mark = {"data-play": self.argument, "data-start": self.options["start"]}
        return etree.SubElement(
            parent, "figure", {"class": "play", "id": f"play-{self.argument}", **mark}
        )

    def on_markdown(self) -> str:
        return "raw"

    def on_end(self, block: etree.Element) -> None:
        caption, block.text = (block.text or "").strip(), None
        self.md.parser.parseChunk(etree.SubElement(block, "figcaption"), caption)
        without = etree.SubElement(etree.SubElement(block, "noscript"), "p")
        without.text = WORDS[self.config["language"]]["play"]
