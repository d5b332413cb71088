"""Indexes the built site for search: `python docs/tools/search_index.py SITE`.

Pagefind finds words that begin like what is typed. Korean writes particles and compounds as one word (모멘텀은,
배치정규화를), which begin like nothing on a page. So the nouns of the Korean pages are found here, once, and listed
beside the index; docs/assets/js/search.js replaces what is typed by the nouns in it.
"""

import json
import re
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from html.parser import HTMLParser
from itertools import groupby
from pathlib import Path

import glossary
from kiwipiepy import Kiwi

NOUNS = ("NNG", "NNP", "XPN", "XSN", "XR")
HANGUL = re.compile("[가-힣]{2,}")


class Prose(HTMLParser):
    """What a page says, without code and formulas."""

    def __init__(self, text: str):
        super().__init__()
        self.parts: list[str] = []
        self.hidden = 0
        self.feed(text)

    def handle_starttag(self, tag: str, attrs: list) -> None:
        self.hidden += tag in ("script", "style", "pre", "code", "tex-math")

    def handle_endtag(self, tag: str) -> None:
        self.hidden -= tag in ("script", "style", "pre", "code", "tex-math")
        if tag in ("h1", "h2", "h3", "p", "li", "td", "th"):
            self.parts.append("\n")

    def handle_data(self, data: str) -> None:
        if not self.hidden:
            self.parts.append(data)


def nouns(text: str, kiwi: Kiwi) -> Iterator[str]:
    """The nouns that words begin with, without particles and endings."""
    for line in filter(HANGUL.search, text.splitlines()):
        for _, word in groupby(kiwi.tokenize(line), lambda t: (t.sent_position, t.word_position)):
            noun = ""
            for token in word:
                if token.tag not in NOUNS:
                    break
                noun += token.form
            if HANGUL.fullmatch(noun):
                yield noun


def found_nouns(site: Path) -> list[str]:
    """The nouns of all Korean pages and of the glossary, the most frequent first."""
    kiwi = Kiwi()
    counts = Counter(
        noun
        for path in sorted((site / "ko").rglob("index.html"))
        for noun in nouns("".join(Prose(path.read_text("utf-8")).parts), kiwi)
    )
    for entry in glossary.entries():
        counts.update(filter(HANGUL.fullmatch, (entry["ko"], *entry.get("also", []))))
    return [noun for noun, _ in counts.most_common()]


def main(site: Path) -> None:
    command = (sys.executable, "-m", "pagefind", "--site", str(site))
    with subprocess.Popen([*command, "--exclude-selectors", ".headerlink"]) as index:
        listed = json.dumps(found_nouns(site), ensure_ascii=False, separators=(",", ":"))
    if index.returncode:
        raise SystemExit(f"Pagefind ended with {index.returncode}")
    (site / "pagefind" / "nouns.json").write_text(listed, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
