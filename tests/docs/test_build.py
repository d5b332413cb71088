"""The whole site, built as `make docs` builds it, with a real run of `dlref verify`.

Of a site that was built just before, its folder is in DLREF_SITE.
"""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest
import source

pytestmark = pytest.mark.timeout(
    900
)  # the first test waits for the build, beside the others of the suite
PAGES = sorted((source.ROOT / "docs" / "en").rglob("*.md"))


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if "DLREF_SITE" in os.environ:
        return Path(os.environ["DLREF_SITE"])
    folder = tmp_path_factory.mktemp("docs")
    command = [sys.executable, str(source.ROOT / "docs" / "tools" / "build.py")]
    command += ["--site", str(folder / "site")]
    environment = {**os.environ, "DLREF_DOCS_BUILD": str(folder / "build")}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    return folder / "site"


def test_both_languages_have_every_page(site: Path) -> None:
    for page in PAGES:
        address = page.relative_to(source.ROOT / "docs" / "en").with_suffix("")
        address = address.parent if address.name == "index" else address
        for language in ("", "ko"):
            html = (site / language / address / "index.html").read_text("utf-8")
            assert (
                "data-pagefind-body" in html and '<div class="md-header__option languages">' in html
            )


def test_maths_figures_and_annotations_are_on_the_page(site: Path) -> None:
    for language in ("", "ko"):
        html = (site / language / "optimizers" / "adam" / "index.html").read_text("utf-8")
        assert html.count("<math") > 20
        assert html.count('class="annotated-row"') == 5
        assert html.count('class="annotated-line"') == 2 * 5  # in the row, and in the source
        assert html.count('role="img"') == 1 and "currentColor" in html


def test_search_index_has_both_languages(site: Path) -> None:
    languages = json.loads((site / "pagefind" / "pagefind-entry.json").read_text("utf-8"))[
        "languages"
    ]
    pages = {name: language["page_count"] for name, language in languages.items()}
    assert pages == {"en": len(PAGES), "ko": len(PAGES)}


def test_sitemap_names_the_other_language(site: Path) -> None:
    for language in ("", "ko"):
        sitemap = (site / language / "sitemap.xml").read_text("utf-8")
        for address in ("https://dlref.github.io/dlref/", "https://dlref.github.io/dlref/ko/"):
            assert f'href="{address}optimizers/adam/"' in sitemap
