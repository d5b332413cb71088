"""Builds the site, in both languages: `python docs/tools/build.py`.

Runs `dlref verify`, draws the figures, records what each numbered line computes, stages the pages, builds English into
site/ and Korean into site/ko/, indexes both for search, cuts the fonts, and checks the output. Any failure ends the
build.
"""

import argparse
import os
import shutil
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

from check_site import check
from command import DLREF
from source import BUILD, ROOT
from stage import ENVIRONMENT, LANGUAGES, stage

TOOLS = ROOT / "docs" / "tools"


def run(what: str, *command: str, output: Path | None = None) -> None:
    """Runs one step, or ends the build."""
    start = time.perf_counter()
    environment = {**os.environ, **ENVIRONMENT}
    done = subprocess.run(command, cwd=ROOT, env=environment, capture_output=True, text=True)
    if done.returncode:
        raise SystemExit(f"{done.stdout}{done.stderr}docs: {what} failed")
    if output:
        output.write_text(done.stdout, "utf-8")
    print(f"docs: {what}, {time.perf_counter() - start:.0f} s", flush=True)


def verify(results: Path | None) -> None:
    """Puts a real run's results where the pages read them."""
    target = BUILD / "verify.json"
    if results:
        target.write_bytes(results.read_bytes())
    else:
        run("dlref verify", *DLREF, "verify", "--json", output=target)


def pages(site: Path) -> None:
    """Builds the staged pages; Korean elsewhere at first, since English empties its folder when it begins."""
    folders = {"en": site, "ko": BUILD / "site.ko"}
    mkdocs = sys.executable, "-m", "mkdocs", "build", "--quiet", "--strict"

    def build(language: str) -> None:
        where = "-f", str(BUILD / f"mkdocs.{language}.yml"), "-d", str(folders[language])
        run(f"pages, {language}", *mkdocs, *where)

    with ThreadPoolExecutor() as pool:
        list(pool.map(build, LANGUAGES))
    shutil.move(folders["ko"], site / "ko")


def beside_pages(site: Path) -> None:
    """What only reads the pages, each part on a core of its own."""
    steps = {
        "search": "search_index",  # takes longest
        "pages as Markdown": "plain",
        "notebooks": "notebooks",
        "card": "draw_card",
    }
    with ThreadPoolExecutor() as pool:
        commands = (
            (what, sys.executable, str(TOOLS / f"{tool}.py"), str(site))
            for what, tool in steps.items()
        )
        list(pool.map(lambda command: run(*command), commands))


def main() -> None:
    parser = argparse.ArgumentParser(description="Build the site.")
    parser.add_argument(
        "--verify", type=Path, metavar="FILE", help="results of an earlier `dlref verify --json`"
    )
    parser.add_argument(
        "--site", type=Path, metavar="FOLDER", default=ROOT / "site", help="where it goes"
    )
    arguments = parser.parse_args()
    site = arguments.site.resolve()
    shutil.rmtree(site, ignore_errors=True)
    BUILD.mkdir(parents=True, exist_ok=True)
    with ThreadPoolExecutor() as pool:
        draw = sys.executable, str(TOOLS / "draw_figures.py"), str(BUILD / "figures")
        watch = sys.executable, str(TOOLS / "step_values.py"), str(BUILD / "step_values.json")
        steps = [
            pool.submit(verify, arguments.verify),
            pool.submit(
                run,
                "dlref verify --equations",
                *DLREF,
                "verify",
                "--equations",
                "--json",
                output=BUILD / "equations.json",
            ),
            pool.submit(run, "figures", *draw),
            pool.submit(run, "values of each step", *watch),
        ]
    for step in steps:
        step.result()
    stage(ROOT / "docs", BUILD, site)
    pages(site)
    beside_pages(site)
    run("fonts", sys.executable, str(TOOLS / "page_fonts.py"), str(site))  # changes the pages
    check(site)
    print(f"docs: {site / 'index.html'}")


if __name__ == "__main__":
    main()
