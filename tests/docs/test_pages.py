"""The pages: the fixed form, both languages in step, fences that run, words, letters."""

import ast
import re
from pathlib import Path

import annotated
import curriculum
import glossary
import in_model
import notebooks
import pytest
import source
import sources
import stage
import subset_fonts
import translations
import yaml

DOCS = source.ROOT / "docs"
PAGES = sorted(path.relative_to(DOCS / "en").as_posix() for path in (DOCS / "en").rglob("*.md"))
MODULES = {page: (source.ROOT / "dlref" / page).with_suffix(".py") for page in PAGES}
CONCEPTS = [page for page, path in MODULES.items() if path.is_file() and source.read(path).stated]
# Pages on code without equations: a search, a study, a folder of code.
GUIDES = [
    page
    for page, path in MODULES.items()
    if "/" in page and page not in CONCEPTS and (path.is_file() or path.with_suffix("").is_dir())
]
EACH = [(language, page) for language in ("en", "ko") for page in PAGES]
HEADINGS = {
    "en": [
        "Equations and code",
        "Compared with Keras",
        "In a figure",
        "Worked numbers",
        "Errata of the notes",
        "Exercises",
        "API reference",
    ],
    "ko": [
        "수식과 코드",
        "Keras와 비교",
        "그림으로 보기",
        "숫자로 확인하기",
        "강의 노트의 오류",
        "연습 문제",
        "API 문서",
    ],
}
GUIDE = {  # what a guide has in place of a concept's first two parts
    "en": ["How it works", "Compared with Keras Tuner"],
    "ko": ["동작 원리", "Keras Tuner와 비교"],
}
LETTERS = set().union(*map(subset_fonts.letters_of, subset_fonts.FONTS.glob("*.woff2")))
FENCE = re.compile(r"^( *)(`{3,})(\w*)\n(.*?)^\1\2$", re.M | re.S)
BLOCK = re.compile(r"^/// ([\w-]+) \| (\S+)\n(.*?)^///$", re.M | re.S)


def text_of(language: str, page: str) -> str:
    return (DOCS / language / page).read_text("utf-8")


def without_fences(text: str) -> str:
    return FENCE.sub("", text)


def blocks(text: str, name: str) -> list[tuple[str, str]]:
    """Arguments and contents of the blocks of one kind."""
    return [
        (argument, content)
        for kind, argument, content in BLOCK.findall(without_fences(text))
        if kind == name
    ]


def code_of(text: str) -> list[str]:
    """The Python fences, without comments and layout."""
    return [
        ast.unparse(ast.parse(re.sub(rf"^{indent}", "", code, flags=re.M)))
        for indent, _, name, code in FENCE.findall(text)
        if name == "python"
    ]


@pytest.mark.parametrize("page", PAGES)
def test_translation_is_current(page: str) -> None:
    assert translations.state(DOCS, page) == "current", (
        f"after translating: python docs/tools/translations.py docs/ko/{page}"
    )


def test_no_page_in_korean_only() -> None:
    assert (
        sorted(path.relative_to(DOCS / "ko").as_posix() for path in (DOCS / "ko").rglob("*.md"))
        == PAGES
    )


@pytest.mark.parametrize("page", PAGES)
def test_both_languages_have_the_same_parts(page: str) -> None:
    english, korean = text_of("en", page), text_of("ko", page)
    shapes = [re.findall(r"^(#+) ", without_fences(text), re.M) for text in (english, korean)]
    assert shapes[0] == shapes[1]
    if page != "contributing.md":  # it shows examples
        uses = [
            [use[:2] for use in BLOCK.findall(without_fences(text))] for text in (english, korean)
        ]
        assert uses[0] == uses[1]
        assert re.findall(r"^::: .*", english, re.M) == re.findall(r"^::: .*", korean, re.M)
    assert code_of(english) == code_of(korean)


@pytest.mark.parametrize(("language", "page"), EACH)
def test_description(language: str, page: str) -> None:
    match = re.match(r"---\n(.*?)\n---\n# \S", text_of(language, page), re.S)
    assert match, "a page starts with its front matter and its title"
    assert 20 <= len(yaml.safe_load(match[1])["description"]) <= 160


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("page", CONCEPTS)
class TestConcept:
    def test_fixed_form(self, language: str, page: str) -> None:
        text = text_of(language, page)
        assert re.findall(r"^## (.*)$", without_fences(text), re.M) == HEADINGS[language]
        parts = dict(
            zip(HEADINGS[language], re.split(r"^## .*$", text, flags=re.M)[1:], strict=True)
        )
        names = HEADINGS[language]
        needed = [
            "/// annotated |",
            "/// against-keras |",
            "/// figure |",
            "assert ",
            "",
            '??? success "',
            "::: dlref.",
        ]
        for name, mark in zip(names, needed, strict=True):
            assert mark in parts[name] and parts[name].strip(), f"{name}: {mark} is missing"

    def test_every_number_has_a_note(self, language: str, page: str) -> None:
        module = source.read((source.ROOT / "dlref" / page).with_suffix(".py"))
        noted: list[int] = []
        for argument, content in blocks(text_of(language, page), "annotated"):
            noted += annotated.check(argument, content)[2]
        assert sorted(noted) == sorted(module.stated)

    def test_no_equation_is_repeated(self, language: str, page: str) -> None:
        assert r"\tag" not in text_of(language, page)


def test_every_concept_is_shown_in_a_model() -> None:
    assert {*in_model.ROWS, "averages.md", "tuning/space.md"} == set(CONCEPTS)


def test_there_are_concepts_and_guides() -> None:
    assert "optimizers/adam.md" in CONCEPTS
    assert "tuning/random_search.md" in GUIDES


@pytest.mark.parametrize("language", ["en", "ko"])
@pytest.mark.parametrize("page", GUIDES)
def test_form_of_a_guide(language: str, page: str) -> None:
    found = re.findall(r"^## (.*)$", without_fences(text_of(language, page)), re.M)
    form = [*GUIDE[language], *HEADINGS[language][2:]]
    assert found == [name for name in form if name in found or name == form[0]]


@pytest.mark.parametrize(
    "page",
    [page for page in PAGES if code_of(text_of("en", page)) and page not in stage.NEEDS_FILES],
)  # those run as a whole, in tests/tuning/test_from_csv.py
def test_notebooks_run(page: str) -> None:
    """In English: the fences of the Korean page are the same code, which a test above checks."""
    text = in_model.expanded(text_of("en", page), page, "en")
    code = [content for kind, content in notebooks.cells(text) if kind == "code"]
    assert [ast.unparse(ast.parse(content)) for content in code] == code_of(text)
    names: dict = {}
    for number, content in enumerate(code):
        exec(compile(content, f"{page}, cell {number}", "exec"), names)


# Whatever a reader sees in Korean: pages, figures, playthings, the site's own words, the report, the babysitter.
KOREAN = [
    path.relative_to(source.ROOT).as_posix()
    for folder in (
        "docs/ko",
        "docs/figures",
        "docs/assets/play",
        "docs/tools",
        "dlref",
        "dlref_cli",
    )
    for path in sorted((source.ROOT / folder).rglob("*"))
    if path.suffix in (".md", ".py", ".js", ".html")
    and path.name != "browser_check.py"  # it searches for what readers type
    and re.search("[가-힣]", path.read_text("utf-8"))
]


@pytest.mark.parametrize("path", [*KOREAN, "docs/nav.yml", "docs/curriculum.yml"])
def test_korean_words(path: str) -> None:
    text = " ".join((source.ROOT / path).read_text("utf-8").split())
    found = [
        (text[max(match.start() - 20, 0) : match.end() + 20], entry["ko"])
        for entry in glossary.entries()
        for word in entry.get("avoid", [])
        for match in re.finditer(word, text)
    ]
    assert not found, f"docs/glossary.yml has other words: {found}"


@pytest.mark.parametrize("language", ["en", "ko"])
def test_heads_of_tables(language: str) -> None:
    """One without words is nothing to listen to; the browser looks at one page of each kind alone."""
    empty = re.compile(r"^ *\|(?:.*\|)? *\|.*\n *\|[ |:-]+$", re.M)
    assert empty.search("| | a |\n| --- | --- |") and not empty.search("| a | |\n| b | c |")
    found = {page for page in PAGES if empty.search(text_of(language, page))}
    assert not found


def test_glossary() -> None:
    entries = glossary.entries()
    assert len({entry["en"] for entry in entries}) == len(entries)
    assert {key for entry in entries for key in entry} <= {
        "en",
        "ko",
        "also",
        "avoid",
        "page",
        "note_en",
        "note_ko",
    }
    avoided = [word for entry in entries for word in entry.get("avoid", [])]
    for entry in entries:
        assert not [word for word in avoided if re.search(word, entry["ko"])], entry
        assert "page" not in entry or entry["page"] in PAGES, entry


@pytest.mark.parametrize(("language", "page"), EACH)
def test_letters_are_in_the_font(language: str, page: str) -> None:
    prose = re.sub(r"\$\$?[^$]+\$\$?|`[^`\n]+`", "", without_fences(text_of(language, page)))
    # A combining mark is drawn by the system where the font lacks it.
    missing = {
        letter for letter in prose if letter not in LETTERS and letter not in "\n\u0302\u0303"
    }
    assert not missing, (
        f"python docs/tools/subset_fonts.py PretendardVariable.ttf: {sorted(missing)}"
    )


def test_every_short_name_is_a_source() -> None:
    """What pages and docstrings name is a link; the page on notation says in both languages what each is."""
    name = r"\b(?:DLS-C\d(?:W\d)?(?:-[a-z]+)?|CS231n-\d+|Flowchart)(?![a-zA-Z0-9])"
    used = {
        found
        for folder in ("docs/en", "docs/ko", "dlref")
        for path in (source.ROOT / folder).rglob("*.*")
        if path.suffix in (".md", ".py")
        for found in re.findall(name, path.read_text("utf-8"))
    }
    assert used == set(sources.ADDRESSES)
    for language in ("en", "ko"):
        told = text_of(language, "notation.md").partition("{#sources}")[2]
        rows = [line.split("|")[1] for line in told.splitlines() if line.startswith("| ")]
        assert set(re.findall(name, " ".join(rows))) == used


def test_the_curriculum_holds_every_concept_and_guide_once_in_an_order() -> None:
    table = curriculum.table()
    assert {*CONCEPTS, *GUIDES} <= set(table) <= set(PAGES)
    for page, needed in table.items():
        assert all(curriculum.depth(before) < curriculum.depth(page) for before in needed), page
        assert not any(before in table[other] for before in needed for other in needed), page


@pytest.mark.parametrize("page", CONCEPTS)
def test_figures_have_a_script(page: str) -> None:
    for argument, content in blocks(text_of("en", page), "figure"):
        assert (DOCS / "figures" / argument).is_file()
        assert content.lstrip().startswith("alt: ")


def test_every_figure_is_shown() -> None:
    scripts = {
        path.relative_to(DOCS / "figures").as_posix() for path in (DOCS / "figures").rglob("*.py")
    }
    shown = {argument for page in PAGES for argument, _ in blocks(text_of("en", page), "figure")}
    assert scripts == shown


def test_sources_of_the_font_and_katex_carry_their_licences() -> None:
    for folder in ("docs/assets/fonts", "docs/assets/katex", "docs/tools/katex"):
        assert "Permission is hereby granted" in (Path(source.ROOT) / folder / "LICENSE").read_text(
            "utf-8"
        )
