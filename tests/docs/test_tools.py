"""The tools of the site: what they refuse, and what they make."""

import json
import shutil
from pathlib import Path
from xml.etree import ElementTree as etree

import against_keras
import cards
import check_site
import figure
import markdown
import pytest
import source
import sources
import stage
import symbols  # noqa: F401  # reads a file below ROOT when it is imported
import translations

MODULE = '''r"""Two equations.

$$ a := 2 b \\tag{1} $$
$$ c = a + 1 \\tag{2} $$
"""


class Thing:
    def helper(self):
        return 0

    def call(self, b):
        """The docstring is not shown."""
        a = max(
            2 * b, 2 * b
        )  # (1)

        return a + 1  # (2)
'''
ROW = {
    "name": "area.Thing",
    "builtin": "keras.Thing",
    "relation": "differs",
    "mapping": "b = 1",
    "sentence": "Keras counts from 0.",
    "dtype": "float64",
    "error": 1.5e-16,
    "tolerance": 1e-12,
    "difference": 0.5,
    "verdict": "pass",
}


@pytest.fixture
def root(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A project with one module and the results of one row."""
    (tmp_path / "area").mkdir()
    (tmp_path / "area" / "thing.py").write_text(MODULE, "utf-8")
    monkeypatch.setattr(source, "ROOT", tmp_path)
    monkeypatch.setattr(source.locate, "__defaults__", (tmp_path,))
    results = {
        "versions": {"keras": "3.0"},
        "backend": "jax",
        "device": "CPU",
        "date": "2026-01-02",
        "rows": [ROW],
    }
    monkeypatch.setattr(against_keras, "results", lambda: json.loads(json.dumps(results)))
    monkeypatch.setattr(against_keras, "pages", lambda: {"area.Thing": "area/thing.md"})
    return tmp_path


def convert(text: str, language: str = "en") -> str:
    extensions = ["pymdownx.arithmatex", "maths", "directives"]
    own = {"language": language}
    configs = {"pymdownx.arithmatex": {"generic": True}, "maths": own, "directives": own}
    return markdown.markdown(text, extensions=extensions, extension_configs=configs)


def test_annotated(root: Path) -> None:
    html = convert("/// annotated | area.thing.Thing\n(1) Twice $b$.\n(2) And\none.\n///")
    # The row, the line in it, and the line in the source.
    assert html.count('data-eq="1"') == html.count('data-eq="2"') == 3
    for link in ("eq-thing-1", "code-thing-1", "eq-thing-2", "code-thing-2"):
        assert f'id="{link}"' in html and f'href="#{link}"' in html
    assert html.count("<math") == 3
    assert "not shown" not in html and "helper" not in html


def test_statement_of_several_lines_is_one(root: Path) -> None:
    listing = source.read(root / "area" / "thing.py").listings["Thing.call"]
    assert listing.lines[0] == "def call(self, b):"
    assert listing.statements == {1: (1, 3), 2: (5, 5)}
    assert listing.lines[3] == "    )  # (1)"


@pytest.mark.parametrize(
    "notes", ["(1) One.", "(1) One.\n(2) Two.\n(3) Three.", "(1) One.\n(2) Two.\n(2) Again.", ""]
)
def test_notes_must_fit(root: Path, notes: str) -> None:
    with pytest.raises(source.SourceError):
        convert(f"/// annotated | area.thing.Thing\n{notes}\n///")


@pytest.mark.parametrize(
    ("before", "after"),
    [
        ("  # (2)", ""),
        ("# (2)", "# (1)"),
        ("\\tag{2}", "\\tag{1}"),
        ("$$ c = a + 1 \\tag{2} $$\n", ""),
    ],
)
def test_numbers_must_fit(root: Path, before: str, after: str) -> None:
    (root / "area" / "thing.py").write_text(MODULE.replace(before, after), "utf-8")
    with pytest.raises(source.SourceError):
        convert("/// annotated | area.thing.Thing\n(1) One.\n(2) Two.\n///")


def test_unknown_module(root: Path) -> None:
    with pytest.raises(source.SourceError, match="nothing"):
        convert("/// annotated | area.nothing.Thing\n(1) One.\n///")


def test_wrong_mathematics() -> None:
    with pytest.raises(ValueError, match=r"\\frak1"):
        convert(r"$\frak1{$")


def test_against_keras_in_english(root: Path) -> None:
    html = convert("/// against-keras | area.Thing\n///")
    for text in (
        "keras.Thing",
        "b = 1",
        "1.5e-16",
        "1e-12",
        "0.5 apart",
        "Keras counts from 0.",
        "Keras 3.0; JAX, CPU; 2026-01-02",
    ):
        assert text in html


def test_against_keras_needs_a_translation(root: Path) -> None:
    for options in ("", "    mapping: b = 1\n"):
        with pytest.raises(ValueError, match="translate"):
            convert(f"/// against-keras | area.Thing\n{options}///", "ko")
    html = convert("/// against-keras | area.Thing\n    mapping: b = 1\n0부터 셉니다.\n///", "ko")
    assert "0부터 셉니다." in html and "counts" not in html


def test_against_keras_of_an_unknown_row(root: Path) -> None:
    with pytest.raises(ValueError, match=r"area\.Other"):
        convert("/// against-keras | area.Other\n///")


def test_conformance_lists_every_row(root: Path) -> None:
    html = convert("/// conformance\n///", "ko")
    assert '<a href="area/thing.md"><code>Thing</code></a>' in html
    assert "통과" in html and "1.5e-16" in html


def test_figure_needs_its_alternative_text() -> None:
    with pytest.raises(ValueError, match="alt"):
        convert("/// figure | optimizers/adam.py\nA caption.\n///")


def test_figure(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(figure, "DRAWN", tmp_path)
    (tmp_path / "en" / "optimizers").mkdir(parents=True)
    (tmp_path / "en" / "optimizers" / "adam.svg").write_text("<svg></svg>", "utf-8")
    html = convert('/// figure | optimizers/adam.py\n    alt: "It <rises>."\nA *caption*.\n///')
    assert (
        'aria-label="It &lt;rises&gt;."' in html
        and "<svg></svg>" in html
        and "<em>caption</em>" in html
    )
    assert "step_lengths" in html


def test_play() -> None:
    html = convert("/// play | optimizers\n    start: adam\nA *caption*.\n///", "ko")
    assert 'data-play="optimizers" data-start="adam"' in html
    assert "<em>caption</em>" in html and "<p>직접 해 보려면" in html
    with pytest.raises(ValueError, match="optimizers"):
        convert("/// play | nothing\n///")


def test_sources_are_links() -> None:
    html = convert("DLS-C2W3-ko, Flowchart C2; `CS231n-6` and [CS231n-7](notation.md), CS231n")
    for name in ("DLS-C2W3-ko", "Flowchart"):
        assert f'<a href="{sources.ADDRESSES[name]}">{name}</a>' in html
    assert html.count("<a ") == 3


@pytest.fixture
def docs(tmp_path: Path) -> Path:
    for language, front in (("en", ""), ("ko", "description: x\n")):
        (tmp_path / language).mkdir()
        (tmp_path / language / "a.md").write_text(f"---\n{front}---\n# A\n\ntext\n", "utf-8")
    return tmp_path


def test_translation_states(docs: Path) -> None:
    korean = docs / "ko" / "a.md"
    assert translations.state(docs, "a.md") == "stale"
    assert "# A\n\n!!! warning" in translations.korean_page(docs, "a.md")
    translations.accept(korean, docs)
    assert translations.state(docs, "a.md") == "current"
    assert translations.korean_page(docs, "a.md") == korean.read_text("utf-8")
    (docs / "en" / "a.md").write_text("---\n---\n# A\n\nanother text\n", "utf-8")
    assert translations.state(docs, "a.md") == "stale"
    korean.unlink()
    assert translations.state(docs, "a.md") == "missing"
    assert "another text" in translations.korean_page(docs, "a.md")


def test_navigation() -> None:
    pages = ["index.md", "area/a.md", "area/b.md", "area/c.md"]
    sections = [
        {"ko": "처음", "pages": ["index.md"]},
        {"ko": "영역", "folder": "area", "pages": ["area/b.md", "area/later.md"]},
    ]
    nav = stage.navigation(sections, pages, "ko")
    assert nav == [{"처음": ["index.md"]}, {"영역": ["area/b.md", "area/a.md", "area/c.md"]}]
    with pytest.raises(SystemExit, match="lost"):
        stage.navigation(sections, [*pages, "lost.md"], "ko")


PAGE = """<html lang="{}"><meta name="description" content="x"><body><p id="here"><math aria-label="x"></math>{}</p>"""


@pytest.fixture
def site(tmp_path: Path) -> Path:
    for folder, language in (("", "en"), ("ko", "ko")):
        (tmp_path / folder).mkdir(exist_ok=True)
        (tmp_path / folder / "index.html").write_text(
            PAGE.format(language, '<a href="#here">x</a>'), "utf-8"
        )
    return tmp_path


def test_good_site(site: Path) -> None:
    check_site.parse.cache_clear()
    check_site.check(site)


@pytest.mark.parametrize(
    "fault",
    [
        '<a href="gone.html">x</a>',
        '<a href="#gone">x</a>',
        '<script src="https://example.org/x.js"></script>',
        '<link rel="stylesheet" href="//example.org/x.css">',
        "<p>/// annotated | x</p>",
        "$$ x $$",
        "<math></math>",
    ],
)
def test_bad_page(site: Path, fault: str) -> None:
    check_site.parse.cache_clear()
    (site / "index.html").write_text(PAGE.format("en", fault), "utf-8")
    with pytest.raises(SystemExit, match="wrong"):
        check_site.check(site)


def test_bad_site(site: Path) -> None:
    check_site.parse.cache_clear()
    (site / "x.css").write_text("@font-face{src:url(https://example.org/x.woff2)}", "utf-8")
    with pytest.raises(SystemExit, match=r"x\.css"):
        check_site.check(site)
    (site / "x.css").unlink()
    shutil.rmtree(site / "ko")
    with pytest.raises(SystemExit, match="one language"):
        check_site.check(site)


def test_against_keras_with_several_rows(root: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    run = {
        **against_keras.results(),
        "rows": [ROW, {**ROW, "mapping": "b = 2"}, {**ROW, "mapping": ""}],
    }
    monkeypatch.setattr(against_keras, "results", lambda: run)
    assert convert("/// against-keras | area.Thing\n///").count("<tbody>") == 4
    html = convert('/// against-keras | area.Thing\n    mapping: ["하나", "둘"]\n문장.\n///', "ko")
    assert html.index("하나") < html.index("둘") and "b = 2" not in html
    with pytest.raises(ValueError, match="translate"):
        convert('/// against-keras | area.Thing\n    mapping: ["하나"]\n문장.\n///', "ko")


def test_headings_have_one_name_in_both_languages() -> None:
    english = (
        "# A `b`\n\n```python\n# no heading\n```\n\n## Two words\n## Two words\n## Own {#mine}\n"
    )
    korean = "# 가\n\n```python\n# 아님\n```\n\n## 나\n## 다\n## 라 {#mine}\n"
    found = stage.with_ids(korean, english)
    names = [line.partition("{#")[2].rstrip("}") for line in found.splitlines() if "{#" in line]
    assert names == ["a-b", "two-words", "two-words_1", "mine"]
    assert "# 아님\n" in found
    with pytest.raises(SystemExit, match="headings"):
        stage.with_ids("# 가\n", english)


@pytest.mark.parametrize(("columns", "cards"), [(3, 0), (4, 1)])
def test_wide_tables_become_cards(columns: int, cards: int) -> None:
    heads = [f"`h{i}`" for i in range(columns)]
    text = "\n".join(" | ".join(row) for row in (heads, ["---"] * columns, ["1"] * columns))
    own = {"directives": {"language": "en"}}
    html = markdown.markdown(text, extensions=["tables", "directives"], extension_configs=own)
    assert html.count('class="cards"') == cards
    assert html.count(f'data-label="h{columns - 1}"') == cards


def test_cards_name_symbols_by_their_letters() -> None:
    heads = "".join(f"<th>{head}</th>" for head in ("a", r"\(\mu_b\)", r"\(f\) of \(g\)", "d"))
    box = etree.fromstring(
        f"<div><table><thead><tr>{heads}</tr></thead>"
        f"<tbody><tr>{'<td>1</td>' * 4}</tr></tbody></table></div>"
    )
    cards.Cards().run(box)
    assert [cell.get("data-label") for cell in box.iter("td")] == ["a", "μ_b", "f of g", "d"]
