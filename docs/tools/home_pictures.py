"""Takes the pictures of the home page: `python docs/tools/home_pictures.py SITE REPORT`.

A plaything of the built site and the report of a sweep, in both languages, light and dark, into docs/assets/pictures.
Run by hand when they look different, since the report takes a sweep: that of `make demo`. Needs Debian's chromium.
"""

import io
import shutil
import sys
from base64 import b64encode
from pathlib import Path

from browser_check import ARGUMENTS, SCHEMES, serve
from PIL import Image
from playwright.sync_api import Page, sync_playwright
from source import ROOT

PICTURES = ROOT / "docs" / "assets" / "pictures"
SIZE = {"width": 640, "height": 560}
FONTS = [
    f"@font-face {{ font-family: Drawn; src: url(data:font/woff2;base64,{b64encode(path.read_bytes()).decode()}); "
    f"unicode-range: {letters} }}"
    for path, letters in (
        (ROOT / "docs/assets/fonts/pretendard.woff2", "U+0-10FF"),
        (ROOT / "docs/assets/fonts/pretendard-hangul.woff2", "U+1100-FFFF"),
    )
]
FONT = " ".join([*FONTS, "* { font-family: Drawn, sans-serif !important }"])


def keep(page: Page, top: str, name: str) -> None:
    """The window that begins with an element."""
    page.locator(top).first.evaluate(
        "e => scrollTo(0, e.getBoundingClientRect().top + scrollY - 8)"
    )
    page.wait_for_timeout(1000)  # charts are drawn when they come into sight
    picture = Image.open(io.BytesIO(page.screenshot()))
    picture.save(PICTURES / f"{name}.webp", quality=70, method=6)


def main(site: Path, report: Path) -> None:
    PICTURES.mkdir(exist_ok=True)
    server, host = serve(site)
    with sync_playwright() as playwright:
        chromium = shutil.which("chromium") or "/usr/bin/chromium"
        browser = playwright.chromium.launch(executable_path=chromium, args=ARGUMENTS)
        for language, folder in (("en", ""), ("ko", "ko/")):
            for scheme in SCHEMES:
                context = browser.new_context(
                    viewport=SIZE,  # type: ignore[arg-type]
                    locale=language,
                    color_scheme=scheme,  # type: ignore[arg-type]
                    device_scale_factor=1.5,
                    reduced_motion="reduce",
                    bypass_csp=True,
                )
                page = context.new_page()
                page.goto(f"{host}/dlref/{folder}optimizers/adam/#play=optimizers")
                page.locator(".play-presets button").first.click()
                page.add_style_tag(content=".md-header, .md-top { display: none !important }")
                keep(page, ".play", f"play-{language}-{scheme}")
                page.goto(report.as_uri())
                page.wait_for_selector(".plot-container")
                page.add_style_tag(content=FONT)  # a machine that draws may have no Korean one
                keep(page, "h2:has-text('Learning curves')", f"report-{language}-{scheme}")
                context.close()
        browser.close()
    server.shutdown()


if __name__ == "__main__":
    main(*(Path(name).resolve() for name in sys.argv[1:]))
