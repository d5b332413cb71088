"""The pages as plain Markdown, and llms.txt that lists them: `python docs/tools/plain.py SITE`.

Beside each page lies its `index.md`, with equations, code and results in place of the blocks.
"""

import re
import sys
from collections.abc import Callable
from pathlib import Path

import against_keras
import annotated
import cheat_sheet
import curriculum
import equations
import glossary
import measured
import records
import yaml
from source import BUILD, ROOT
from stage import LANGUAGES
from words import WORDS

BLOCK = re.compile(r"^/// ([\w-]+)(?: \| (\S+))?\n(.*?)^///$", re.M | re.S)
OPTION = re.compile(r"\A(?:    .*\n)+", re.M)
FRONT = re.compile(r"\A---\n(.*?)\n---\n", re.S)
ADDRESS = re.compile(r"^site_url: (.*)$", re.M)


def equations_and_code(argument: str, content: str, language: str) -> str:
    module, listings, notes = annotated.check(argument, content)
    found = []
    for listing in listings.values():
        for number in sorted(listing.statements):
            found.append(f"$$ {module.stated[number]} \\tag{{{number}}} $$\n\n{notes[number]}\n")
        found.append(
            "```py\n{}\n```\n".format("\n".join(listing.lines))
        )  # a part, which does not run
    return "\n".join(found)


def comparison(argument: str, content: str, language: str) -> str:
    words = WORDS[language]
    rows = [
        f"- {row['builtin'] or words['none']}: {against_keras.relation(row, words)}; "
        f"{words['error']} {against_keras.short(row['error'])} ({row['dtype']})"
        for row in against_keras.rows(argument)
    ]
    return "\n".join(rows) + f"\n\n{OPTION.sub('', content)}"


def conformance(argument: str, content: str, language: str) -> str:
    words = WORDS[language]
    rows = [
        f"- `{row['name']}` {row['mapping']}: {against_keras.relation(row, words)}; {against_keras.short(row['error'])}"
        for row in against_keras.results()["rows"]
    ]
    return "\n".join(rows) + "\n"


def equations_and_lines(argument: str, content: str, language: str) -> str:
    verdicts = WORDS[language]["equation verdicts"]
    return "".join(
        f"- `{row['name']}` ({row['number']}): ${row['tex']}$, `{row['line']}`: {verdicts[row['verdict']]}\n"
        for row in equations.results()
    )


def words_of_both_languages(argument: str, content: str, language: str) -> str:
    return "\n".join(f"- {entry['en']}: {entry['ko']}" for entry in glossary.entries()) + "\n"


def what_builds_on_what(argument: str, content: str, language: str) -> str:
    rows = (
        (curriculum.title(page, language), [curriculum.title(p, language) for p in needed])
        for page, needed in curriculum.table().items()
    )
    return "".join(f"- {page} ← {', '.join(needed) or '–'}\n" for page, needed in rows)


def measurements(argument: str, content: str, language: str) -> str:
    heads = " | ".join(WORDS[language][f"measured {argument}"])
    parts = (
        f"{about}\n\n{heads}\n" + "".join(" | ".join(row) + "\n" for row in rows)
        for about, rows in measured.tables(argument, language)
    )
    return "\n".join(parts)


def all_equations(argument: str, content: str, language: str) -> str:
    return "\n".join(
        f"## {curriculum.title(page, language)}\n\n"
        + "".join(f"$$ {tex} \\tag{{{number}}} $$\n" for number, tex in equations.items())
        for page, equations in cheat_sheet.concepts()
    )


def file(argument: str, content: str, language: str) -> str:
    return f"```\n{(ROOT / argument).read_text('utf-8')}```\n"


def caption(argument: str, content: str, language: str) -> str:
    alt = re.search(r"^    alt: (.*)$", content, re.M)
    return (f"({alt[1]})\n\n" if alt else "") + OPTION.sub("", content)


INSTEAD: dict[str, Callable[[str, str, str], str]] = {
    "annotated": equations_and_code,
    "against-keras": comparison,
    "conformance": conformance,
    "cheat-sheet": all_equations,
    "curriculum": what_builds_on_what,
    "equations": equations_and_lines,
    "glossary": words_of_both_languages,
    "example": file,
    "figure": caption,
    "measured": measurements,
    "play": caption,
    "records": lambda *_: "".join(f"- {', '.join(row)}\n" for row in records.rows()),
    "command": lambda argument, *_: f"`dlref {argument} --help` lists the options.\n",
}


def plain(text: str, language: str) -> str:
    """A page's Markdown without front matter, its blocks replaced."""

    def instead(match: re.Match) -> str:
        return INSTEAD[match[1]](match[2] or "", match[3], language)

    fences = re.split(r"(^`{3,}.*?^`{3,}$)", FRONT.sub("", text), flags=re.M | re.S)
    return "".join(part if i % 2 else BLOCK.sub(instead, part) for i, part in enumerate(fences))


def main(site: Path) -> None:
    address = ADDRESS.findall((ROOT / "mkdocs.yml").read_text("utf-8"))[0]
    for language in LANGUAGES:
        folder = site if language == "en" else site / language
        lines = []
        for path in sorted((BUILD / language).rglob("*.md")):
            text = path.read_text("utf-8")
            page = path.relative_to(BUILD / language).with_suffix("")
            page = page.parent if page.name == "index" else page
            target = folder / page / "index.md"
            target.write_text(plain(text, language), "utf-8")
            about = yaml.safe_load(FRONT.findall(text)[0])["description"]
            title = curriculum.title(path.relative_to(BUILD / language).as_posix(), language)
            place = target.relative_to(site).as_posix()
            lines.append(f"- [{title}]({address}{place}): {about}")
        head = f"# dlref\n\n> {WORDS[language]['about']}\n\n"
        (folder / "llms.txt").write_text(head + "\n".join(lines) + "\n", "utf-8")


if __name__ == "__main__":
    main(Path(sys.argv[1]).resolve())
