"""The table, and what has to be known about the machine to read it."""

import datetime
import importlib.metadata
import os
import platform
import subprocess
from collections.abc import Sequence
from pathlib import Path
from typing import Any

PACKAGES = ("dlref", "keras", "tensorflow", "jax", "keras-tuner", "optuna", "numpy")
UNITS = (("s", 1.0), ("ms", 1e-3), ("µs", 1e-6))
ROW = "{name:<63}{ours:>10}{theirs:>10}{value:>9}  {interval:<18}{goal:<9}{verdict}"


def machine() -> dict[str, Any]:
    """What the numbers depend on: processor, versions, load, date."""
    versions = {"python": platform.python_version()}
    for package in PACKAGES:
        try:
            versions[package] = importlib.metadata.version(package)
        except importlib.metadata.PackageNotFoundError:
            continue
    return {
        "date": datetime.datetime.now().astimezone().isoformat(timespec="seconds"),
        "system": f"{platform.system()} {platform.release()}, {platform.machine()}",
        "cpu": _cpu(),
        "accelerator": accelerator(),
        "cores": len(os.sched_getaffinity(0))
        if hasattr(os, "sched_getaffinity")
        else os.cpu_count(),
        "load": round(os.getloadavg()[0], 2) if hasattr(os, "getloadavg") else None,
        "versions": versions,
    }


def _cpu() -> str:
    try:
        lines = Path("/proc/cpuinfo").read_text().splitlines()
    except OSError:
        return platform.processor()
    names = (line.split(":")[1].strip() for line in lines if line.startswith("model name"))
    return next(names, platform.processor())


def accelerator() -> str | None:
    """The GPU and its driver."""
    query = ("nvidia-smi", "--query-gpu=name,driver_version", "--format=csv,noheader")
    try:
        done = subprocess.run(query, capture_output=True, text=True, timeout=30)
    except (OSError, subprocess.TimeoutExpired):  # there is no driver, or it hangs
        return None
    return done.stdout.strip() or None


def describe(machine: dict[str, Any]) -> str:
    """The machine in a few lines."""
    versions = ", ".join(f"{package} {version}" for package, version in machine["versions"].items())
    load = machine["load"]
    busy = " (busy: the ratios will be noisy)" if load is not None and load > 0.5 else ""
    gpu = f", {machine['accelerator']}" if machine["accelerator"] else ""
    return (
        f"{machine['cpu']}, {machine['cores']} cores{gpu}, {machine['system']}\n{versions}\n"
        f"{machine['date']}, load {load}{busy}"
    )


def show(result: dict[str, Any], previous: dict[str, Any] | None) -> None:
    """Prints one line of the table, and a heading where backend or compilation change."""
    if previous is None or _heading(previous) != _heading(result):
        value = "ratio" if result["quantity"] == "ratio" else "seconds"
        columns = {"ours": "ours", "theirs": "built-in", "value": value, "interval": "95 %"}
        print("\n" + ROW.format(name=_heading(result), **columns, goal="goal", verdict="").rstrip())
    print(_row(result), flush=True)


def _heading(result: dict[str, Any]) -> str:
    if result["jit_compile"] is None:
        return "start-up"
    compiled = ", compiled by XLA" if result["jit_compile"] else ""
    return f"{result['backend']} on {result['device']}{compiled}"


def _row(result: dict[str, Any]) -> str:
    """One line of the table."""
    if "error" in result:
        return f"{result['name']:<63}FAILED: {result['error'].splitlines()[0]}"
    name = result["name"]
    if result["jit_compile"] is None and result["backend"]:
        name += f" ({result['backend']})"
    value, low, high = (f"{result[key]:.3f}" for key in ("value", "low", "high"))
    goal = "control" if result["goal"] is None else f"≤ {result['goal']}"
    return ROW.format(
        name=name,
        ours=_duration(result["ours"]),
        theirs=_duration(result["theirs"]) if result["theirs"] else "",
        value=value,
        interval=f"{low} to {high}",
        goal=goal if result["quantity"] == "ratio" else goal + " s",
        verdict=result["verdict"] and f"<-- {result['verdict']}",
    ).rstrip()


def _duration(seconds: float) -> str:
    unit, scale = next((u, s) for u, s in UNITS if seconds >= s or u == "µs")
    return f"{seconds / scale:.3g} {unit}"


def closing(results: Sequence[dict[str, Any]]) -> str:
    """How many cases there were, which miss their goal, and how far controls stray from 1."""
    done = [result for result in results if "error" not in result]
    controls = [result["value"] for result in done if result["goal"] is None]
    judged = [result for result in done if result["goal"] is not None]
    counts = {v: sum(result["verdict"] == v for result in judged) for v in ("over", "over?")}
    lines = [
        f"{len(judged)} cases: {counts['over']} over their goal, {counts['over?']} over it within their interval, "
        f"{len(results) - len(done)} failed."
    ]
    if controls:
        lines.append(
            f"The built-in against itself came to {min(controls):.3f} to {max(controls):.3f}: "
            "a ratio nearer to 1 than that says nothing."
        )
    return "\n".join(lines)
