"""The files that callbacks write: members of a population are trained at once, and each file is that of one of them.

In the end a file is the one of the trial that ended last, as if the trials had been trained one after the other.
"""

import os
import shutil
from pathlib import Path
from typing import Any

from keras.callbacks import Callback, CSVLogger, ModelCheckpoint

from dlref.tuning.errors import SweepError


class WrittenAtTheEnd(Callback):
    """A `CSVLogger` that is told everything when its trial has ended."""

    def __init__(self, logger: CSVLogger) -> None:
        super().__init__()
        self.logger, self.rows = logger, list[Any]()

    def on_epoch_end(self, epoch: int, logs: Any = None) -> None:
        self.rows.append([epoch, dict(logs or {})])

    def on_train_end(self, logs: Any = None) -> None:
        self.logger.set_model(self.model)
        self.logger.on_train_begin()
        for epoch, row in self.rows:
            self.logger.on_epoch_end(epoch, row)
        self.logger.on_train_end()


def for_one_member(callback: Any, directory: Path | None) -> Any:
    """The callback, changed so that it writes no file that another member writes, too."""
    if type(callback) is CSVLogger:
        return WrittenAtTheEnd(callback)
    if isinstance(callback, ModelCheckpoint) and directory is not None:
        callback.filepath = str(directory) + os.path.abspath(callback.filepath)
    return callback


def publish(directory: Path | None) -> None:
    """Moves what was written below a directory to where it was to be written, over what is there.

    Raises:
        SweepError: if that cannot be written.
    """
    if directory is None:
        return
    try:
        for place, _, names in os.walk(directory):
            target = Path("/", Path(place).relative_to(directory))
            target.mkdir(parents=True, exist_ok=True)
            for name in names:
                shutil.move(os.path.join(place, name), target / name)
    except OSError as error:
        raise SweepError(f"what callbacks wrote cannot be moved: {error}") from error
    shutil.rmtree(directory, ignore_errors=True)
