"""A study is opened when it is first used, and agrees with what is stored on the space and the seed."""

import json
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any

import sqlalchemy as sql
from keras_tuner.engine import hyperparameters as hp_module
from keras_tuner.engine.trial import Trial

from dlref._stored import reading
from dlref.tuning.errors import SweepError
from dlref.tuning.samplers import factory
from dlref.tuning.samplers.sampler import CoarseToFineSampler
from dlref.tuning.storage.read_rows import Row, read
from dlref.tuning.storage.write_rows import to_json
from dlref.tuning.trials.keras_tuner_trial import make_trial
from dlref.tuning.trials.lineage import LINEAGE, Change, lineage_of, record
from dlref.tuning.trials.next_trials import ZOOM
from dlref.tuning.trials.optuna_view import OptunaView
from dlref.tuning.trials.oracle import TrialOracle
from dlref.tuning.trials.worker_session import Session

FILE = "study.sqlite3"


class OpenStudy(TrialOracle):
    """A keras-tuner oracle whose state is a study in a storage."""

    _session: Session | None
    _optuna_view: OptunaView | None = None
    _declared: list[Any]  # the hyperparameters that a grid is made of
    _space = ""  # as it was last read or written
    paused: Sequence[set[int]] = ()  # trials that a rung made wait, population by population
    model = ""  # what the code of a new study's model is known by

    @property
    def session(self) -> Session:
        """The study, opened."""
        if self._session is None:
            directory = Path(self._project_dir)
            url = self.storage or directory / FILE
            session = Session(
                url, directory, self._project_name, self.objectives, self._new_attrs()
            )
            with reading(session.storage.name, "a study of dlref", SweepError):
                self._check_seed(session)
                self.follow_space(session.attrs)
            self._session = session
        return self._session

    @property
    def seed(self) -> int:
        """The seed of the search: the one that is stored, if there is one."""
        if self._session is None and getattr(self, "_project_name", None) is not None:
            _ = self.session
        return self._seed

    @seed.setter
    def seed(self, value: int) -> None:
        self._seed = value

    @property
    def optuna_view(self) -> OptunaView:
        """The study as Optuna's samplers and pruners see it."""
        count = self.session.run(self.session.trial_store.next_number, write=False)
        if (
            self._optuna_view is None or self._optuna_view.count > count
        ):  # what it foresaw was not written
            if isinstance(self.sampler, str):
                words = self.sampler, self.seed, self.max_trials, self._declared
                self.sampler = factory.make_sampler(*words)
            sampler = None if self.draws else self.sampler
            directions = list(self.objectives.values())
            self._optuna_view = OptunaView(self._project_name, directions, sampler, self.pruner)
        return self._optuna_view

    @property
    def zooms(self) -> list[dict[str, Any]]:
        """Where a search from coarse to fine zooms in; see `samplers/zoom.py`."""
        attrs = self.session.run(self.session.trial_store.attrs, write=False)
        return attrs.get(ZOOM, {}).get("zooms", [])

    def describe(self, settings: dict[str, Any]) -> None:
        """Stores what the study is to say of itself: settings without secrets, as JSON."""
        trial_store = self.session.trial_store
        self.session.run(
            lambda connection: trial_store.set_attrs(connection, {"settings": settings})
        )

    def record_lineages(self, lineages: Mapping[int, Sequence[Change]]) -> None:
        """Writes what trials have taken over from others by now."""
        self.session.run(lambda connection: record(connection, self.session, lineages))

    def lineages(self) -> dict[int, list[Change]]:
        """What each trial has taken over from others, by its number."""
        with reading(self.session.storage.name, "a study of dlref", SweepError):
            return {row.number: lineage_of(row.attrs) for row in self.rows(keys=(LINEAGE,))}

    def read(self, *conditions: sql.ColumnElement[bool]) -> list[Trial]:
        """The trials that are stored, by number."""
        claims = self.session.claims
        rows = self.rows(*conditions)
        return [claims[r.number].trial if r.number in claims else self.make_trial(r) for r in rows]

    def rows(self, *conditions: sql.ColumnElement[bool], keys: Sequence[str] = ()) -> list[Row]:
        """What is stored of the trials, by number; all attributes, or those of `keys`."""
        session = self.session
        return session.run(
            lambda connection: read(connection, session.trial_store.id, *conditions, keys=keys),
            write=False,
        )

    def make_trial(self, row: Row) -> Trial:
        """The trial of keras-tuner that a row is."""
        draws_new = self.tune_new_entries and getattr(self.sampler, "draws_new", True)
        seed = self.seed if draws_new else None
        return make_trial(row, self.hyperparameters.space, seed, self.objective)

    def follow_space(self, attrs: dict[str, Any]) -> None:
        """Learns the hyperparameters that other workers have found."""
        text = json.dumps(attrs["space"])
        if text != self._space:
            config = {"space": attrs["space"], "values": {}}
            stored = hp_module.HyperParameters.from_config(config)
            own = self.hyperparameters.space
            if attrs["space"] != self._config():
                self.hyperparameters = hp_module.HyperParameters()
                for part in (stored.space, own):
                    self.hyperparameters.merge(part, overwrite=False)
            self._space = text

    def save_space(self, connection: sql.Connection) -> None:
        """Stores the hyperparameters that are new."""
        trial_store = self.session.trial_store
        self.follow_space(trial_store.attrs(connection))
        space = self._config()
        if json.dumps(space) != self._space:
            trial_store.set_attrs(connection, {"space": space})

    def save(self) -> None:
        """Does nothing: everything is stored as it happens."""

    def reload(self) -> None:
        """Goes on with what is stored; what this process has left unfinished is run again."""
        self.session.release_others_of_this_process()

    def close(self) -> None:
        """Gives back the trials that have not ended and closes the storage; it is opened again when it is used."""
        if self._session is not None:
            self._session.close()
        self._session = self._optuna_view = None

    def erase(self) -> None:
        """Deletes the study and its trials from the storage."""
        session = self.session
        session.claims.clear()
        session.run(session.trial_store.delete)
        self.close()

    def _config(self) -> list[dict[str, Any]]:
        return json.loads(to_json(self.hyperparameters.get_config()["space"]))

    def _new_attrs(self) -> dict[str, Any]:
        attrs = {
            "space": self._config(),
            "seed": self._seed,
            "max_trials": self.max_trials,
            "objectives": [f"{direction}:{name}" for name, direction in self.objectives.items()],
            "subject_to": [str(bound) for bound in self.bounds],
            "sampler": name if isinstance(name := self.sampler, str) else type(name).__name__,
            "model": self.model,
        }
        if isinstance(self.sampler, CoarseToFineSampler):
            attrs["coarse_trials"] = self.sampler.coarse_trials(self.max_trials)
        return attrs

    def _check_seed(self, session: Session) -> None:
        stored = session.attrs["seed"]
        if self._asked_seed is not None and stored != self._asked_seed:
            raise SweepError(
                f"seed must be {stored}, that of the search in {session.storage.name}. "
                f"Received: {self._asked_seed}. Use another directory or project name, or overwrite it."
            )
        self._seed = stored
