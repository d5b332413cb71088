"""Cuts the site's font out of Pretendard Variable: `python docs/tools/subset_fonts.py PretendardVariable.ttf`.

A browser fetches a file only where a page needs one of its letters: Latin, Greek and signs, from regular to bold; the
syllables of several Korean pages, and those of few, in the regular weight alone, since Hangul in two weights is twice
as heavy (a browser thickens it for headings); and the rest of the 2,350 syllables of KS X 1001 in parts. Run it after
many new pages; the site works without, a little heavier.
The font comes from the npm package `pretendard` (dist/public/variable/PretendardVariable.ttf), licence OFL-1.1.
"""

import re
import sys
from collections import Counter
from pathlib import Path

from source import ROOT

# Two families: one of several weights would hide the other, which has one.
NAME, HANGUL = '"Pretendard"', '"Pretendard Hangul"'
FONTS = ROOT / "docs" / "assets" / "fonts"
LATIN = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x391, 0x3CA))}
SWITCH = set("한국어")  # the link to the Korean page, on every English one
THEME = set("콘텐츠로 이동")  # what only the theme says
SEVERAL = 3  # pages that use a syllable
PART = 450  # syllables of a file that hardly any page needs
SIGNS = set("‐–—‘’“”•…′″₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻₩€←↑→↓↔∂∆∏∑−∗√∞∫≈≠≤≥⊙·×÷")


def ks_x_1001() -> set[str]:
    """The 2,350 precomposed syllables of KS X 1001."""
    syllables = (
        bytes((row, cell)).decode("euc-kr")
        for row in range(0xB0, 0xC9)
        for cell in range(0xA1, 0xFF)
    )
    return set(syllables)


def used() -> set[str]:
    """Every letter of the pages' sources, of dlref's docstrings, and of the words that the tools print."""
    docs = ROOT / "docs"
    files = [
        *docs.rglob("*.md"),
        *docs.glob("*.yml"),
        *docs.glob("tools/words.py"),
        *docs.glob("figures/**/*.py"),
        *docs.glob("assets/**/*.js"),
    ]
    files += [*ROOT.glob("mkdocs*.yml"), *(ROOT / "dlref").rglob("*.py")]
    return set("".join(path.read_text("utf-8") for path in files))


def ranges(codes: set[int]) -> str:
    """CSS's unicode-range."""
    spans: list[list[int]] = []
    for code in sorted(codes):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in spans)


def covered(css: str) -> set[int]:
    """The code points that fonts.css claims."""
    spans = re.findall(r"U\+([0-9A-F]+)(?:-([0-9A-F]+))?", css)
    return {code for a, b in spans for code in range(int(a, 16), int(b or a, 16) + 1)}


def cut(font: Path, letters: set[str], name: str, weights: tuple[int, int]) -> str:
    """Writes one subset, of one weight or a range; returns its @font-face."""
    from fontTools import subset
    from fontTools.varLib import instancer

    options = subset.Options(
        flavor="woff2", layout_features=["kern", "calt", "ccmp", "locl", "mark", "mkmk"]
    )
    options.notdef_outline = True
    loaded = subset.load_font(str(font), options)
    codes = {ord(letter) for letter in letters} & set(loaded.getBestCmap())
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(loaded)
    low, high = weights
    loaded = instancer.instantiateVariableFont(
        loaded, {"wght": low if low == high else (low, high)}
    )
    subset.save_font(loaded, str(FONTS / name), options)
    weight, family = (f"{low}", HANGUL) if low == high else (f"{low} {high}", NAME)
    return (
        f"@font-face{{font-family:{family};font-weight:{weight};font-style:normal;font-display:swap;"
        f'src:url("{name}") format("woff2");unicode-range:{ranges(codes)}}}\n'
    )


def main(font: Path) -> None:
    hangul = ks_x_1001()
    pages = [set(path.read_text("utf-8")) for path in (ROOT / "docs" / "ko").rglob("*.md")]
    counts = Counter(letter for page in pages for letter in page & hangul)
    known = used() | THEME
    first = LATIN | SIGNS | SWITCH | {letter for letter in known - hangul if not letter.isascii()}
    several = {letter for letter, count in counts.items() if count >= SEVERAL} - first
    few = (known & hangul) - several - first
    rest = sorted(hangul - several - few - first)
    parts = [set(rest[i : i + PART]) for i in range(0, len(rest), PART)]
    for old in FONTS.glob("*.woff2"):
        old.unlink()
    regular = (400, 400)
    css = "".join(
        cut(font, part, f"pretendard-hangul-{i}.woff2", regular) for i, part in enumerate(parts, 3)
    )
    css += cut(font, few, "pretendard-hangul-2.woff2", regular)
    css += cut(font, several, "pretendard-hangul-1.woff2", regular)
    css += cut(font, first, "pretendard.woff2", (400, 700))
    code = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"
    # Code has Korean words in strings of figures, also on English pages: the system draws them.
    css += f":root{{--md-text-font:{NAME},{HANGUL};--md-code-font:{code}}}\n"
    (FONTS / "fonts.css").write_text(css, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
