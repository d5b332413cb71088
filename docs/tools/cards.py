"""Tables that become cards on a phone: from four columns on, each cell says the head of its column."""

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
            heads = ["".join(head.itertext()).strip() for head in table.iterfind("./thead//th")]
            if len(heads) >= FROM and table not in measured:
                table.set("class", "cards")
                for row in table.iterfind("./tbody/tr"):
                    for head, cell in zip(
                        heads, row, strict=False
                    ):  # the row of an area has one cell
                        cell.set("data-label", head)
