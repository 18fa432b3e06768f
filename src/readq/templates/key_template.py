"""Parse the template of citation keys. For example, `{auth}{year}{title1}` makes `vaswani2017attention`.

A template consists of placeholders in braces, and of letters, digits and `_:./+-`, which are copied to the key. A
placeholder has alternatives, separated by `?`, and filters after `|`, as in `{auth?org?'anon'|upper|max:8}`. An
alternative is a field of the paper, or a text in quotes. The first alternative that is not empty gives the text, which
the filters then change. `readq.model.citation_keys` makes a key from a template and a paper.
"""

import re
from collections.abc import Mapping
from functools import lru_cache
from typing import NamedTuple

FIELDS: Mapping[str, str] = {
    "auth": "the family name of the first author, or the first word of a group's name",
    "auths:N": "the family names of the first N authors",
    "authall": "the family names of all authors",
    "org": "the whole name of the first author, if it is a group",
    "year": "the year",
    "yy": "the last two digits of the year",
    "title:N": "the first N words of the title that are no filler words",
    "venue": "the abbreviation of the journal or conference",
    "arxiv": "the arXiv id",
}
"""Maps each field that a placeholder can have to its description.

`N` in the name of a field stands for a number from 1 to 99. In a template, `title2` is short for `title:2`.
"""

FILTERS: Mapping[str, str] = {
    "lower": "in lower case",
    "upper": "in upper case",
    "title": "each word with a capital",
    "ascii": "in Latin letters, also where key_letters is native",
    "max:N": "its first N characters",
}
"""Maps each filter that a placeholder can have to its description. `N` in the name of a filter stands for a number."""

DEFAULT = "{auth}{year}{title1}"
LONGEST = 200
"""Maximum number of characters of a template."""

_NUMBERED = frozenset(("auths", "title"))
_PLAIN = frozenset(name for name in FIELDS if ":" not in name)
_PART = re.compile(r"\{([^{}]*)\}|[A-Za-z0-9_:./+-]+")
_SOURCE = re.compile(r"([a-z]+):?([1-9]\d?)?")
_TEXT = re.compile(r"'([A-Za-z0-9_:./+-]*)'")
_MAX = re.compile(r"max:([1-9]\d?)")


class Source(NamedTuple):
    """One alternative of a placeholder: a field of the paper, or a fixed text."""

    field: str
    """The name of the field, or "" for the fixed text."""
    most: int = 1
    """The maximum number of authors or words that are used, for the fields `auths` and `title`."""
    text: str = ""
    """The fixed text, or ""."""


class Placeholder(NamedTuple):
    """A placeholder in a template of citation keys. It is replaced by the first source that is not empty."""

    sources: tuple[Source, ...]
    """The alternatives that the placeholder names."""
    case: str = "lower"
    """The case of the text: `lower`, `upper` or `title`."""
    is_ascii: bool = False
    """Whether the text has only ASCII letters, even in a key that keeps letters of scripts other than Latin."""
    longest: int = 0
    """The maximum number of characters of the text, or 0 for no limit."""


class KeyForm(NamedTuple):
    """The form of citation keys, which is a parsed template.

    If `is_native` is true, keys keep letters of scripts other than Latin. Otherwise they have only ASCII letters.
    """

    parts: tuple[Placeholder | str, ...]
    is_native: bool = False


class TemplateError(ValueError):
    """Raised for a template that cannot be parsed. `part` is the part of the template that is wrong."""

    def __init__(self, part: str) -> None:
        super().__init__(part)
        self.part = part


@lru_cache(maxsize=16)
def parse(template: str, letters: str = "ascii") -> KeyForm:
    """Parse `template` to the form of citation keys.

    If `letters` is `native`, keys keep letters of scripts other than Latin. If it is `ascii`, keys have only ASCII
    letters.

    Raises TemplateError if the template is wrong or too long, or if no placeholder has a field of the paper. Without
    such a field, all keys would be the same.
    """
    if len(template) > LONGEST:
        raise TemplateError(template)
    parts: list[Placeholder | str] = []
    position = 0
    while position < len(template):
        found = _PART.match(template, position)
        if found is None:
            raise TemplateError(template[position:])
        parts.append(found[0] if found[1] is None else _placeholder(found[1], found[0]))
        position = found.end()
    if not any(source.field for part in parts if isinstance(part, Placeholder) for source in part.sources):
        raise TemplateError(template)
    return KeyForm(tuple(parts), letters == "native")


def wrong_part(template: str) -> str | None:
    """Return the part of `template` that cannot be parsed. Return None if the template is valid.

    If the template is too long, or has no field of the paper, return the whole template.
    """
    try:
        parse(template)
    except TemplateError as error:
        return error.part
    return None


def _placeholder(text: str, whole: str) -> Placeholder:
    chain, *filters = text.split("|")
    sources = tuple(_source(one, whole) for one in chain.split("?"))
    case, is_ascii, longest = "lower", False, 0
    for name in filters:
        if name in ("lower", "upper", "title"):
            case = name
        elif name == "ascii":
            is_ascii = True
        elif found := _MAX.fullmatch(name):
            longest = int(found[1])
        else:
            raise TemplateError(whole)
    return Placeholder(sources, case, is_ascii, longest)


def _source(text: str, whole: str) -> Source:
    if quoted := _TEXT.fullmatch(text):
        return Source("", text=quoted[1])
    found = _SOURCE.fullmatch(text)
    if found is None or found[1] not in (_NUMBERED if found[2] else _PLAIN | _NUMBERED):
        raise TemplateError(whole)
    return Source(found[1], int(found[2] or 1))


SCHOLAR = parse(DEFAULT)
"""The form of citation keys that Google Scholar uses, such as `vaswani2017attention`."""
