"""What dead workers left: their trials wait again, under their numbers.

A trial that takes more memory than there is would kill one worker after another. So once two workers that held it were
killed while the system ran out of memory, it is run alone, after all others, and after three it has failed. A
worker that died otherwise may have been killed on purpose: such a death counts a quarter.
"""

from collections.abc import Collection

import sqlalchemy as sql
from optuna.trial import TrialState

from dlref.tuning.storage.heartbeat import Worker
from dlref.tuning.storage.trial_store import TrialStore, Unfinished
from dlref.tuning.storage.write_rows import end, set_attrs

OUT_OF_MEMORY, OTHERWISE = 4, 1  # how much a death counts
ALONE = 2 * OUT_OF_MEMORY
LAST = 3 * OUT_OF_MEMORY


def find_leftovers(
    connection: sql.Connection,
    trial_store: TrialStore,
    worker: Worker,
    own: Collection[int],
    judge: bool = True,
) -> tuple[list[int], list[int], list[str]]:
    """The trials that nobody works on.

    Args:
        connection: of a transaction.
        trial_store: of the study.
        worker: who asks.
        own: numbers of the trials that the worker knows to be its own.
        judge: whether workers are taken for dead that have not been heard of. Defaults to True.

    Returns:
        The ids of their rows, of those that are to be run alone, and the locks of the workers that died.
    """
    free, died, alive = [], [], {}
    for trial in trial_store.unfinished(connection):
        if trial.state == TrialState.RUNNING and trial.number not in own:
            lock = (trial.worker or {}).get("lock", "")
            if lock not in alive:
                alive[lock] = not judge or not worker.is_dead(trial.worker, trial.seconds)
            if not alive[lock]:
                out_of_memory = worker.ran_out_of_memory(trial.worker)
                trial.deaths = [*trial.deaths, OUT_OF_MEMORY if out_of_memory else OTHERWISE]
                died.append(trial)
            elif lock != worker.lock:  # it is ours where the answer to a claim was lost
                continue
        if trial.number not in own and sum(trial.deaths) < LAST:
            free.append(trial)
    _bury(connection, trial_store, died)
    alone = [trial for trial in free if sum(trial.deaths) >= ALONE]
    alone.sort(key=lambda trial: sum(trial.deaths))
    together = [trial.trial_id for trial in free if sum(trial.deaths) < ALONE]
    dead = {(trial.worker or {}).get("lock", "") for trial in died} - {""}
    return together, [trial.trial_id for trial in alone], sorted(dead)


def _bury(connection: sql.Connection, trial_store: TrialStore, died: list[Unfinished]) -> None:
    last = [trial for trial in died if sum(trial.deaths) >= LAST]
    again = [trial.trial_id for trial in died if sum(trial.deaths) < LAST]
    set_attrs(connection, [(trial.trial_id, {"deaths": trial.deaths}) for trial in died])
    if last:
        end(connection, [(trial.trial_id, TrialState.FAIL, ()) for trial in last])
        reason = "its worker died {} times (out of memory?)"
        failed = {"status": "failed"}
        set_attrs(
            connection,
            [(t.trial_id, failed | {"reason": reason.format(len(t.deaths))}) for t in last],
        )
    if again:
        trial_store.wait(connection, again)
