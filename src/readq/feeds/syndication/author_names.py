"""Names out of the one string in which feeds put all the authors of an entry."""

import re

from readq.text import one_line

_EMAIL = re.compile(r"\(?<?(?:mailto:)?[\w.+-]{1,64}@[\w.-]{1,255}\.\w+>?\)?")
_AND = re.compile(r"\s*(?:,\s*)?(?:\band\b|&|;)\s*")
_INITIALS = r"(?:[^\W\d_]\.?[\s-]?){1,4}"
_FAMILY_FIRST = re.compile(rf"([^,;]+,\s*{_INITIALS})(?:\s*[,;]\s*|\s*\Z)")
_SUFFIX = re.compile(r"(?i),(?=\s*(?:jr|sr|i{2,3}|iv)\b\.?)")
_MARK = "\x00"
_MOST = 20_000


def split_names(text: str) -> list[str]:
    """The names in a string, the given name first: `Lovelace, A., Noether, E.`, `Ada Lovelace and Emmy Noether`.

    What is in doubt stays one name.
    """
    text = one_line(_EMAIL.sub(" ", one_line(text[:_MOST]))).strip("()<>,; ")
    if not text:
        return []
    if pairs := _family_first(text):
        return [_given_first(pair) for pair in pairs]
    if ";" in text:
        return [_given_first(part) for part in text.split(";") if part.strip()]
    parts = [part for part in _AND.split(_SUFFIX.sub(_MARK, text)) if part]
    names = [name.strip() for part in parts for name in _listed(part)]
    return [name.replace(_MARK, ",") for name in names if name.strip(_MARK + " ")]


def _family_first(text: str) -> list[str]:
    """The names of a string that holds nothing but `Family, I.`, again and again."""
    pairs: list[str] = []
    place = 0
    while place < len(text):
        if not (found := _FAMILY_FIRST.match(text, place)):
            return []
        pairs.append(found[1])
        place = found.end()
    return pairs


def _listed(text: str) -> list[str]:
    """The names in a list with commas; two single words around one comma are one name, family name first."""
    parts = [part.strip() for part in text.split(",") if part.strip()]
    if len(parts) == 2 and (" " not in parts[0] or " " not in parts[1]):
        return [f"{parts[1]} {parts[0]}"]
    return parts


def _given_first(name: str) -> str:
    family, comma, given = name.strip(" ,").partition(",")
    return f"{given.strip()} {family.strip()}" if comma else family.strip()
