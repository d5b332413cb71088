"""The short names of sources become links, wherever a page or a docstring has one: `DLS-C2W3`, `CS231n-6`.

docs/*/notation.md says what each of them is.
"""

import re
import xml.etree.ElementTree as etree

from markdown.inlinepatterns import InlineProcessor

_COURSE_2 = "https://www.coursera.org/learn/deep-neural-network"
_CS231N = "https://cs231n.stanford.edu/slides/2017/cs231n_2017_lecture{}.pdf"
# What can be opened, as the notes have no address that is known to last. A name that begins another stands after it.
ADDRESSES = {
    "DLS-C2W3-ko": _COURSE_2,
    "DLS-C2W3": _COURSE_2,
    "DLS-C2-blog": _COURSE_2,
    "Flowchart": "https://www.coursera.org/specializations/deep-learning",
    "CS231n-6": _CS231N.format(6),
    "CS231n-7": _CS231N.format(7),
}


class Sources(InlineProcessor):
    """A link for each short name that is not in a link already."""

    ANCESTOR_EXCLUDES = ("a",)

    def __init__(self) -> None:
        super().__init__(rf"\b({'|'.join(ADDRESSES)})(?![a-zA-Z0-9])")

    def handleMatch(self, m: re.Match, data: str) -> tuple[etree.Element, int, int]:
        link = etree.Element("a", {"href": ADDRESSES[m[1]]})
        link.text = m[1]
        return link, m.start(0), m.end(0)
