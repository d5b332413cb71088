"""The block `/// measured | sweeps` (or another of `KINDS`): files of benchmarks/results as tables."""

import functools
import json
import xml.etree.ElementTree as etree
from typing import Any

from against_keras import NAMES, cell
from pymdownx.blocks.block import Block
from source import ROOT
from words import WORDS

RESULTS = ROOT / "benchmarks" / "results"
Row = list[str]
SHORT = 30  # rows of a table that is shown at once


@functools.cache
def files() -> list[dict[str, Any]]:
    """The files, the newest first."""
    return [json.loads(path.read_text("utf-8")) for path in sorted(RESULTS.glob("*.json"))[::-1]]


def machine(found: dict[str, Any]) -> str:
    """Date, hardware and versions of a file."""
    about = found["machine"]
    versions = [f"{NAMES.get(name, name)} {number}" for name, number in about["versions"].items()]
    parts = [about["date"][:10], about.get("accelerator"), f"{about['cores']} × {about['cpu']}"]
    return "; ".join([part for part in parts if part] + [", ".join(versions)])


def times(seconds: float | None) -> str:
    """Seconds, or milliseconds, with three digits."""
    if seconds is None:
        return "–"
    return f"{1e3 * seconds:.3g} ms" if seconds < 0.01 else f"{seconds:.3g} s"


def sweeps(found: dict[str, Any]) -> list[Row]:
    """Case, backend, trials, time of a trial in dlref and in keras-tuner, ratio."""
    return [
        [
            *(row["case"], NAMES[row["backend"]], f"{row['trials']:,}"),
            *(times(row["seconds_per_trial"]), times(row.get("keras_tuner_seconds_per_trial"))),
            f"{row['ratio']:.1f}" if "ratio" in row else "–",
        ]
        for row in found["results"]
        if "seconds_per_trial" in row
    ]


def steps(found: dict[str, Any]) -> list[Row]:
    """Case, backend, time of a step in dlref and in Keras, ratio with its interval."""
    return [
        [
            *(row["name"], NAMES[row["backend"]] + (" XLA" if row["jit_compile"] else "")),
            *(times(row["ours"]), times(row["theirs"])),
            f"{row['value']:.2f} ({row['low']:.2f} … {row['high']:.2f})",
        ]
        for row in found["results"]
        if row.get("quantity") == "ratio"
    ]


FAULTS = (
    *("kill-before", "kill-after", "disk-full", "io-error", "read-only"),
    *("dropped", "answer-lost", "restarted"),
)
WRONG = ("lost", "twice", "stuck", "left", "differing")


def durability(found: dict[str, Any]) -> list[Row]:
    """Storage, kind of step, and for each fault how many steps were tried, and what was wrong then."""
    rows: dict[tuple[str, str], dict[str, str]] = {}
    for row in found["results"]:
        if "fault" in row:
            wrong = [f"{row[name]} {name}" for name in WRONG if row[name]]
            cells = rows.setdefault((row["storage"], row["kind"]), {})
            cells[row["fault"]] = ", ".join([str(row["tried"]), *wrong])
    return [
        [NAMES[storage], kind, *(cells.get(fault, "–") for fault in FAULTS)]
        for (storage, kind), cells in sorted(rows.items(), reverse=True)
    ]


DAMAGE = ("bytes", "content", "place")
BAD = ("traceback", "wrong", "changed", "ran", "hang", "crash")


def corruption(found: dict[str, Any]) -> list[Row]:
    """Kind of file, cases, for each group of corruptions the clear errors and the right results, and what was wrong."""
    rows: dict[str, dict[str, Any]] = {}
    for row in found["results"]:
        if "damage" in row:
            rows.setdefault(row["file"], {})[row["damage"]] = row
    return [
        [
            *(kind, str(sum(row["cases"] for row in groups.values()))),
            *(
                f"{groups[d]['error']} / {groups[d]['right']}" if d in groups else "–"
                for d in DAMAGE
            ),
            ", ".join(f"{n} {b}" for b in BAD if (n := sum(r[b] for r in groups.values()))) or "0",
        ]
        for kind, groups in rows.items()
    ]


def workers(found: dict[str, Any]) -> list[Row]:
    """Trials, workers, kills, seconds, what was wrong, connections, memory, bookkeeping of one worker and of all."""
    rows = []
    for row in (row for row in found["results"] if "kills" in row):
        _, second, _, last = row["MB of the first worker, by quarters of its life"]
        alone, among = row["ms of bookkeeping a trial"].values()
        numbers = (row["numbers"], row["workers"], row["kills"], row["seconds"])
        rows.append(
            [
                *(f"{number:,}" for number in numbers),
                str(len(row["wrong"])),
                f"{row['connections at most']} / {row['connections left']}",
                f"{second:,} / {last:,} MB",
                f"{alone:.2g} / {among:.2g} ms",
            ]
        )
    return rows


KINDS = {"sweeps": sweeps, "steps": steps, "durability": durability, "corruption": corruption}
KINDS["workers"] = workers


def tables(kind: str, language: str) -> list[tuple[str, list[Row]]]:
    """The machine and the rows of each file that has some of this kind."""
    words = WORDS[language]["durable steps"] | WORDS[language]["damaged files"]
    found = [(machine(file), KINDS[kind](file)) for file in files()]
    return [
        (about, [[words.get(text, text) for text in row] for row in rows])
        for about, rows in found
        if rows
    ]


class Measured(Block):
    """A table of each file, under the machine that measured it."""

    NAME = "measured"
    ARGUMENT = True

    def on_create(self, parent: etree.Element) -> etree.Element:
        return etree.SubElement(parent, "div", {"class": "measured"})

    def on_end(self, block: etree.Element) -> None:
        heads = WORDS[self.config["language"]][f"measured {self.argument}"]
        for about, rows in tables(self.argument, self.config["language"]):
            part = etree.SubElement(block, "details")
            if len(rows) <= SHORT:
                part.set("open", "open")
            cell(part, "summary", about)
            table = etree.SubElement(part, "table")
            line = etree.SubElement(etree.SubElement(table, "thead"), "tr")
            for head in heads:
                cell(line, "th", head, scope="col")
            body = etree.SubElement(table, "tbody")
            for row in rows:
                line = etree.SubElement(body, "tr")
                for text in row:
                    cell(line, "td", text)
