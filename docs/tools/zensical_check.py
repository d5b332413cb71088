"""Builds the staged pages with Zensical too, and compares: `python docs/tools/zensical_check.py`, after `make docs`.

MkDocs' theme is maintained until May 2027. What is ours stands in Markdown extensions and in steps around the
generator, so that another one can take MkDocs' place; this shows that it can.
"""

import os
import re
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import yaml
from source import BUILD, ROOT
from stage import ENVIRONMENT, LANGUAGES

# What a page must hold as often as in MkDocs' build.
PARTS = ('class="annotated-row"', "<math ", "data-play=", 'role="img"', "<table", 'class="doc doc-')


def build(language: str) -> Path:
    """The folder of the pages that Zensical made."""
    settings = yaml.safe_load((BUILD / f"mkdocs.{language}.yml").read_text("utf-8"))
    settings["site_dir"] = f"zensical/{language}"
    config = BUILD / f"zensical.{language}.yml"
    config.write_text(yaml.safe_dump(settings, allow_unicode=True, sort_keys=False), "utf-8")
    command = [Path(sys.executable).with_name("zensical"), "build", "--strict", "-f", config]
    environment = {**os.environ, **ENVIRONMENT}
    done = subprocess.run(command, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}zensical: {language} failed")
    return BUILD / settings["site_dir"]


def parts(page: Path) -> dict[str, int]:
    """How often a page holds each part."""
    text = page.read_text("utf-8")
    return {part: len(re.findall(re.escape(part), text)) for part in PARTS}


def main() -> None:
    site, faults, count = ROOT / "site", [], 0
    with ThreadPoolExecutor() as pool:
        built = list(pool.map(build, LANGUAGES))
    for language, made in zip(LANGUAGES, built, strict=True):
        wanted = site if language == "en" else site / language
        for staged in sorted((BUILD / language).rglob("*.md")):
            place = staged.relative_to(BUILD / language).with_suffix("")
            place = (place.parent if place.name == "index" else place) / "index.html"
            found, expected = parts(made / place), parts(wanted / place)
            count += 1
            if found != expected:
                faults.append(f"{language}/{place}: {found}, MkDocs: {expected}")
    if faults:
        raise SystemExit("\n".join(faults))
    print(f"zensical: {count} pages, with the same parts as MkDocs'")


if __name__ == "__main__":
    main()
