"""The block `/// records`: what `dlref verify` has found over time, from `conformance/records`."""

import json
import xml.etree.ElementTree as etree

from against_keras import NAMES, cell, headed, short
from pymdownx.blocks.block import Block
from source import ROOT
from words import WORDS

FOLDER = ROOT / "conformance" / "records"
DTYPES = ("float64", "float32", "float16", "bfloat16")


def rows() -> list[list[str]]:
    """Of each record, the newest first: date, versions, device, how many passed, the largest error by precision."""
    return [
        row(json.loads(path.read_text("utf-8")))
        for path in sorted(FOLDER.glob("*.json"), reverse=True)
    ]


def row(record: dict) -> list[str]:
    versions, results = record["versions"], record["results"]
    used = ("keras", record["backend"], "python")
    passed = sum(result["verdict"] == "pass" for result in results.values())
    largest = [
        short(
            max(
                (r["ulp"] for key, r in results.items() if f", {dtype}, " in key and r["exact"]),
                default=None,
            )
        )
        for dtype in DTYPES
    ]
    return [
        record["date"],
        ", ".join(f"{NAMES[name]} {versions[name]}" for name in used),
        record["device"],
        f"{passed} / {len(results)}",
        *largest,
    ]


class Records(Block):
    """The table of the records."""

    NAME = "records"

    def on_create(self, parent: etree.Element) -> etree.Element:
        return etree.SubElement(parent, "div", {"class": "records"})

    def on_end(self, block: etree.Element) -> None:
        heads = (*WORDS[self.config["language"]]["records"], *DTYPES)
        table = headed(block, "cards", heads)
        body = etree.SubElement(table, "tbody")
        for texts in rows():
            line = etree.SubElement(body, "tr")
            for text in texts:
                cell(line, "td", text)
