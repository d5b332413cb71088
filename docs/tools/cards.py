"""Tables that become cards on a phone: from four columns on, each cell says the head of its column."""

import re
import unicodedata
import xml.etree.ElementTree as etree

from markdown.treeprocessors import Treeprocessor

FROM = 4  # columns


class Cards(Treeprocessor):
    """Marks the tables, but those of measurements, which scroll."""

    def run(self, root: etree.Element) -> None:
        measured = [
            table for box in root.iterfind(".//*[@class='measured']") for table in box.iter("table")
        ]
        for table in root.iter("table"):
            heads = [_text(head) for head in table.iterfind("./thead//th")]
            if len(heads) >= FROM and table not in measured:
                table.set("class", "cards")
                for row in table.iterfind("./tbody/tr"):
                    # The row of an area has one cell.
                    for head, cell in zip(heads, row, strict=False):
                        cell.set("data-label", head)


def _text(head: etree.Element) -> str:
    r"""What a head says, a symbol such as \(\mu_b\) by its letters: an attribute holds no formula."""
    text = "".join(head.itertext()).strip()
    return re.sub(r"\\\((.+?)\\\)", lambda tex: re.sub(r"\\([a-z]+)", _greek, tex[1]), text)


def _greek(command: re.Match[str]) -> str:
    try:
        return unicodedata.lookup(f"GREEK SMALL LETTER {command[1]}")
    except KeyError:
        return command[0]
