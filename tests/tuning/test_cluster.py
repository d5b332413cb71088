"""The recipes of examples/cluster, run: processes that share a PostgreSQL server, and what a cluster does to them."""

import contextlib
import os
import shutil
import signal
import subprocess
import sys
import time
from collections import Counter
from pathlib import Path

import kubernetes_validate
import pytest
import yaml
from click.testing import CliRunner

from dlref.tuning.trials.load_sweep import load
from dlref_cli import main
from tests.processes import ENVIRONMENT

RECIPES = Path(__file__).parents[2] / "examples" / "cluster"
MODEL = f"{Path(__file__).with_name('models.py')}:Slow"
SECRET = "se:cr/et"  # to be escaped in a URL


@pytest.fixture
def storage(postgresql, request):
    """The URL of an empty database of a user who needs a password."""
    name = f"cluster_{request.node.name.rpartition('_')[2]}"
    postgresql.run("ALTER USER ada PASSWORD 'se:cr/et'")
    url = postgresql.new_database(name).replace("postgres@", "ada:se%3Acr%2Fet@")
    yield url
    postgresql.run("ALTER USER ada PASSWORD 'secret'")


@pytest.fixture
def environment(storage, tmp_path):
    """As on a node of a cluster: `dlref` and `srun` on the PATH, the storage in the variable."""
    programs = {
        "dlref": f'exec "{sys.executable}" -m dlref_cli "$@"',
        "srun": 'echo "srun $1 $2"; exec "$@"',  # SLURM's starts the step on the node
    }
    (tmp_path / "bin").mkdir()
    for name, code in programs.items():
        (tmp_path / "bin" / name).write_text(f"#!/bin/sh\n{code}\n")
        (tmp_path / "bin" / name).chmod(0o755)
    path = f"{tmp_path / 'bin'}:{os.environ['PATH']}"
    return {**ENVIRONMENT, "PATH": path, "DLREF_STORAGE": storage}


@pytest.fixture
def start(environment):
    """Starts processes, in groups of their own, that do not outlive the test."""
    started = []

    def run(words, **changes):
        pipes = {"stdout": subprocess.PIPE, "stderr": subprocess.STDOUT, "text": True}
        options = {"env": {**environment, **changes}, "start_new_session": True, **pipes}
        started.append(subprocess.Popen(list(map(str, words)), **options))
        return started[-1]

    yield run
    for process in started:
        with contextlib.suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.communicate()


def words(data, tmp_path, trials):
    options = ("--data", data, "--directory", tmp_path / "shared", "--epochs", 1)
    return MODEL, *options, "--trials", trials


def check(tmp_path, storage, trials, outputs):
    """All trials ended, each once, in two processes; the password is nowhere."""
    found = load(tmp_path / "shared", storage=storage)
    assert [trial.status for trial in found.trials] == ["finished"] * trials
    assert len(Counter(trial.worker for trial in found.trials)) >= 2
    texts = [*outputs, *(p.read_text() for p in (tmp_path / "shared").glob("*.*") if p.is_file())]
    assert not any(secret in text for text in texts for secret in (SECRET, "se%3Acr%2Fet"))


def test_the_scripts_pass_shellcheck():
    scripts = sorted(RECIPES.glob("*.sh"))
    program = shutil.which("shellcheck", path=Path(sys.executable).parent)
    assert len(scripts) == 2 and program
    subprocess.run([program, *scripts], check=True)


def test_a_storage_with_a_password_from_option_to_export_option(storage, sweep, tmp_path):
    result = sweep("build", "--trials", 2, "--storage", storage)
    assert result.exit_code == 0, result.output
    outputs = [result.output]
    known = (str(tmp_path / "sweep"), "--storage", storage)
    words = [
        ("status", *known),
        ("best", *known),
        ("export", "csv", *known),
        ("replay", *known, "1"),
    ]
    words += [
        ("status", storage),
        ("best", storage, "--study", "sweep"),
        ("export", "csv", storage),
    ]
    for each in words:
        result = CliRunner().invoke(main, ["sweep", *each])
        assert result.exit_code == 0, (each, result.output)
        outputs.append(result.output)
    refused = CliRunner().invoke(main, ["sweep", "status", str(tmp_path / "sweep")])
    assert (
        refused.exit_code == 2 and "the server refuses the user or the password" in refused.output
    )
    texts = [*outputs, *(p.read_text() for p in (tmp_path / "sweep").glob("*.*"))]
    assert not any(secret in text for text in texts for secret in (SECRET, "se%3Acr%2Fet"))


def test_two_local_processes_share_a_server_local(storage, start, data, tmp_path):
    process = start([RECIPES / "local.sh", *words(data, tmp_path, 8)])
    output, _ = process.communicate(timeout=200)
    assert process.returncode == 0, output
    assert output.count("Best trials of 8") == 2
    check(tmp_path, storage, 8, [output])


def test_the_tasks_of_a_slurm_array_array(storage, start, data, tmp_path):
    tasks = []
    for number in range(2):
        slurm = {"SLURM_ARRAY_TASK_ID": str(number), "SLURM_ARRAY_JOB_ID": "7"}
        slurm |= {"CUDA_VISIBLE_DEVICES": "", "SLURMD_NODENAME": f"node{number}"}
        script = [RECIPES / "slurm.sh", *words(data, tmp_path, 12)]
        tasks.append(start(script, **slurm))
    lines = [tasks[0].stdout.readline()]
    while "/12 trial" not in lines[-1] and lines[-1]:
        lines.append(tasks[0].stdout.readline())
    sent = time.monotonic()
    tasks[0].send_signal(signal.SIGTERM)  # preempted
    rest, _ = tasks[0].communicate(timeout=60)
    output = "".join(lines) + rest
    assert (tasks[0].returncode, time.monotonic() - sent < 10) == (143, True), output
    assert lines[:2] == ["task 0 of job 7 on node0\n", "srun dlref sweep\n"]
    other, _ = tasks[1].communicate(timeout=200)
    assert tasks[1].returncode == 0, other
    check(tmp_path, storage, 12, [output, other])


def test_the_pods_of_a_kubernetes_job_job(storage, start, data, tmp_path):
    claim, job = yaml.safe_load_all((RECIPES / "kubernetes.yaml").read_text())
    for manifest in (claim, job):
        kubernetes_validate.validate(manifest, kubernetes_validate.latest_version(), strict=True)
    (container,) = job["spec"]["template"]["spec"]["containers"]
    assert [variable["name"] for variable in container["env"]] == ["DLREF_STORAGE", "HOME"]
    (volume,) = container["volumeMounts"]
    (tmp_path / "sweep.toml").write_text(
        f'target = "{MODEL}"\ndata = "{data}"\ndirectory = "shared"\ntrials = 8\nepochs = 1\n'
    )
    command = [w.replace(f"{volume['mountPath']}/", f"{tmp_path}/") for w in container["command"]]
    pods = [start(command, JOB_COMPLETION_INDEX=str(i)) for i in range(2)]
    outputs = [pod.communicate(timeout=200)[0] for pod in pods]
    assert [pod.returncode for pod in pods] == [0, 0], outputs
    check(tmp_path, storage, 8, outputs)
