"""Ctrl-C, and the SIGTERM of a cluster that wants its machine back."""

import signal
from types import FrameType, TracebackType


class Interruption:
    """Turns SIGINT and SIGTERM into `KeyboardInterrupt` while it is entered, and remembers which came.

    The exception is lost where Python ignores exceptions (in a `__del__`) or where code catches everything; `check`
    raises it again. A cluster may send SIGTERM twice, to the process and to its group: the second does not disturb
    what the first has begun to end. A second Ctrl-C does.
    """

    signals = (signal.SIGINT, signal.SIGTERM)

    def __init__(self) -> None:
        self.received = 0

    @property
    def exit_code(self) -> int:
        return 128 + self.received

    def check(self) -> None:
        if self.received:
            raise KeyboardInterrupt

    def __enter__(self) -> "Interruption":
        self._handlers = [signal.signal(number, self._receive) for number in self.signals]
        return self

    def __exit__(
        self, kind: type | None, error: BaseException | None, trace: TracebackType | None
    ) -> None:
        for number, handler in zip(self.signals, self._handlers, strict=True):
            signal.signal(number, handler)

    def _receive(self, number: int, frame: FrameType | None) -> None:
        again = number == self.received == signal.SIGTERM
        self.received = number
        if not again:
            raise KeyboardInterrupt
