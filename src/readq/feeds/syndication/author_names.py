"""Split a text that lists several authors into names. Many feeds have one such text for all authors of an entry."""

import re

from readq.text import one_line

_EMAIL = re.compile(r"\(?<?(?:mailto:)?[\w.+-]{1,64}@[\w.-]{1,255}\.\w+>?\)?")
_AND = re.compile(r"\s*(?:,\s*)?(?:\band\b|&|;)\s*")
_INITIALS = r"(?:[^\W\d_]\.?[\s-]?){1,4}"
_FAMILY_FIRST = re.compile(rf"([^,;]+,\s*{_INITIALS})(?:\s*[,;]\s*|\s*\Z)")
_SUFFIX = re.compile(r"(?i),(?=\s*(?:jr|sr|i{2,3}|iv)\b\.?)")
_SUFFIX_COMMA = "\x00"
_MAX_LENGTH = 20_000


def split_names(text: str) -> list[str]:
    """Split a text that lists authors into names, each with the given name first.

    The text may be like `Lovelace, A., Noether, E.`, like `Ada Lovelace and Emmy Noether`, or separate the names by
    commas or semicolons. An ambiguous part is returned as one name.
    """
    text = one_line(_EMAIL.sub(" ", one_line(text[:_MAX_LENGTH]))).strip("()<>,; ")
    if not text:
        return []
    if pairs := _family_first(text):
        return [_given_first(pair) for pair in pairs]
    if ";" in text:
        return [_given_first(part) for part in text.split(";") if part.strip()]
    parts = [part for part in _AND.split(_SUFFIX.sub(_SUFFIX_COMMA, text)) if part]
    names = [name.strip() for part in parts for name in _comma_separated(part)]
    return [name.replace(_SUFFIX_COMMA, ",") for name in names if name.strip(_SUFFIX_COMMA + " ")]


def _family_first(text: str) -> list[str]:
    """Return the names of a string that consists of `Family, I.` pairs only, else an empty list."""
    pairs: list[str] = []
    position = 0
    while position < len(text):
        if not (found := _FAMILY_FIRST.match(text, position)):
            return []
        pairs.append(found[1])
        position = found.end()
    return pairs


def _comma_separated(text: str) -> list[str]:
    """Split a list at its commas. Two parts of which one is a single word are one name, family name first."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) == 2 and (" " not in parts[0] or " " not in parts[1]):
        return [f"{parts[1]} {parts[0]}"]
    return parts


def _given_first(name: str) -> str:
    family, comma, given = name.strip(" ,").partition(",")
    return f"{given.strip()} {family.strip()}" if comma else family.strip()
