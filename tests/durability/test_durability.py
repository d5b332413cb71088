"""Some durable steps of a small sweep, failed; `make durability` tries all of them.

In processes of their own: forking needs one in which the backend has not begun.
"""

import re
import subprocess
import sys

import keras
import pytest

from tests.processes import ENVIRONMENT, ROOT

pytestmark = pytest.mark.skipif(
    keras.backend.backend() == "jax",
    reason="no durable step depends on the backend, and JAX takes twice the time",
)
FAULTS = {  # the others of a disk, and of a server, take the same way through the code
    "sqlite": ("kill-before", "kill-after", "disk-full"),
    "postgresql": ("dropped", "answer-lost"),
}
FIRST = {"sqlite": 7, "postgresql": 2}  # and every 7th from there; on a server commits alone count


@pytest.mark.parametrize("storage", FAULTS)
def test_a_sweep_survives_each_fault(storage):
    words = f"--search random --storage {storage} --first {FIRST[storage]} --every 7".split()
    words += [word for fault in FAULTS[storage] for word in ("--fault", fault)]
    command = [sys.executable, "-m", "tests.durability", *words]
    done = subprocess.run(command, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    points = re.search(r"^(\d+) points", done.stdout, re.M)
    assert points and int(points[1]) >= 7 * len(FAULTS[storage]), done.stdout


def test_members_take_over_once_whatever_happens():
    """Step 25 is the record of what they took over; the checkpoint after it is not written any more."""
    words = ["--search", "pbt", "--storage", "sqlite", "--step", "25"]
    command = [sys.executable, "-m", "tests.durability", *words, "--fault", "kill-after"]
    done = subprocess.run(command, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "[exchange: commit]" in done.stdout


def test_a_planted_defect_is_caught():
    """All of them: `python -m tests.durability --planted all`."""
    words = ["--planted", "temporary_files_kept", "--planted", "record_before_weights"]
    command = [sys.executable, "-m", "tests.durability", *words]
    done = subprocess.run(command, env=ENVIRONMENT, cwd=ROOT, capture_output=True, text=True)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "2 of 2 planted defects were caught" in done.stdout
