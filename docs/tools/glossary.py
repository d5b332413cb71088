"""docs/glossary.yml: the words of both languages, the page that explains each, and what else readers search for.

The block `/// glossary` prints it as a table.
"""

import functools
import xml.etree.ElementTree as etree

import yaml
from markdown.util import AtomicString
from pymdownx.blocks.block import Block
from source import ROOT
from words import WORDS

FILE = ROOT / "docs" / "glossary.yml"


@functools.cache
def entries() -> list[dict]:
    """Every word: `en`, `ko`, and where there are any `also` (synonyms), `avoid`, `page`, `note_en`, `note_ko`."""
    return yaml.safe_load(FILE.read_text("utf-8"))


def keywords(page: str) -> list[str]:
    """What a reader may type to find `page` (`layers/batch_normalization.md`): its words and their synonyms."""
    found = [entry for entry in entries() if entry.get("page") == page]
    return [word for entry in found for word in (entry["en"], entry["ko"], *entry.get("also", []))]


class Glossary(Block):
    """The table of the glossary page."""

    NAME = "glossary"

    def on_create(self, parent: etree.Element) -> etree.Element:
        return etree.SubElement(parent, "div", {"class": "glossary"})

    def on_end(self, block: etree.Element) -> None:
        language = self.config["language"]
        words, first = WORDS[language], ("en", "ko") if language == "en" else ("ko", "en")
        names = {"en": "english", "ko": "korean"}
        table = etree.SubElement(block, "table")
        heads = [words[names[key]] for key in first] + [words["also called"], words["note"]]
        line = etree.SubElement(etree.SubElement(table, "thead"), "tr")
        for head in heads:
            etree.SubElement(line, "th", {"scope": "col"}).text = AtomicString(head)
        body = etree.SubElement(table, "tbody")
        for entry in sorted(entries(), key=lambda entry: entry[first[0]].lower()):
            self._row(etree.SubElement(body, "tr"), entry, first)

    def _row(self, line: etree.Element, entry: dict, first: tuple[str, str]) -> None:
        for key in first:
            td = etree.SubElement(line, "td", {"lang": key})
            page = entry.get("page") if key == first[0] else None
            target = (
                etree.SubElement(td, "a", {"href": page}) if page and self._exists(page) else td
            )
            target.text = AtomicString(entry[key])
        etree.SubElement(line, "td").text = AtomicString(", ".join(entry.get("also", [])))
        etree.SubElement(line, "td").text = AtomicString(entry.get(f"note_{first[0]}", ""))

    def _exists(self, page: str) -> bool:
        return (ROOT / "docs" / "en" / page).is_file()
