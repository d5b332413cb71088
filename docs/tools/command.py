"""The block `/// command | sweep`: what `dlref sweep --help` prints."""

import html
import os
import subprocess
import sys
import xml.etree.ElementTree as etree

from markdown.util import AtomicString
from pymdownx.blocks.block import Block
from source import ROOT

# Not the installed script, so that the site shows the sources it is built from.
DLREF = (sys.executable, "-c", "from dlref_cli import main; main(prog_name='dlref')")


class Command(Block):
    """The help of one command."""

    NAME = "command"
    ARGUMENT = True

    def on_create(self, parent: etree.Element) -> etree.Element:
        return etree.SubElement(parent, "div")

    def on_end(self, block: etree.Element) -> None:
        command = (*DLREF, *self.argument.split(), "--help")
        environment = {**os.environ, "COLUMNS": "80"}
        done = subprocess.run(
            command, cwd=ROOT, env=environment, capture_output=True, text=True, check=True
        )
        code = f'<div class="highlight"><pre tabindex="0"><code>{html.escape(done.stdout)}</code></pre></div>'
        block.text = AtomicString(self.md.htmlStash.store(code))
