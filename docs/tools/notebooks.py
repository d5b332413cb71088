"""Pages with code as Jupyter notebooks, beside each page its `index.ipynb`: `python docs/tools/notebooks.py SITE`."""

import re
import sys
from collections.abc import Iterator
from pathlib import Path
from textwrap import dedent

import nbformat
from nbformat import v4
from plain import ADDRESS, plain
from source import BUILD, ROOT
from stage import LANGUAGES, is_notebook

CODE = re.compile(r"^( *)`{3,}python\n(.*?)^\1`{3,}$\n?", re.M | re.S)
FOLDED = re.compile(r'^\?\?\? \w+ "(.*)"\n((?:(?:    .*)?\n)+)', re.M)  # an answer
REFERENCE = re.compile(r"^::: (\S+).*\n(?:    .*\n)*", re.M)
LINK = re.compile(r"\]\((?!https?:)([^)#\s]*?)(?:index)?\.md(#[^)]*)?\)")


def cells(text: str) -> Iterator[tuple[str, str]]:
    """The kind and the text of each cell of a page in plain Markdown."""
    text = FOLDED.sub(lambda answer: f"**{answer[1]}:**\n\n{dedent(answer[2])}\n", text)
    end = 0
    for match in CODE.finditer(text):
        yield "markdown", text[end : match.start()]
        yield "code", dedent(match[2]).strip("\n")
        end = match.end()
    yield "markdown", text[end:]


def prose(text: str, place: Path) -> str:
    """Markdown that a notebook shows as it is, its links leading to the site."""
    address = ADDRESS.findall((ROOT / "mkdocs.yml").read_text("utf-8"))[0]

    def absolute(match: re.Match) -> str:
        parts: list[str] = []
        for part in (*place.parts, *Path(match[1]).parts):
            parts = parts[:-1] if part == ".." else [*parts, part]
        return f"]({address}{'/'.join(parts)}/{match[2] or ''})"

    text = re.sub(r" \{#[\w-]+\}$", "", REFERENCE.sub(r"`\1`\n", text), flags=re.M)
    return LINK.sub(absolute, text).strip()


def notebook(text: str, language: str, place: Path = Path()) -> nbformat.NotebookNode:
    """A page's notebook.

    Args:
        text: the page as it is staged.
        language: of the page.
        place: the folder of the page in the site, which its links begin at.
    """
    made = [
        v4.new_code_cell(content, id=f"cell-{i}")
        if kind == "code"
        else v4.new_markdown_cell(prose(content, place), id=f"cell-{i}")
        for i, (kind, content) in enumerate(cells(plain(text, language)))
        if content.strip()
    ]
    kernel = {"name": "python3", "display_name": "Python 3", "language": "python"}
    book = v4.new_notebook(cells=made, metadata={"kernelspec": kernel})
    nbformat.validate(book)
    return book


def main(site: Path) -> None:
    for language in LANGUAGES:
        start = Path() if language == "en" else Path(language)
        for path in sorted((BUILD / language).rglob("*.md")):
            page, text = path.relative_to(BUILD / language), path.read_text("utf-8")
            folder = page.parent if page.stem == "index" else page.with_suffix("")
            if is_notebook(page.as_posix(), text):
                book = notebook(text, language, start / page.parent)
                nbformat.write(book, site / start / folder / "index.ipynb")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
