"""Parse and format names in the author field of a .bib file: `Smith, John and {LIGO Collaboration} and others`.

Follows BibTeX's rules (N. Markey, Tame the BeaST, section 11). Names are separated by `and` outside braces. Words in
lower case, such as `van`, are particles of the family name. Some programs separate names by semicolons or commas, which
`listed_names` recognises.
"""

import re
from collections.abc import Callable, Sequence
from functools import lru_cache

from readq.formats.bibtex.extended_names import extended_author, is_extended, is_standard
from readq.latex.decode import bibtex_text
from readq.model.authors.group_names import is_group
from readq.model.authors.person_names import CAPITAL_PARTICLES, author_of, is_in_lower_case, split, suffix_or_degree
from readq.model.values import Author
from readq.text import one_line, pattern

# An `and` at the beginning or the end of the field is left over. But And is a family name.
_SEPARATOR = pattern(r"[{}]|\sand(?=\s)|(?-i:\Aand(?=\s)|\sand\Z)", re.IGNORECASE)
_BREAK = pattern(r"[{}]|[,;]|[\s~]+")
# The form of most names: two to four capitalised words or initials.
_SIMPLE = re.compile(
    r"((?:[A-Z][a-z]+(?:-[A-Z]?[a-z]+)?|[A-Z]\.?(?:-?[A-Z]\.)?)(?: [A-Z]\.| [A-Z][a-z]+){0,2}) ([A-Z][a-z]{2,})"
)
# With a comma or with a space inside, without digits and addresses.
_FULL_NAME = pattern(r"[^;@0-9]*\w[,\s~.]+[^;@0-9]*\w[^;@0-9]*")
_INITIALS = pattern(r"(?:[^\W\d_a-z]\.?[\s~-]*){1,4}")
_WORDS_OF_NAME = pattern(r"[^\W\d_][^\d,]*[\s~][^\d,]*[^\W\d_]\.?")
_LONGEST_NAME = 500
"""The maximum number of characters of a name in a list. The time of the expressions above grows with its square."""
_INITIAL_AND_NAME = pattern(r"[^\W\d_a-z]\.(?:[\s~-]?[^\W\d_a-z]\.){0,3}[\s~]?[^\W\d_]{2}")
_TWO_FULL_WORDS = pattern(r"[^\W\d_a-z][^\W\d_]+\s[^\W\d_a-z][^\W\d_]+")
_CAPITALISED = re.compile(r"[A-Z][A-Za-z.-]*(?: [A-Z][A-Za-z.-]*)*")
OTHERS = frozenset(("others", "et al", "et al.", "and others"))
_ET_AL = pattern(r"(?:(?<=[^\s,\\])\s*,|(?<=[^\s,]))\s+et\.?\s+al\.?,?\Z", re.IGNORECASE)
_AND = pattern(r"\sand(?=\s)", re.IGNORECASE)
_WHOLE = pattern(r"\{[^{}]*\}|\{(?!\\)(?:[^{}]|\{[^{}]*\})*\}")


def names(field: str) -> list[str]:
    """Split an author field into names, without changing the names.

    If two separators follow each other, the result has an empty name between them. It has one at the end if the field
    ends in a separator.
    """
    found: list[str] = []
    depth = start = 0
    for mark in _SEPARATOR.finditer(field):
        if mark[0] in "{}":
            depth += 1 if mark[0] == "{" else -1
        elif depth == 0:
            found.append(field[start : mark.start()].strip())
            start = mark.end()
    return [*found, field[start:].strip()]


def is_well_formed(field: str, *, has_extended: bool = False) -> bool:
    """Return whether BibTeX and biblatex parse every name in an author field correctly.

    The result is False if a name is empty, has more than two commas, or has an empty part between commas. It is also
    False for lists without `and`, and for the extended names of biblatex, because BibTeX parses these wrongly. If
    `has_extended` is true, only biblatex matters, and the extended names that it parses correctly are allowed.
    """
    found = names(field)
    return found == listed_names(field) and all(
        has_extended and is_standard(_parts(name))
        if is_extended(name)
        else name and len(parts := _parts(name)) <= 3 and all(parts)
        for name in found
    )


def authors(field: str) -> tuple[Author, ...]:
    """Parse an author field into authors, with names in Unicode. `and others` is left out."""
    read = (_author(name) for name in listed_names(field) if name and name.casefold() not in OTHERS)
    return tuple(author for author in read if author.name)


def listed_names(field: str) -> list[str]:
    """Split an author field into names. Names may be separated by semicolons or commas in place of `and`.

    The field is split at semicolons or commas only if it is certainly a list of names, as in these cases. In
    `Roe, Jo; Poe, Al`, the semicolon cannot be a part of a name. In `Jo Roe, Al Poe, Di Moe`, each part is a full name.
    In `J. Roe, A. Poe` and in `Roe, J., Poe, A.`, the initials show where a name begins or ends. A comma before `and`
    ends a name of such a list, too. An `et al.` at the end becomes the name `others`.
    """
    found: list[str] = []
    for name in names(field):
        found += _separated(name) or [name]
    if further := _ET_AL.search(found[-1]):
        found[-1:] = [found[-1][: further.start()], "others"]
    return found


def has_others(field: str) -> bool:
    """Return whether the names in an author field end with `and others`, which stands for further names."""
    found = listed_names(field)
    return len(found) > 1 and found[-1].casefold() in OTHERS


_AMPERSAND = pattern(r"\s\\?&\s")


def is_doubtful(field: str) -> bool:
    """Return whether an author field is ambiguous, and may contain more names than `listed_names` finds in it.

    An example is `Jo Roe, Al Poe`. It can be two persons, or one person with two family names and two given names.
    `Roe & Poe` can be two persons or a company.
    """
    if not any(sign in field for sign in ",;&"):
        return False
    found = listed_names(field)
    if any(";" in name and "{" not in name and "&" not in name for name in found):
        return True
    if any("{" not in name and _AMPERSAND.search(name) for name in found):
        return True
    if len(found) > 1 or is_extended(field):
        return False
    parts = _parts(found[0])
    return len(parts) > 3 or (len(parts) == 2 and all(_TWO_FULL_WORDS.fullmatch(part) for part in parts))


def _is_like(form: re.Pattern[str], part: str) -> bool:
    return len(part) <= _LONGEST_NAME and form.fullmatch(part) is not None


def _separated(name: str) -> list[str]:
    """Return the names in a list that is separated by semicolons or commas. Return [] if it may be one name."""
    if "&" in name or (";" not in name and any(sign in name for sign in "{=\\")):
        # A brace may hold a name together, and a command may print any sign.
        return []
    if ";" in name:
        parts = [part.strip() for part in _split_at(name, lambda mark: mark == ";")]
        parts = parts[:-1] if not parts[-1] else parts
        persons = parts[:-1] if parts[-1].casefold() in OTHERS else parts
        is_list = len(parts) > 1 and all(_is_like(_FULL_NAME, one) for one in persons)
        return [*_given_last(persons), *parts[len(persons) :]] if is_list else []
    parts = [part.strip() for part in name.split(",")]
    # `Jo Roe, Al Poe, and Di Moe`: a name never ends with a comma.
    is_list = len(parts) > 1 and not parts[-1]
    parts = parts[:-1] if is_list else parts
    least = 2 if is_list else 4
    if len(parts) >= least and len(parts) % 2 == 0 and all(map(_INITIALS.fullmatch, parts[1::2])):
        pairs = zip(parts[::2], parts[1::2], strict=True)
        return (
            [f"{family}, {given}" for family, given in pairs] if not any(map(_INITIALS.fullmatch, parts[::2])) else []
        )
    # `J. Roe, A. Poe`: no family name begins with an initial.
    is_list_of_two = is_list or all(_INITIAL_AND_NAME.match(one) for one in parts)
    if len(parts) >= (2 if is_list_of_two else 3) and all(_is_like(_WORDS_OF_NAME, one) for one in parts):
        return _given_last(parts)
    if len(parts) > 1 and all(_is_like(_FAMILY_AND_INITIALS, one) for one in parts):
        return _given_last(parts)
    return [", ".join(parts)] if is_list and all(parts) else []


# As medical journals write names: `Roe J`.
_FAMILY_AND_INITIALS = pattern(r"([^\W\d_]{2,}(?:[ '’-][^\W\d_]{2,})*) ([A-Z]{1,3})")


def _given_last(listed: list[str]) -> list[str]:
    """Return the names of a list. If all are of the form `Roe J`, return them in the form `Roe, J`."""
    found = [_FAMILY_AND_INITIALS.fullmatch(name) for name in listed]
    return [f"{one[1]}, {one[2]}" for one in found if one] if all(found) else listed


def format_author(author: Author, encoded: Callable[[str], str] = str) -> str:
    """Format a name for BibTeX, such as `van Beethoven, Ludwig` or `Smith, Jr., John`.

    `encoded` encodes each part of the name for LaTeX. If `author.family` is None, `author.name` is split first. A name
    that cannot be split is put in braces: `{LIGO Collaboration}`. Return "" for an empty name.
    """
    if author.family is None:
        simple = _SIMPLE.fullmatch(author.name)
        if simple and not is_group(author.name) and CAPITAL_PARTICLES.isdisjoint(simple[1].split()):
            return f"{simple[2]}, {simple[1]}"
        author = split(author.name)
    elif author.given and not author.suffix and _CAPITALISED.fullmatch(f"{author.family} {author.given}"):
        return f"{author.family}, {author.given}"
    family = one_line(author.family or "")
    given = one_line(author.given or "")
    if not family or not given:
        return _braced(encoded(family or given or one_line(author.name)))
    parts = [_family(family, encoded), _part(given, encoded)]
    if suffix := one_line(author.suffix or ""):
        parts.insert(1, _part(suffix, encoded))
    return ", ".join(parts)


# The authors of a bibliography recur in it.
@lru_cache(maxsize=1024)
def _author(name: str) -> Author:
    if name.endswith(",") and not name.endswith("\\,"):
        name = name.rstrip(" ,")
    if "{" in name and _WHOLE.fullmatch(name):
        whole = _decode(name)
        return Author(whole, whole)
    if is_extended(name) and (extended := extended_author(_parts(name))):
        return extended
    parts = [_decode(part) for part in _parts(name)]
    if len(parts) in (2, 3) and not all(parts):
        parts = [part for part in parts if part]
    if len(parts) == 2:
        return author_of(parts[0], parts[1])
    if len(parts) == 3:
        # BibTeX wants a suffix second, but many write it last: `Roe, Jo, Jr.`
        if (end := suffix_or_degree(parts[2])) and not suffix_or_degree(parts[1]):
            return author_of(parts[0], parts[1], end[0])
        return author_of(parts[0], parts[2], parts[1])
    if len(parts) == 1 and "{" in name:
        return _from_words(_words(name))
    # No comma: split the name as it is displayed. Too many commas: keep it whole.
    return split(_decode(name)) if len(parts) <= 1 else Author(_decode(name))


def _from_words(words: Sequence[str]) -> Author:
    """Return the author of `First von Last`. Braces make one word of what they enclose."""
    decoded = [word for word in map(_decode, words) if word]
    name = " ".join(decoded)
    if len(decoded) < 2:
        return Author(name, name)
    start = next((i for i, word in enumerate(decoded[1:-1], 1) if word[:1].islower()), len(decoded) - 1)
    return Author(name, " ".join(decoded[start:]), " ".join(decoded[:start]))


def _parts(name: str) -> list[str]:
    if "{" not in name and "}" not in name:
        return [part.strip() for part in name.split(",")]
    return _split_at(name, lambda mark: mark == ",")


def _words(name: str) -> list[str]:
    return _split_at(name, lambda mark: mark[0].isspace() or mark[0] == "~")


def _split_at(name: str, is_break: Callable[[str], bool]) -> list[str]:
    found: list[str] = []
    depth = start = 0
    for mark in _BREAK.finditer(name):
        if mark[0] in "{}":
            depth += 1 if mark[0] == "{" else -1
        elif depth == 0 and is_break(mark[0]):
            found.append(name[start : mark.start()].strip())
            start = mark.end()
    return [*found, name[start:].strip()]


def _decode(text: str) -> str:
    return one_line(bibtex_text(text))


def _family(family: str, encoded: Callable[[str], str]) -> str:
    words = family.split(" ")
    # For BibTeX everything up to the last lower-case word is the particle.
    capital = next((index for index, word in enumerate(words) if not is_in_lower_case(word)), len(words))
    if any(is_in_lower_case(word) for word in words[capital:]):
        return " ".join([*map(encoded, words[:capital]), _braced(encoded(" ".join(words[capital:])))])
    return _part(family, encoded)


# BibTeX takes several dashes for one, and leaves out those that stand alone.
_DASHES = pattern(r"--|(?:^|\s)[-–—‐]|[-–—‐](?:\s|$)")


def _part(text: str, encoded: Callable[[str], str]) -> str:
    tex = encoded(text)
    is_whole = any(sign in text for sign in ",{}[]") or _AND.search(f" {text} ") or _DASHES.search(text)
    return _braced(tex) if is_whole or "--" in tex else tex


def _braced(tex: str) -> str:
    return f"{{{tex}}}" if tex else ""
