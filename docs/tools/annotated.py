"""The block `/// annotated | dlref.optimizers.adam.Adam`: equations, notes and source, tied by their numbers.

The content is one note for each number:

    /// annotated | dlref.optimizers.adam.Adam
    (1) The average of the gradients.
    (2) The average of their squares.
    ///
"""

import json
import re
import xml.etree.ElementTree as etree

import equations
import listing as code
import source
import step_values
import symbols
from markdown.util import AtomicString
from pymdownx.blocks.block import Block
from words import WORDS

NOTE = re.compile(r"^\((\d+)\)\s+", re.M)
NUMBER = re.compile(r'<span class="c1"># \((\d+)\)</span>')
NAME = re.compile(r'(?<!<span class="o">\.</span>)<span class="n">(\w+)</span>')
IDENTITY = re.compile(r' id="[^"]+"')
INDENT = re.compile(r"<span> +(?=<)")  # of the first line; the others lose as much
REPOSITORY = "https://github.com/dlref/dlref/blob/main/"


def notes(text: str) -> dict[int, str]:
    """The notes of a block's content, by number."""
    _, *pieces = NOTE.split(text)
    numbers = [int(number) for number in pieces[::2]]
    if len(numbers) != len(set(numbers)):
        raise source.SourceError(f"a number has two notes: {numbers}")
    return dict(zip(numbers, (note.strip() for note in pieces[1::2]), strict=True))


def check(
    dotted: str, text: str
) -> tuple[source.Module, dict[str, source.Listing], dict[int, str]]:
    """The module, what the page shows of it, and the notes, which must fit its numbers one to one."""
    path, name = source.locate(dotted)
    module = source.read(path)
    listings, written = module.select(name), notes(text)
    numbers = {number for listing in listings.values() for number in listing.statements}
    if not numbers:
        raise source.SourceError(f"{dotted}: no statement there ends in a number `# (n)`")
    if set(written) != numbers:
        missing, surplus = sorted(numbers - set(written)), sorted(set(written) - numbers)
        raise source.SourceError(
            f"{dotted}: numbers without a note {missing}, notes without a number {surplus}"
        )
    return module, listings, written


class Annotated(Block):
    """The block: for each function its equations with their notes, and its source beside them."""

    NAME = "annotated"
    ARGUMENT = True

    def on_create(self, parent: etree.Element) -> etree.Element:
        return etree.SubElement(parent, "div", {"class": "annotated"})

    def on_markdown(self) -> str:
        return "raw"

    def on_end(self, block: etree.Element) -> None:
        text, block.text = block.text or "", None
        self.module, listings, self.notes = check(self.argument, text)
        self.words = WORDS[self.config["language"]]
        self.slug = re.sub(r"[^a-z0-9]+", "-", self.argument.rpartition(".")[2].lower())
        source_code = "\n".join("\n".join(listing.lines) for listing in listings.values())
        numbers = [n for listing in listings.values() for n in sorted(listing.statements)]
        self.styles = symbols.shared((self.module.stated[n] for n in numbers), source_code)
        for name, listing in listings.items():
            pair = etree.SubElement(block, "div", {"class": "annotated-pair"})
            lines = self._lines(listing)
            rows = etree.SubElement(pair, "div", {"class": "annotated-rows"})
            for number in sorted(listing.statements):
                self._row(rows, number, self._own(lines, listing.statements[number]))
            self._steps(rows, name)
            self._figure(pair, listing, lines)

    def _row(self, rows: etree.Element, number: int, own: str) -> None:
        mark = {"class": "annotated-row", "id": f"eq-{self.slug}-{number}"}
        row = etree.SubElement(rows, "div", {**mark, "data-eq": str(number)})
        label = self.words["code line"].format(number)
        link = {"href": f"#code-{self.slug}-{number}", "class": "annotated-number"}
        etree.SubElement(row, "a", {**link, "aria-label": label}).text = f"({number})"
        equation = etree.SubElement(row, "div", {"class": "annotated-equation"})
        formula = etree.SubElement(equation, "div", {"class": "arithmatex"})
        tex = symbols.coloured(self.module.stated[number], self.styles)
        formula.text = AtomicString(rf"\[{tex}\]")
        self._verdict(equation, number)
        self._stash(row, f'<div class="annotated-own highlight" data-pagefind-ignore>{own}</div>')
        note = etree.SubElement(row, "div", {"class": "annotated-note"})
        self.md.parser.parseChunk(note, symbols.coloured_text(self.notes[number], self.styles))

    def _verdict(self, equation: etree.Element, number: int) -> None:
        """Whether SymPy found the equation and its line to be the same; the page on conformance says more."""
        module = ".".join(self.module.path.relative_to(source.ROOT).with_suffix("").parts)
        if found := equations.verdict(module, number, self.config["language"]):
            label = etree.SubElement(equation, "small", {"class": "annotated-verdict"})
            label.text = AtomicString(found)

    def _own(self, lines: list[str], span: tuple[int, int]) -> str:
        """The statement alone, for windows too narrow for two columns."""
        own = IDENTITY.sub("", "".join(lines[span[0] : span[1] + 1])).strip()
        indent = INDENT.search(own)
        return f"<code>{own.replace(indent[0], '<span>') if indent else own}</code>"

    def _figure(self, pair: etree.Element, listing: source.Listing, lines: list[str]) -> None:
        path = self.module.path.relative_to(source.ROOT).as_posix()
        place = f"{REPOSITORY}{path}#L{listing.first_line}"
        caption = f'<figcaption><a href="{place}">{path}</a></figcaption>'
        kind = 'class="annotated-code" data-pagefind-ignore'
        self._stash(pair, f"<figure {kind}>{caption}{code.box(lines)}</figure>")

    def _steps(self, rows: etree.Element, name: str) -> None:
        """What the statements computed in the page's own example, for the buttons that run through them."""
        key = f"{self.module.path.relative_to(source.ROOT).with_suffix('').as_posix()}:{name}"
        if found := step_values.recorded().get(key):
            data = json.dumps({"words": self.words["steps"], "steps": found}, ensure_ascii=False)
            self._stash(rows, f'<script type="application/json">{data}</script>')

    def _stash(self, parent: etree.Element, html: str) -> None:
        etree.SubElement(parent, "div").text = AtomicString(self.md.htmlStash.store(html))

    def _lines(self, listing: source.Listing) -> list[str]:
        """The highlighted source, each numbered statement in a span of its own, its number a link to the equation."""
        lines = code.lines("\n".join(listing.lines) + "\n")
        for index, line in enumerate(lines):
            lines[index] = f"<span>{NUMBER.sub(self._link, NAME.sub(self._symbol, line))}</span>"
        for number, (first, last) in listing.statements.items():
            mark = f'class="annotated-line" data-eq="{number}" id="code-{self.slug}-{number}"'
            lines[first] = f"<span {mark}>{lines[first]}"
            lines[last] += "</span>"
        return lines

    def _symbol(self, match: re.Match) -> str:
        style = self.styles.get(match[1])
        if style is None:
            return match[0]
        return f'<span class="n symbol symbol-{style}">{match[1]}</span>'

    def _link(self, match: re.Match) -> str:
        label = self.words["to the note"].format(match[1])
        return f'<a class="c1" href="#eq-{self.slug}-{match[1]}" aria-label="{label}"># ({match[1]})</a>'
