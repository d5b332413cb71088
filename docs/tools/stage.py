"""Makes the trees that the site is built from: build/docs/{en,ko}, with the shared assets, and the navigation.

Nothing here depends on the site generator: the staged trees are plain Markdown and a configuration file each.
"""

import os
import re
import shutil
from pathlib import Path

import translations
import yaml
from glossary import keywords
from in_model import expanded
from markdown.extensions.toc import slugify, unique
from source import ROOT

NEEDS_FILES = ("tuning/from_csv.md",)  # its code reads what its commands write
HEADING = re.compile(r"^(#{1,6}) +(.+?)(?: *\{#([^}]+)\})?$", re.M)
FENCE = re.compile(r"^( *)(`{3,}).*?^\1\2`*$", re.M | re.S)
# Of each step. The theme announces changes of its maker's plans at every build. Two processes that share two cores had
# the threads of OpenBLAS wait for each other: 109 s for a figure that takes 9.
ENVIRONMENT = {
    "OPENBLAS_NUM_THREADS": "1",
    "NO_MKDOCS_2_WARNING": "1",
    "DISABLE_MKDOCS_2_WARNING": "true",
    "TF_CPP_MIN_LOG_LEVEL": "3",
    "PYTHONPATH": os.pathsep.join((str(ROOT / "docs" / "tools"), str(ROOT))),
}
LANGUAGES = {"en": "mkdocs.yml", "ko": "mkdocs.ko.yml"}


def stage(docs: Path, build: Path, site: Path) -> None:
    """Stages both languages of `docs` under `build`, to be built into `site`."""
    pages = sorted(path.relative_to(docs / "en").as_posix() for path in (docs / "en").rglob("*.md"))
    alone = {
        path.relative_to(docs / "ko").as_posix() for path in (docs / "ko").rglob("*.md")
    } - set(pages)
    if alone:
        raise SystemExit(f"Korean pages without an English one: {sorted(alone)}")
    for language, config in LANGUAGES.items():
        tree = build / language
        shutil.rmtree(tree, ignore_errors=True)
        shutil.copytree(docs / "assets", tree / "assets")
        for page in pages:
            text = english = expanded((docs / "en" / page).read_text("utf-8"), page, "en")
            if language == "ko":
                own = translations.state(docs, page) != "missing"
                korean = translations.korean_page(docs, page)
                text = with_ids(expanded(korean, page, "ko" if own else "en"), english)
            (tree / page).parent.mkdir(parents=True, exist_ok=True)
            text = with_fields(
                text, keywords=", ".join(keywords(page)), notebook=is_notebook(page, text)
            )
            (tree / page).write_text(text, "utf-8")
        nav = navigation(yaml.safe_load((docs / "nav.yml").read_text("utf-8")), pages, language)
        settings = {**paths(language, site), "INHERIT": str(ROOT / config), "nav": nav}
        (build / f"mkdocs.{language}.yml").write_text(
            yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), "utf-8"
        )


def with_ids(korean: str, english: str) -> str:
    """The Korean page with the English page's names for its headings: its own would be `_1`, `_2` and move."""
    names, used = [], set[str]()
    for match in headings(english):
        names.append(match[3] or unique(slugify(re.sub(r"[`*]", "", match[2]), "-"), used))
    found = headings(korean)
    if len(found) != len(names):
        raise SystemExit(f"{found[0][0] if found else korean[:80]}: not the headings of English")
    for match, name in reversed(list(zip(found, names, strict=True))):
        if not match[3]:
            korean = f"{korean[: match.end()]} {{#{name}}}{korean[match.end() :]}"
    return korean


def headings(text: str) -> list[re.Match]:
    """The headings of a page: their marks, their text, their name if they have one."""
    fences = [match.span() for match in FENCE.finditer(text)]
    found = HEADING.finditer(text)
    return [match for match in found if not any(a <= match.start() < b for a, b in fences)]


def paths(language: str, site: Path) -> dict:
    """The settings that name folders."""
    return {
        "docs_dir": language,
        "site_dir": str(site if language == "en" else site / language),
        "theme": {"custom_dir": str(ROOT / "docs" / "overrides")},
        "plugins": {"mkdocstrings": {"handlers": {"python": {"paths": [str(ROOT)]}}}},
    }


def is_notebook(page: str, text: str) -> bool:
    """Whether a page has code that runs without files."""
    return "```python\n" in text and page not in NEEDS_FILES


def with_fields(text: str, **fields: str | bool) -> str:
    """The page with fields in its front matter, those that are not empty."""
    lines = "".join(
        f"{key}: {str(value).lower() if value is True else value}\n"
        for key, value in fields.items()
        if value
    )
    return re.sub(r"\A---\n", lambda _: f"---\n{lines}", text)


def navigation(sections: list[dict], pages: list[str], language: str) -> list:
    """The navigation: each section's listed pages that exist, then the rest of its folder; every page has a place."""
    nav, placed = [], set()
    anywhere = {page for section in sections for page in section["pages"]}
    for section in sections:
        listed = [page for page in section["pages"] if page in pages]
        folder = section.get("folder", "\0")
        rest = [page for page in pages if page.startswith(f"{folder}/") and page not in anywhere]
        placed.update(listed, rest)
        if listed or rest:
            nav.append({section[language]: listed + rest})
    if lost := sorted(set(pages) - placed):
        raise SystemExit(f"docs/nav.yml has no section for {lost}")
    return nav
