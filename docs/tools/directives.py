"""Python-Markdown extension: what a page has beside plain Markdown: blocks, names of sources, cards for tables."""

from against_keras import AgainstKeras, Conformance
from annotated import Annotated
from cards import Cards
from cheat_sheet import CheatSheet
from command import Command
from curriculum import Curriculum
from equations import Equations
from example import Example
from figure import Figure
from glossary import Glossary
from measured import Measured
from play import Play
from pymdownx.blocks import BlocksExtension
from records import Records
from sources import Sources

BLOCKS = (
    Annotated,
    AgainstKeras,
    CheatSheet,
    Conformance,
    Command,
    Curriculum,
    Equations,
    Example,
    Figure,
    Glossary,
    Measured,
    Play,
    Records,
)


class Directives(BlocksExtension):
    """Registers the blocks for pages in one language."""

    def __init__(self, **kwargs):
        self.config = {"language": ["en", "language of the page"]}
        super().__init__(**kwargs)

    def extendMarkdownBlocks(self, md, block_mgr) -> None:
        for block in BLOCKS:
            block_mgr.register(block, self.getConfigs())
        md.treeprocessors.register(Cards(md), "cards", 15)  # when code in cells is read
        md.inlinePatterns.register(Sources(), "sources", 55)  # after links and code


def makeExtension(**kwargs) -> Directives:
    return Directives(**kwargs)
