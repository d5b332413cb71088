"""Workers are killed again and again while they run trials that train nothing; prints what is left, as JSON.

A process of its own: it forks the workers, so that they need not import everything again.
"""

import argparse
import collections
import gc
import json
import os
import random
import signal
import sys
import time

from dlref.tuning.trials.load_sweep import load
from tests.tuning.studies import finished, make, numbers

SLOWEST = 0.15  # seconds until a kill


def work(words, log):
    """Runs trials until there are none; each result says which process it is from."""
    study = make(words.directory, max_trials=words.trials, storage=words.storage)
    study.verbose = 0
    file = os.open(log, os.O_WRONLY | os.O_APPEND | os.O_CREAT)
    chance = random.Random(os.getpid())
    while True:
        trials = study.claim(chance.randint(1, 8))
        for number in numbers(trials):
            time.sleep(chance.uniform(0, 0.02))
            score = chance.random()
            study.finish([finished(number, score)])
            os.write(file, json.dumps([number, score]).encode() + b"\n")
        if not trials and not study.waiting():
            return
        if not trials:
            time.sleep(0.01)


def fork(words, log):
    """A new worker."""
    child = os.fork()
    if child == 0:
        try:
            work(words, log)
        except BaseException as error:
            print(f"{type(error).__name__}: {error}", file=sys.stderr, flush=True)
            os._exit(1)
        os._exit(0)
    return child


def kill_again_and_again(words, log, chance):
    """Starts workers, kills one at a random moment, starts another one; returns how many were killed at work."""
    workers, kills = [fork(words, log) for _ in range(words.workers)], 0
    for _ in range(words.kills):
        time.sleep(chance.uniform(0, SLOWEST / words.workers))
        victim = workers.pop(chance.randrange(len(workers)))
        os.kill(victim, signal.SIGKILL)
        _, status = os.waitpid(victim, 0)
        kills += os.WIFSIGNALED(status)
        workers.append(fork(words, log))
    for worker in workers:
        _, status = os.waitpid(worker, 0)
        assert status == 0
    return kills


def main():
    parser = argparse.ArgumentParser()
    parser.add_argument("directory")
    parser.add_argument("--kills", type=int)
    parser.add_argument("--trials", type=int)
    parser.add_argument("--workers", type=int, default=1)
    parser.add_argument("--storage")
    words = parser.parse_args()
    log = os.path.join(words.directory, "log")
    gc.freeze()  # what a collection looks through in a worker would be copied for it
    kills = kill_again_and_again(words, log, random.Random(words.kills))
    sweep = load(words.storage or os.path.join(words.directory, "study"), "study")
    logged = [json.loads(line) for line in open(log)]
    scores = {trial.number: trial.score for trial in sweep.trials}
    drawn = make(words.directory, "drawn", max_trials=words.trials).claim(words.trials)
    print(
        json.dumps(
            {
                "kills": kills,
                "statuses": dict(collections.Counter(trial.status for trial in sweep.trials)),
                "recorded_and_changed": [pair for pair in logged if scores[pair[0]] != pair[1]],
                "values_as_drawn": [trial.raw for trial in sweep.trials]
                == [trial.hyperparameters.values for trial in drawn],
            }
        )
    )


if __name__ == "__main__":
    main()
