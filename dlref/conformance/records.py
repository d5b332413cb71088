"""Records of `dlref verify`: versions, backend, device, and the error of every row in every precision and mode."""

import json
from pathlib import Path
from typing import Any

from dlref._stored import checked, reading
from dlref.tuning.errors import SweepError

Record = dict[str, Any]
KEYS = ("versions", "backend", "device", "date")
RESULT = {"ulp": float, "verdict": str}
HINTS = dict.fromkeys(KEYS, str) | {
    "versions": dict[str, str],
    "results": dict[str, dict[str, Any]],
}


def record(report: dict[str, Any]) -> Record:
    """What is kept of a run."""
    results: dict[str, dict[str, Any]] = {}
    for row in report["rows"]:
        name = ": ".join(filter(None, (row["name"], row["mapping"])))
        for run in row["runs"]:
            key = f"{name}, {run['dtype']}, {run['mode']}"
            results[key] = {
                "ulp": run["ulp"],
                "verdict": "FAIL" if run["failure"] else "pass",
                "exact": run["exact"],
            }
    return {key: report[key] for key in KEYS} | {"results": results}


def write(report: dict[str, Any], path: Path) -> Path:
    """Writes the record of a run, in a folder under a name of date, backend and version of Keras."""
    if path.suffix != ".json":
        path.mkdir(parents=True, exist_ok=True)
        keras = report["versions"]["keras"]
        path /= f"{report['date']}-{report['backend']}-keras-{keras}.json"
    path.write_text(json.dumps(record(report), ensure_ascii=False, indent=1) + "\n", "utf-8")
    return path


def read(file: str) -> Record:
    """An earlier record.

    Raises:
        SweepError: if the file cannot be read, or holds no record.
    """
    try:
        with reading(file, "a record of `dlref verify --record`", SweepError):
            found = checked(json.loads(Path(file).read_text("utf-8")), HINTS)
            for row in found["results"].values():
                if checked(row, RESULT).keys() != RESULT.keys():
                    raise ValueError(f"A result must have {', '.join(RESULT)}.")
            return {name: found[name] for name in HINTS}
    except OSError as error:
        raise SweepError(f"{file} cannot be read: {error.strerror}.") from error


def changes(before: Record, now: Record) -> str:
    """What changed from one record to another: in the environment, then in the results."""
    old, new = before["results"], now["results"]
    lines = [f"since {before['date']}:"]
    for name in sorted({*before["versions"], *now["versions"]}):
        lines += _changed(name, before["versions"].get(name), now["versions"].get(name))
    for key in ("backend", "device"):
        lines += _changed(key, before[key], now[key])
    for key in sorted({*old, *new}):
        if key not in new:
            lines.append(f"  absent now: {key}")
        elif key not in old:
            lines.append(f"  new: {key}: {new[key]['verdict']}, {new[key]['ulp']:.2g} ulp")
        elif old[key]["verdict"] != new[key]["verdict"] or _moved(old[key]["ulp"], new[key]["ulp"]):
            shown = (f"{r['verdict']}, {r['ulp']:.2g} ulp" for r in (old[key], new[key]))
            lines.append(f"  {key}: {' → '.join(shown)}")
    same = sum(old[key] == new[key] for key in {*old} & {*new})
    return "\n".join([*lines, f"  {same} of {len(new)} results are the same to the last digit"])


def _changed(name: str, before: Any, now: Any) -> list[str]:
    return [] if before == now else [f"  {name}: {before or 'absent'} → {now or 'absent'}"]


def _moved(before: float, now: float) -> bool:
    """Whether an error has grown or shrunk by more than a unit in the last place."""
    return not abs(before - now) <= 1
