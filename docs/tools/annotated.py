"""The block `/// annotated | dlref.optimizers.adam.Adam`: equations, notes and source, tied by their numbers.

The content is one note for each number:

    /// annotated | dlref.optimizers.adam.Adam
    (1) The average of the gradients.
    (2) The average of their squares.
    ///
"""

import re
import xml.etree.ElementTree as etree

import listing as code
import source
from markdown.util import AtomicString
from pymdownx.blocks.block import Block
from words import WORDS

NOTE = re.compile(r"^\((\d+)\)\s+", re.M)
NUMBER = re.compile(r'<span class="c1"># \((\d+)\)</span>')
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
    """The block."""

    NAME = "annotated"
    ARGUMENT = True

    def on_create(self, parent: etree.Element) -> etree.Element:
        return etree.SubElement(parent, "div", {"class": "annotated"})

    def on_markdown(self) -> str:
        return "raw"

    def on_end(self, block: etree.Element) -> None:
        text, block.text = block.text or "", None
        module, listings, written = check(self.argument, text)
        self.words = WORDS[self.config["language"]]
        self.slug = re.sub(r"[^a-z0-9]+", "-", self.argument.rpartition(".")[2].lower())
        self._equations(block, module, written)
        for listing in listings.values():
            self._code(block, module, listing)

    def _equations(
        self, block: etree.Element, module: source.Module, written: dict[int, str]
    ) -> None:
        rows = etree.SubElement(block, "div", {"class": "annotated-rows"})
        for number in sorted(written):
            mark = {
                "class": "annotated-row",
                "id": f"eq-{self.slug}-{number}",
                "data-eq": str(number),
            }
            row = etree.SubElement(rows, "div", mark)
            label = self.words["code line"].format(number)
            link = {
                "href": f"#code-{self.slug}-{number}",
                "class": "annotated-number",
                "aria-label": label,
            }
            etree.SubElement(row, "a", link).text = f"({number})"
            equation = etree.SubElement(row, "div", {"class": "annotated-equation"})
            formula = etree.SubElement(equation, "div", {"class": "arithmatex"})
            formula.text = AtomicString(rf"\[{module.equations[number]}\]")
            note = etree.SubElement(row, "div", {"class": "annotated-note"})
            self.md.parser.parseChunk(note, written[number])

    def _code(self, block: etree.Element, module: source.Module, listing: source.Listing) -> None:
        path = module.path.relative_to(source.ROOT).as_posix()
        place = f"{REPOSITORY}{path}#L{listing.first_line}"
        html = (
            '<figure class="annotated-code" data-pagefind-ignore><figcaption>'
            f'<a href="{place}">{path}</a></figcaption>{code.box(self._lines(listing))}</figure>'
        )
        etree.SubElement(block, "div").text = AtomicString(self.md.htmlStash.store(html))

    def _lines(self, listing: source.Listing) -> list[str]:
        """The highlighted source, each numbered statement in a span of its own, its number a link to the equation."""
        lines = code.lines("\n".join(listing.lines) + "\n")
        for index, line in enumerate(lines):
            lines[index] = f"<span>{NUMBER.sub(self._link, line)}</span>"
        for number, (first, last) in listing.statements.items():
            mark = f'class="annotated-line" data-eq="{number}" id="code-{self.slug}-{number}"'
            lines[first] = f"<span {mark}>{lines[first]}"
            lines[last] += "</span>"
        return lines

    def _link(self, match: re.Match) -> str:
        label = self.words["to the note"].format(match[1])
        return f'<a class="c1" href="#eq-{self.slug}-{match[1]}" aria-label="{label}"># ({match[1]})</a>'
