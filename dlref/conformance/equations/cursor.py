"""A place in the TeX of an equation, and what is read there."""

import re

SPACE = re.compile(r"(?:\s|\\[,;:! ]|\\q?quad|\\(?:left|right|[bB]igg?[lr]?)(?![a-zA-Z])|~)+")
COMMAND = re.compile(r"\\[a-zA-Z]+|\\.")


class ReadingError(ValueError):
    """The equation has something that the grammar does not know."""


class Cursor:
    """Reads TeX from left to right; spaces mean nothing."""

    tex, place = "", 0

    def _skip(self) -> None:
        if match := SPACE.match(self.tex, self.place):
            self.place = match.end()

    def _take(self, *texts: str) -> str:
        self._skip()
        for text in texts:
            end = self.place + len(text)
            if self.tex.startswith(text, self.place) and not (
                text[-1:].isalpha() and self.tex[end : end + 1].isalpha()
            ):
                self.place = end
                return text
        return ""

    def _expect(self, text: str) -> None:
        if not self._take(text):
            raise self._error(f"expected {text}")

    def _word(self) -> str:
        self._skip()
        match = COMMAND.match(self.tex, self.place)
        if not match:
            raise self._error("expected a function")
        self.place = match.end()
        return match[0].lstrip("\\")

    def _raw_argument(self) -> str:
        self._skip()
        match = re.compile(r"\{([^{}]*)\}|(\w)").match(self.tex, self.place)
        if not match:
            raise self._error("expected an argument")
        self.place = match.end()
        return match[1] if match[1] is not None else match[2]

    def _error(self, what: str) -> ReadingError:
        before, after = self.tex[: self.place], self.tex[self.place :]
        return ReadingError(f"{what} at ⟨here⟩ in {before}⟨here⟩{after}")
