"""The blocks `/// against-keras | optimizers.Adam` and `/// conformance`: results of `dlref verify`.

    /// against-keras | optimizers.Adam
        mapping: epsilon = ε√(1 − β₂^t) at step t
    How Keras differs, in the page's language.
    ///

An English page may leave the option and the content out: the conformance table's own words stand there. A page in
another language translates both; an object with several rows has a list of mappings, one for each row that has one.
"""

import functools
import json
import re
import xml.etree.ElementTree as etree
from collections import Counter
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

from markdown.util import AtomicString
from pymdownx.blocks.block import Block, type_string
from source import BUILD, ROOT
from words import WORDS

COMPARED = re.compile(r"^/// against-keras \| (\S+)$", re.M)
RESULTS = BUILD / "verify.json"
NAMES = {
    "tensorflow": "TensorFlow",
    "jax": "JAX",
    "keras": "Keras",
    "keras-tuner": "Keras Tuner",
    "optuna": "Optuna",
    "numpy": "NumPy",
    "scipy": "SciPy",
    "sqlite": "SQLite",
    "postgresql": "PostgreSQL",
    "torch": "PyTorch",
    "python": "Python",
}


@functools.cache
def results(path: Path = RESULTS) -> dict:
    """What `dlref verify --json` printed when the site was built."""
    return json.loads(path.read_text("utf-8"))


def rows(name: str) -> list[dict]:
    """The rows of one object: `optimizers.Adam`."""
    found = [row for row in results()["rows"] if row["name"] == name]
    if not found:
        raise ValueError(f"against-keras: dlref verify has no row {name!r}")
    return found


def ran_on() -> str:
    """Versions, backend, device and date of the run."""
    run = results()
    versions = [
        f"{NAMES.get(name, name)} {version}" for name, version in run["versions"].items() if version
    ]
    return f"{', '.join(versions)}; {NAMES.get(run['backend'], run['backend'])}, {run['device']}; {run['date']}"


def short(value: float | None) -> str:
    """A number as a reader wants it: 1.1e-16, 0, 0.0032."""
    return "–" if value is None else f"{value:.2g}"


def relation(row: dict, words: dict[str, str]) -> str:
    """The relation between ours and the built-in, in words."""
    if row["relation"] == "none":
        return words["no built-in"]
    unmapped = row["relation"] == "differs" and not row["mapping"]
    return words["differs unmapped" if unmapped else row["relation"]]


def cell(parent: etree.Element, tag: str, text: str, **attributes: str) -> etree.Element:
    """A table cell whose text Markdown leaves alone."""
    element = etree.SubElement(parent, tag, attributes)
    element.text = AtomicString(text)
    return element


def headed(parent: etree.Element, kind: str, heads: Iterable[str]) -> etree.Element:
    """A table with the heads of its columns."""
    table = etree.SubElement(parent, "table", {"class": kind})
    line = etree.SubElement(etree.SubElement(table, "thead"), "tr")
    for head in heads:
        cell(line, "th", head, scope="col")
    return table


def by_area(
    parent: etree.Element, kind: str, heads: Iterable[str], found: list[dict], verdicts: dict
) -> Iterator[tuple[etree.Element, dict]]:
    """Each row with its empty line, in a folded table for each area that says how often each verdict stands in it.

    Folded, since a browser takes seconds to lay out all of them.
    """
    heads, areas = list(heads), dict[str, list[dict]]()
    for row in found:
        areas.setdefault(row["name"].partition(".")[0], []).append(row)
    for area, rows in areas.items():
        folded = etree.SubElement(parent, "details", {"class": "area"})
        counts = Counter(verdicts[row["verdict"]] for row in rows).most_common()
        said = ", ".join(f"{verdict}: {count}" for verdict, count in counts)
        cell(folded, "summary", f"{area} ({said})")
        body = etree.SubElement(headed(folded, kind, heads), "tbody")
        for row in rows:
            yield etree.SubElement(body, "tr"), row


def texts(value: Any) -> list[str]:
    """An option that is one text or a list of them."""
    return [type_string(text) for text in (value if isinstance(value, list) else [value])]


class AgainstKeras(Block):
    """The box of one object, with every row of the conformance table that has its name."""

    NAME = "against-keras"
    ARGUMENT = True
    OPTIONS = {"mapping": ([], texts)}

    def on_create(self, parent: etree.Element) -> etree.Element:
        return etree.SubElement(parent, "div", {"class": "against-keras"})

    def on_markdown(self) -> str:
        return "raw"

    def on_end(self, block: etree.Element) -> None:
        text, block.text = (block.text or "").strip(), None
        found = rows(self.argument)
        mappings = self._translated("mapping", found, self.options["mapping"])
        sentences = self._translated("sentence", found, [text] if text else [])
        table, mapping = etree.SubElement(block, "table"), iter(mappings)
        for row in found:
            self._row(
                etree.SubElement(table, "tbody"), row, next(mapping) if row["mapping"] else ""
            )
        words = WORDS[self.config["language"]]
        self._lines(etree.SubElement(table, "tbody"), [(words["ran on"], ran_on())])
        self.md.parser.parseChunk(block, "\n\n".join(sentences))

    def _translated(self, key: str, found: list[dict], given: list[str]) -> list[str]:
        """The page's own words, or the table's, which are English."""
        own = [row[key] for row in found if row[key]]
        own = list(dict.fromkeys(own)) if key == "sentence" else own
        wanted = min(len(own), 1) if key == "sentence" else len(own)
        if len(given) == wanted or (key == "sentence" and given):
            return given
        if given or self.config["language"] != "en":
            raise ValueError(
                f"against-keras | {self.argument}: the page has to translate {key}: {own}"
            )
        return own

    def _row(self, body: etree.Element, row: dict, mapping: str) -> None:
        words = WORDS[self.config["language"]]
        allowed = (short(row["error"]), row["dtype"], short(row["tolerance"]))
        lines = [(words["built-in"], row["builtin"] or words["none"])]
        lines += [(words["mapping"], mapping)] if mapping else []
        lines += [(words["relation"], relation(row, words))]
        lines += [(words["error"], f"{words['allowed'].format(*allowed)}: {words[row['verdict']]}")]
        if row["difference"] is not None:
            lines += [(words["difference"], words["apart"].format(short(row["difference"])))]
        self._lines(body, lines)

    def _lines(self, body: etree.Element, lines: list[tuple[str, str]]) -> None:
        for head, value in lines:
            line = etree.SubElement(body, "tr")
            cell(line, "th", head, scope="row")
            cell(line, "td", value)


class Conformance(Block):
    """The whole table: what every object must equal, and how far from it the run was."""

    NAME = "conformance"

    def on_create(self, parent: etree.Element) -> etree.Element:
        return etree.SubElement(parent, "div", {"class": "conformance"})

    def on_end(self, block: etree.Element) -> None:
        words = WORDS[self.config["language"]]
        etree.SubElement(block, "p").text = AtomicString(f"{words['ran on']}: {ran_on()}.")
        heads = ("verdict", "error", "object", "built-in", "difference")
        found = results()["rows"]
        names = Counter(row["name"] for row in found)
        for line, row in by_area(block, "cards", (words[head] for head in heads), found, words):
            self._row(line, row, names[row["name"]] > 1)

    def _row(self, line: etree.Element, row: dict, sibling: bool) -> None:
        words = WORDS[self.config["language"]]
        cell(line, "td", words[row["verdict"]])
        error, dtype, tolerance = short(row["error"]), row["dtype"], short(row["tolerance"])
        cell(line, "td", words["allowed"].format(error, dtype, tolerance))
        name = etree.SubElement(line, "th", {"scope": "row"})
        link = etree.SubElement(name, "a", {"href": pages()[row["name"]]})
        cell(link, "code", row["name"].partition(".")[2])
        if sibling:  # what tells it from the others of its name
            cell(name, "small", row["mapping"] or relation(row, words), lang="en")
        built_in = etree.SubElement(line, "td")
        cell(built_in, "code", row["builtin"] or "–")
        cell(line, "td", f"{short(row['difference'])} ({relation(row, words)})")


@functools.cache
def pages() -> dict[str, str]:
    """The page of each object, which compares it with Keras."""
    docs = ROOT / "docs" / "en"
    return {
        name: path.relative_to(docs).as_posix()
        for path in sorted(docs.rglob("*.md"))
        for name in COMPARED.findall(path.read_text("utf-8"))
    }
