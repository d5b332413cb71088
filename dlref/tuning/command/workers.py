"""Several processes that train one sweep's trials on one machine, and the parent that listens to them.

The parent trains nothing. It starts the workers, each with a GPU of its own where there are GPUs and with its share
of the cores where there are none, shows and logs what they tell, and passes Ctrl-C and SIGTERM on. A worker that dies
is not started again: the others take over its trials.
"""

import json
import os
import selectors
import subprocess
import sys
import time
from collections.abc import Callable
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import Any

from dlref.tuning.command import hardware
from dlref.tuning.command.events import Event, Events
from dlref.tuning.command.options import Options, prepare
from dlref.tuning.trials.load_sweep import load

GRACE = 4.0  # seconds that workers get to end after a signal; then they are killed, which loses nothing that ended


@dataclass
class Worker:
    """A process, the events that come from it, and the file with what it prints."""

    number: int
    process: subprocess.Popen[str]
    pipe: int
    log: Path
    unread: bytes = field(default=b"")


def run(options: Options, count: int, events: Events) -> str:
    """Trains with `count` workers until all have ended; why the sweep broke off, or nothing.

    Raises:
        KeyboardInterrupt: on Ctrl-C and SIGTERM, once the workers have ended.
    """
    started: list[Worker] = []
    try:
        for number in range(count):
            started.append(start(number, count, options))
        _listen(started, events, None)
    except BaseException:
        for worker in started:
            worker.process.terminate()
        _listen(started, events, time.monotonic() + GRACE)
        raise
    finally:
        for worker in started:
            worker.process.kill()
            worker.process.wait()
    if any(worker.process.returncode == 0 for worker in started):
        return ""
    worker = started[0]
    return f"all {count} workers died; worker 0 last said: {_last_line(worker.log)}"


def start(number: int, count: int, options: Options) -> Worker:
    """Starts a worker."""
    log = Path(options.directory) / "workers" / f"{number}.log"
    log.parent.mkdir(parents=True, exist_ok=True)
    read, write = os.pipe()
    request = {"options": asdict(options), "number": number, "count": count, "pipe": write}
    try:
        with log.open("w") as output:
            process = subprocess.Popen(
                [sys.executable, "-m", "dlref_cli.worker"],
                stdin=subprocess.PIPE,
                stdout=output,
                stderr=output,
                text=True,
                pass_fds=[write],
                env=_environment(number, count),
                start_new_session=True,  # the terminal's Ctrl-C is for the parent, who passes it on
            )
    finally:
        os.close(write)
    assert process.stdin
    process.stdin.write(
        json.dumps(request)
    )  # the storage may hold a password: not on the command line
    process.stdin.close()
    return Worker(number, process, read, log)


def _environment(number: int, count: int) -> dict[str, str]:
    environment = {**os.environ, "PYTHONPATH": os.pathsep.join(filter(None, sys.path))}
    gpus = hardware.gpus()
    if gpus:
        environment["CUDA_VISIBLE_DEVICES"] = gpus[number % len(gpus)]
    if len(gpus) < count:  # they share one: nobody may take all of its memory
        environment["TF_FORCE_GPU_ALLOW_GROWTH"] = "true"
        environment["XLA_PYTHON_CLIENT_PREALLOCATE"] = "false"
    return environment


def leave_gpus_alone() -> None:
    """Keeps this process, which trains nothing, from taking the workers' GPUs."""
    import keras

    if keras.backend.backend() == "jax":
        import jax

        jax.config.update("jax_platforms", "cpu")
    elif "tensorflow" in sys.modules:
        sys.modules["tensorflow"].config.set_visible_devices([], "GPU")


def _listen(workers: list[Worker], events: Events, until: float | None) -> None:
    """Passes on what the workers tell until all have closed their pipes, or until then."""
    with selectors.DefaultSelector() as selector:
        for worker in workers:
            if worker.pipe >= 0:
                selector.register(worker.pipe, selectors.EVENT_READ, worker)
        while selector.get_map() and (until is None or time.monotonic() < until):
            for key, _ in selector.select(timeout=0.2):
                if not _read(key.data, events):
                    selector.unregister(key.fd)
                    _bury(key.data, events if until is None else None)
            if until is None:
                events.check()


def _read(worker: Worker, events: Events) -> bool:
    """Passes on the worker's next events; whether more may come."""
    chunk = os.read(worker.pipe, 1 << 16)
    *lines, worker.unread = (worker.unread + chunk).split(b"\n")
    for line in lines:
        told: Event = json.loads(line)
        events.tell({**told, "worker": worker.number})
    return bool(chunk)


def _bury(worker: Worker, events: Events | None) -> None:
    """A worker's pipe is closed: it has ended, or is about to."""
    os.close(worker.pipe)
    worker.pipe = -1
    code = worker.process.wait()
    if events:
        events.send("worker_ended", worker=worker.number, code=code, log=worker.log)


def _last_line(log: Path) -> str:
    lines = log.read_text("utf-8", "replace").strip().splitlines()
    return f"{lines[-1]} (in {log})" if lines else f"nothing (in {log})"


def work(request: dict[str, Any], check_interruption: Callable[[], None]) -> int:
    """What a worker does: trains its share of the trials and tells its parent.

    Args:
        request: as `start` writes it.
        check_interruption: called often; raises `KeyboardInterrupt` to end.
    """
    from dlref.tuning.command.run_search import train

    options = Options.make(request["options"])
    parent = os.getppid()

    def check() -> None:
        check_interruption()
        if os.getppid() != parent:
            raise KeyboardInterrupt  # nobody listens any more

    os.set_inheritable(request["pipe"], False)
    pipe = os.fdopen(
        request["pipe"], "w"
    )  # open until this process ends, which is how its parent knows

    def tell(told: Event) -> None:
        pipe.write(json.dumps(told) + "\n")
        pipe.flush()

    _take_share_of_cores(request["number"], request["count"])
    found = prepare(options)
    sweep = load(options.directory, storage=options.storage)
    left = sweep.settings.trials - len(sweep.ended)
    share = max(1, -(-left // request["count"]))
    events = Events([tell], check, sweep.settings.metric)
    train(options, found, events, max_population=share)()
    return 0


def _take_share_of_cores(number: int, count: int) -> None:
    """Without GPUs, workers that each use all cores would only disturb each other."""
    if hardware.gpus() or not hasattr(os, "sched_setaffinity"):
        return
    cores = sorted(os.sched_getaffinity(0))
    os.sched_setaffinity(0, cores[number % len(cores) :: count])
