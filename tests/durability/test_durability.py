"""Every seventh durable step of a small sweep, half of them on each backend; `python -m tests.durability` tries all.

In processes of their own: forking needs one in which the backend has not begun.
"""

import re
import subprocess
import sys

import keras

from tests.processes import ENVIRONMENT, ROOT

EVERY = 14
FIRST = {"tensorflow": 7, "jax": 14}
FAULTS = ("kill-before", "kill-after", "disk-full", "io-error", "read-only")


def test_a_sweep_survives_each_fault_at_every_durable_step():
    first = FIRST[keras.backend.backend()]
    words = ["--storage", "sqlite", "--first", str(first), "--every", str(EVERY)]
    words += [word for fault in FAULTS for word in ("--fault", fault)]
    command = [sys.executable, "-m", "tests.durability", *words]
    done = subprocess.run(command, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    points = re.search(r"^(\d+) points", done.stdout, re.M)
    assert points and int(points[1]) >= len(FAULTS) * 3, done.stdout
