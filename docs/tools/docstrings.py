"""Griffe extension: dlref's docstrings in the form that the reader of docstrings and Markdown know."""

import re

import griffe

CHANGES = (
    (r"^Example:$", "Examples:"),
    (r"^Call arguments:$", "Other Parameters: Call arguments:"),
    (
        r"(\\tag\{\d+\} \$\$)\n(?=\$\$)",
        r"\1\n\n",
    ),  # Markdown takes equations on adjacent lines for one
)


class Docstrings(griffe.Extension):
    """Changes every docstring after loading."""

    def on_object(self, *, obj: griffe.Object, **_) -> None:
        if obj.docstring:
            for pattern, replacement in CHANGES:
                obj.docstring.value = re.sub(pattern, replacement, obj.docstring.value, flags=re.M)
