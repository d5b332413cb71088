"""The block `/// example | examples/cluster/slurm.sh`: a file of the project, as it is.

/// example | examples/cluster/slurm.sh
///
"""

import xml.etree.ElementTree as etree

import listing
from markdown.util import AtomicString
from pymdownx.blocks.block import Block
from source import ROOT


class Example(Block):
    """The file under its name."""

    NAME = "example"
    ARGUMENT = True

    def on_create(self, parent: etree.Element) -> etree.Element:
        lines = listing.lines((ROOT / self.argument).read_text("utf-8"), self.argument)
        box = listing.box([f"<span>{line}</span>" for line in lines])
        folded = f"<details><summary><code>{self.argument}</code></summary>{box}</details>"
        element = etree.SubElement(parent, "div")
        element.text = AtomicString(self.md.htmlStash.store(folded))
        return element
