"""Keeps the Korean pages in step with the English ones.

A Korean page's front matter holds `source_hash`, the hash of the English page it was translated from. Where the page is
missing or its hash is not the English page's, the site says so on the page. After bringing a translation up to date:

    python docs/tools/translations.py docs/ko/optimizers/adam.md
"""

import hashlib
import re
import sys
from pathlib import Path

from source import ROOT

HASH = re.compile(r"^source_hash: (\S+)$", re.M)
MISSING = (
    '!!! warning "아직 번역되지 않았습니다"\n'
    "    이 페이지는 아직 한국어로 옮기지 않아 영어 원문을 보여 드립니다.\n\n"
)
STALE = (
    '!!! warning "원문이 바뀌었습니다"\n'
    "    이 번역 뒤에 영어 원문이 바뀌었습니다. 다른 점이 있으면 영어 페이지가 맞습니다.\n\n"
)


def source_hash(page: Path) -> str:
    """The hash of an English page."""
    return hashlib.sha256(page.read_bytes()).hexdigest()[:12]


def state(docs: Path, page: str) -> str:
    """How the Korean `page` stands: `current`, `missing` or `stale`."""
    english, korean = docs / "en" / page, docs / "ko" / page
    if not korean.exists():
        return "missing"
    found = HASH.search(korean.read_text("utf-8"))
    return "current" if found and found[1] == source_hash(english) else "stale"


def with_banner(text: str, banner: str) -> str:
    """The page with the banner under its title."""
    return re.sub(r"^(# .*\n)", lambda match: f"{match[1]}\n{banner}", text, count=1, flags=re.M)


def korean_page(docs: Path, page: str) -> str:
    """The text of the Korean page as the site shows it."""
    standing = state(docs, page)
    if standing == "missing":
        return with_banner((docs / "en" / page).read_text("utf-8"), MISSING)
    text = (docs / "ko" / page).read_text("utf-8")
    return with_banner(text, STALE) if standing == "stale" else text


def accept(korean: Path, docs: Path = ROOT / "docs") -> None:
    """Writes the hash of the English page into the Korean page's front matter."""
    line = f"source_hash: {source_hash(docs / 'en' / korean.resolve().relative_to(docs / 'ko'))}"
    text = korean.read_text("utf-8")
    if not text.startswith("---\n"):
        raise SystemExit(f"{korean}: no front matter")
    text = (
        HASH.sub(line, text, count=1)
        if HASH.search(text)
        else text.replace("---\n", f"---\n{line}\n", 1)
    )
    korean.write_text(text, "utf-8")


if __name__ == "__main__":
    for argument in sys.argv[1:] or sys.exit(__doc__):
        accept(Path(argument))
