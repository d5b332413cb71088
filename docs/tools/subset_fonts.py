"""Cuts the site's font out of Pretendard Variable: `python docs/tools/subset_fonts.py PretendardVariable.ttf`.

Latin, Greek and signs, from regular to bold; and the 2,350 syllables of KS X 1001 in the regular weight alone, since
Hangul in two weights is twice as heavy (a browser thickens it for headings). docs/tools/page_fonts.py cuts from the
second what the pages need. The font comes from the npm package `pretendard`
(dist/public/variable/PretendardVariable.ttf), licence OFL-1.1.
"""

import sys
from pathlib import Path

from source import ROOT

# Two families: one of several weights would hide the other, which has one.
NAME, HANGUL = '"Pretendard"', '"Pretendard Hangul"'
FONTS = ROOT / "docs" / "assets" / "fonts"
SYLLABLES = "pretendard-hangul.woff2"
LATIN = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x100), *range(0x391, 0x3CA))}
SWITCH = set("한국어")  # the link to the Korean page, on every English one
SIGNS = set("‐–—‘’“”•…′″₀₁₂₃₄₅₆₇₈₉⁰¹²³⁴⁵⁶⁷⁸⁹⁻₩€←↑→↓↔∂∆∏∑−∗√∞∫≈≠≤≥⊙·×÷ŷ\u0302\u0303□▽◆✓✗")


def ks_x_1001() -> set[str]:
    """The 2,350 precomposed syllables of KS X 1001."""
    syllables = (
        bytes((row, cell)).decode("euc-kr")
        for row in range(0xB0, 0xC9)
        for cell in range(0xA1, 0xFF)
    )
    return set(syllables)


def letters_of(font: Path) -> set[str]:
    """What a font file has."""
    from fontTools.ttLib import TTFont

    return set(map(chr, TTFont(font).getBestCmap()))


def ranges(letters: set[str]) -> str:
    """CSS's unicode-range."""
    spans: list[list[int]] = []
    for code in sorted(map(ord, letters)):
        if spans and code == spans[-1][1] + 1:
            spans[-1][1] = code
        else:
            spans.append([code, code])
    return ",".join(f"U+{a:X}" if a == b else f"U+{a:X}-{b:X}" for a, b in spans)


def face(family: str, weight: str, address: str, unicode_range: str) -> str:
    """The @font-face of a file."""
    return (
        f"@font-face{{font-family:{family};font-weight:{weight};font-style:normal;font-display:optional;"
        f'src:url("{address}") format("woff2");unicode-range:{unicode_range}}}\n'
    )


def cut(font: Path, letters: set[str], name: str, low: int, high: int) -> None:
    """Writes one subset, of one weight or a range."""
    from fontTools import subset
    from fontTools.varLib import instancer

    options = subset.Options(
        flavor="woff2", layout_features=["kern", "calt", "ccmp", "locl", "mark", "mkmk"]
    )
    options.notdef_outline = True
    loaded = subset.load_font(str(font), options)
    subsetter = subset.Subsetter(options)
    subsetter.populate(text="".join(letters))
    subsetter.subset(loaded)
    loaded = instancer.instantiateVariableFont(
        loaded, {"wght": low if low == high else (low, high)}
    )
    subset.save_font(loaded, str(FONTS / name), options)


def main(font: Path) -> None:
    latin = LATIN | SIGNS | SWITCH
    cut(font, ks_x_1001(), SYLLABLES, 400, 400)
    cut(font, latin, "pretendard.woff2", 400, 700)
    css = face(HANGUL, "400", SYLLABLES, "U+AC00-D7A3")
    css += face(NAME, "400 700", "pretendard.woff2", ranges(latin & letters_of(font)))
    code = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"
    # Code has Korean words in strings of figures, also on English pages: the system draws them.
    css += f":root{{--md-text-font:{NAME},{HANGUL};--md-code-font:{code}}}\n"
    (FONTS / "fonts.css").write_text(css, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
