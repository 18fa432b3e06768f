"""Parse the extended names of biblatex: `family=Dijk, given=Marten, prefix=van, useprefix=true`.

Format: manual of biblatex, section 3.4 (data annotations and extended name format). A value, or a pair of name and
value, may be in quotes or braces.
"""

import re
from collections.abc import Mapping

from readq.latex.decode import bibtex_text
from readq.model.authors.person_names import author_of
from readq.model.values import Author
from readq.text import one_line, pattern

_PARTS = "family|given|prefix|suffix|middle"
_PART_NAME = pattern(r"[A-Za-z]+(?:-i)?")
_EXTENDED = pattern(rf"[{{\"\s]*(?:{_PARTS}|useprefix|id)(?:-i)?\s*=", re.IGNORECASE)


def is_extended(name: str) -> bool:
    """Return whether a name begins with a part of an extended name, such as `family=`."""
    return "=" in name and _EXTENDED.match(name) is not None


# The parts that biblatex defines (its manual, section 3.4), and the option that styles know.
_STANDARD = pattern(r"(?:(?:family|given|prefix|suffix)(?:-i)?\s*=\s*[^\s=][^=]*|useprefix\s*=\s*(?:true|false))")


def is_standard(parts: list[str]) -> bool:
    """Return whether biber accepts an extended name without a warning. `parts` are the pieces between its commas.

    The result is False if a whole part is in quotes, such as `"family=Dijk"`.
    """
    return extended_author(parts) is not None and all(map(_STANDARD.fullmatch, parts))


_SIGNS = {"=": r"{\symbol{61}}", ",": r"{\symbol{44}}"}
"""The signs at which biber splits extended names, even inside braces, and the LaTeX commands that replace them."""


def with_signs_as_commands(tex: str) -> str:
    """Return `tex` with its commas and equals signs replaced by LaTeX commands.

    `tex` is the value of a part of an extended name. biber would split it at these signs.
    """
    for sign, command in _SIGNS.items():
        tex = tex.replace(sign, command)
    return tex


def _with_signs(tex: str) -> str:
    for sign, command in _SIGNS.items():
        tex = tex.replace(command, sign)
    return tex


def extended_author(parts: list[str]) -> Author | None:
    """Return the author that an extended name describes. Return None if it has no family and no given name.

    `parts` are the pieces of the name between its commas. Pieces that give initials (`given-i=M`) or options
    (`useprefix=true`) are ignored.
    """
    said = _values(parts)
    family = " ".join(filter(None, (said.get("prefix"), said.get("family"))))
    given = " ".join(filter(None, (said.get("given"), said.get("middle"))))
    if not family or not given:
        only = family or given
        return Author(only, only) if only else None
    return author_of(family, given, said.get("suffix"))


def _values(parts: list[str]) -> Mapping[str, str]:
    said: dict[str, str] = {}
    for part in parts:
        name, equals, quoted_value = part.partition("=")
        name = name.strip().removeprefix('"').strip()
        value = one_line(bibtex_text(_with_signs(quoted_value.strip().strip('"'))))
        if equals and value and _PART_NAME.fullmatch(name):
            said.setdefault(name.lower(), value)
    return said
