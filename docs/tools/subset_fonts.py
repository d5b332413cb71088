"""Cuts the site's font out of Pretendard Variable: `python docs/tools/subset_fonts.py PretendardVariable.ttf`.

Two files: the letters that the pages use, and the rest of the 2,350 syllables of KS X 1001, which a browser
fetches only where a page needs one of them. Run it after many new pages; the site works without, a little heavier.
The font comes from the npm package `pretendard` (dist/public/variable/PretendardVariable.ttf), licence OFL-1.1.
"""

import re
import sys
from pathlib import Path

from source import ROOT

NAME = '"Pretendard Variable"'
FONTS = ROOT / "docs" / "assets" / "fonts"
LATIN = {chr(code) for code in (*range(0x20, 0x7F), *range(0xA0, 0x180), *range(0x391, 0x3CA))}
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


def cut(font: Path, letters: set[str], name: str) -> str:
    """Writes one subset; returns its @font-face."""
    from fontTools import subset

    options = subset.Options(
        flavor="woff2", layout_features=["kern", "calt", "ccmp", "locl", "mark", "mkmk"]
    )
    options.notdef_outline = True
    loaded = subset.load_font(str(font), options)
    codes = {ord(letter) for letter in letters} & set(loaded.getBestCmap())
    subsetter = subset.Subsetter(options)
    subsetter.populate(unicodes=codes)
    subsetter.subset(loaded)
    subset.save_font(loaded, str(FONTS / name), options)
    return (
        f"@font-face{{font-family:{NAME};font-weight:45 920;font-style:normal;font-display:swap;"
        f'src:url("{name}") format("woff2-variations");unicode-range:{ranges(codes)}}}\n'
    )


def main(font: Path) -> None:
    hangul = ks_x_1001()
    first = (
        LATIN | SIGNS | {letter for letter in used() if letter in hangul or not letter.isascii()}
    )
    # The later rule wins where both name a letter.
    css = cut(font, hangul - first, "pretendard-rest.woff2") + cut(font, first, "pretendard.woff2")
    code = "ui-monospace,SFMono-Regular,Menlo,Consolas,monospace"
    css += f":root{{--md-text-font:{NAME};--md-code-font:{code},{NAME}}}\n"
    (FONTS / "fonts.css").write_text(css, "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]))
