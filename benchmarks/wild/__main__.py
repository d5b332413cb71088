"""`python -m benchmarks.wild`: scripts as people write them, through keras-tuner's `RandomSearch` and through dlref's.

Every search has a process of its own. Half of keras-tuner's trials run before ours and half after. Ours has 16 trials;
keras-tuner's time for 16 follows from its few: the start and the first trial once, and the mean of the others 15 times.
"""

import argparse
import json
import sys
import time
from collections.abc import Sequence
from pathlib import Path
from statistics import mean
from typing import Any

from benchmarks import report
from benchmarks.measure import in_a_process, matches
from benchmarks.wild import kinds

ROW = "{script:<16}{users:>6}{ours:>9}{theirs:>9}{ratio:>8}{together:>10}  {why}"


def main() -> int:
    """Runs what the command line asks for; returns 1 if a script failed."""
    parser = argparse.ArgumentParser(prog="python -m benchmarks.wild", description=__doc__)
    parser.add_argument("--backend", action="append", choices=("tensorflow", "jax"))
    parser.add_argument("--case", action="append", metavar="TEXT", help="scripts of such a name")
    parser.add_argument("--trials", type=int, default=16, help="of dlref")
    parser.add_argument("--keras-tuner-trials", type=int, default=4, help="4 at least")
    parser.add_argument("--json", type=Path, help="keep the results")
    options = parser.parse_args()
    if options.keras_tuner_trials < 4:
        parser.error(
            f"--keras-tuner-trials: it must be 4 at least. Received: {options.keras_tuner_trials}."
        )
    machine = report.machine()
    print(report.describe(machine))
    results: list[dict[str, Any]] = []
    for backend in options.backend or ("tensorflow", "jax"):
        head = {"ours": "ours", "theirs": "theirs", "ratio": "times", "together": "together"}
        print("\n" + ROW.format(script=backend, users="users", **head, why="alone, because"))
        of_backend = []
        for script, (kind, users) in kinds.scripts().items():
            if matches(script, options.case or ()):
                labels = {"case": script, "kind": kind.name, "users": users, "backend": backend}
                of_backend.append(labels | _measure(script, backend, options))
                print(_line(of_backend[-1]), flush=True)
                results.append(of_backend[-1])
                if options.json:  # an interruption leaves what was measured
                    _keep(options.json, {"machine": machine, "results": results})
        print(_closing(of_backend))
    return int(any("error" in result for result in results))


def _keep(file: Path, found: dict[str, Any]) -> None:
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(json.dumps(found, indent=1) + "\n")


def _measure(script: str, backend: str, options: argparse.Namespace) -> dict[str, Any]:
    def search(ours: bool, trials: int, seed: int) -> dict[str, Any]:
        request = {"script": script, "ours": ours, "trials": trials, "seed": seed}
        return in_a_process("benchmarks.wild.search", backend, request | {"began": time.time()})

    half = options.keras_tuner_trials // 2
    try:
        before = search(False, half, 1)
        ours = search(True, options.trials, 1)
        after = search(False, half, 2)
    except RuntimeError as error:  # one script that breaks must not hide the others
        return {"error": str(error)}
    others = mean([*before["others"], *after["others"]])
    theirs = mean([before["first"], after["first"]]) + (options.trials - 1) * others
    return {
        "trials": options.trials,
        "seconds_per_trial": ours["seconds"] / options.trials,
        "keras_tuner_trials": 2 * half,
        "keras_tuner_seconds_per_trial": theirs / options.trials,
        "ratio": theirs / ours["seconds"],
        **{name: ours[name] for name in ("together", "populations", "alone", "failed")},
    }


def summary(results: Sequence[dict[str, Any]]) -> dict[str, float]:
    """Weighted by users: the harmonic mean of the ratios, the median, and the share of trials trained together."""
    done = sorted((r for r in results if "ratio" in r), key=lambda r: r["ratio"])
    users = sum(r["users"] for r in done)
    if not users:
        return {}
    reached, median = 0.0, 0.0
    for result in done:
        reached += result["users"]
        if 2 * reached >= users:
            median = result["ratio"]
            break
    return {
        "users": users,
        "harmonic": users / sum(r["users"] / r["ratio"] for r in done),
        "median": median,
        "together": sum(r["users"] * r["together"] for r in done) / users,
        "slower": sum(r["users"] for r in done if r["ratio"] < 1) / users,
    }


def _closing(results: Sequence[dict[str, Any]]) -> str:
    if not (found := summary(results)):
        return "no script of these has users of its own"
    return (
        f"{found['users']:.0f} of {kinds.USERS} users: harmonic mean {found['harmonic']:.2f} times, median user "
        f"{found['median']:.2f} times; {100 * found['together']:.0f} % of trials in populations; slower for "
        f"{100 * found['slower']:.0f} % of users"
    )


def _line(found: dict[str, Any]) -> str:
    if "error" in found:
        return f"{found['case']:<16}FAILED: {found['error'].strip().splitlines()[-1]}"
    why = [*found["alone"]]
    if found["populations"] > 1:
        why.append(f"{found['populations']} populations")
    why += [f"FAILED: {text.splitlines()[0]}" for text in found["failed"][:1]]
    return ROW.format(
        script=found["case"],
        users=f"{found['users']:.3g}",
        ours=f"{found['seconds_per_trial']:.2f} s",
        theirs=f"{found['keras_tuner_seconds_per_trial']:.2f} s",
        ratio=f"{found['ratio']:.2f}",
        together=f"{100 * found['together']:.0f} %",
        why="; ".join(why),
    ).rstrip()


if __name__ == "__main__":
    sys.exit(main())
