"""Leaves in the fonts of the built site what its pages need: `python docs/tools/page_fonts.py SITE`.

A Korean page loads two small files of syllables: one of those that many pages have, and its own, of the few others that
it and its playthings have; an English page its own, if it has any. The file that both are cut from keeps the syllables
of all pages, for what the search finds. KaTeX's fonts keep the letters of the site's formulas.
"""

import re
import sys
from collections import Counter
from io import BytesIO
from pathlib import Path

from fontTools.subset import Options, Subsetter
from fontTools.ttLib import TTFont
from subset_fonts import HANGUL, SWITCH, SYLLABLES, face, ranges

# A name of its own, since Chromium loads all files of a name that claim a letter. The search alone uses it.
REST = '"Pretendard Rest"'
MANY = 1 / 6  # of all pages, half of which are in English
FORMULA = re.compile(r'class="katex-html".*?</tex-math>', re.S)
TAG = re.compile("<[^>]*>")
CODE = re.compile(r"<(code|pre|script)\b.*?</\1>", re.S)
SHARED = ("js/site", "js/search", "js/annotated", "play/play", "play/chart")  # scripts with words
SYLLABLE = re.compile("[가-힣]")
OPTIONS = Options(layout_features=["kern"], notdef_outline=True)


def unpacked(font: Path) -> bytes:
    """The font without compression, of which each cut would undo the whole."""
    loaded, plain = TTFont(font), BytesIO()
    loaded.flavor = None
    loaded.save(plain)
    return plain.getvalue()


def cut(font: bytes, letters: set[str], target: Path) -> None:
    """Writes the part of the font that has these letters."""
    loaded = TTFont(BytesIO(font), recalcTimestamp=False)
    subsetter = Subsetter(OPTIONS)
    subsetter.populate(text="".join(letters))
    subsetter.subset(loaded)
    loaded.flavor = "woff2"
    loaded.save(target)


def scripts_of(assets: Path) -> dict[str, str]:
    """By folder and name: a plaything and its mathematics have the same name."""
    found = assets.rglob("*.js")
    return {f"{path.parent.name}/{path.stem}": path.read_text("utf-8") for path in found}


def needed(page: str, scripts: dict[str, str]) -> set[str]:
    """The syllables that a page shows, code aside, which the system's font draws."""
    korean = '<html lang="ko"' in page
    playthings = (f"play/{name}" for name in re.findall(r'data-play="(\w+)"', page))
    names = {*SHARED, *playthings} if korean else ()
    text = TAG.sub("", CODE.sub("", page)) + "".join(scripts[name] for name in names)
    return set(SYLLABLE.findall(text)) - SWITCH


def preloaded(address: str) -> str:
    """A font that is there before the page is drawn is never swapped, which would move the lines."""
    return f'<link rel="preload" as="font" type="font/woff2" crossorigin href="{address}">'


def hangul(site: Path) -> None:
    scripts = scripts_of(site / "assets")
    pages = {path: path.read_text("utf-8") for path in sorted(site.rglob("*.html"))}
    letters = {path: needed(page, scripts) for path, page in pages.items()}
    counts = Counter(letter for each in letters.values() for letter in each)
    many = {letter for letter, count in counts.items() if count > MANY * len(pages)}
    font = unpacked(site / "assets" / "fonts" / SYLLABLES)
    for language in ("", "ko"):
        fonts = site / language / "assets" / "fonts"
        cut(font, set(counts), fonts / SYLLABLES)
        css = (fonts / "fonts.css").read_text("utf-8")
        css = css.replace(f"family:{HANGUL};", f"family:{REST};", 1)
        if language:
            cut(font, many, fonts / "many.woff2")
            css += face(HANGUL, "400", "many.woff2", ranges(many))
        (fonts / "fonts.css").write_text(css, "utf-8")
    for path, page in pages.items():
        if own := letters[path] - (many if "ko" in path.relative_to(site).parts else set()):
            cut(font, own, path.with_suffix(".woff2"))
            # The page that says that there is no such page is shown in any folder.
            address = f"{path.stem}.woff2" if path.stem == "index" else "/dlref/ko/404.woff2"
            style = f"<style>{face(HANGUL, '400', address, ranges(own))}</style>"
            path.write_text(
                page.replace("</head>", f"{preloaded(address)}{style}</head>", 1), "utf-8"
            )


def katex(site: Path) -> None:
    letters = set()
    for path in site.rglob("*.html"):
        for formula in FORMULA.findall(path.read_text("utf-8")):
            letters.update(TAG.sub("", f"<{formula}"))
    for path in site.rglob("katex/fonts/*.woff2"):
        cut(path.read_bytes(), letters, path)


if __name__ == "__main__":
    site = Path(sys.argv[1]).resolve()
    hangul(site)
    katex(site)
