"""Parse and format values that several bibliographic formats contain: names, dates, pages, BibTeX fields."""

import re
from collections.abc import Iterable
from datetime import date
from itertools import islice

from readq.errors import UsageError
from readq.model.authors.person_names import author_of
from readq.model.identifiers import identifiers_in
from readq.model.values import Author
from readq.text import normalise_tag, one_line

YEARS = range(1000, 2101)
"""The years that are accepted in a date of publication."""

_MAX_TAGS = 100
_DASHES = re.compile(r"(?:(?<!\s)\s++)?[-‐‑‒–—−]++\s*+")
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_SUFFIX = re.compile(r"(?:jr|sr)\.?|[IVX]{2,4}", re.IGNORECASE)
_GLUED_INITIALS = re.compile(r"(?<=\.)(?=[^\s.-])")


def person(text: str) -> Author | None:
    """Parse a name of the form `Family, Given` or `Family, Given, Suffix`. Return None for an empty name.

    A name without a comma is not split. It is the name of an organisation, or of a person with only one name.
    """
    parts = [part for part in (one_line(part) for part in text.split(",")) if part]
    if not parts:
        return None
    if len(parts) == 1:
        return Author(parts[0], parts[0])
    family, given, *rest = parts
    suffix = rest[0] if rest and _SUFFIX.fullmatch(rest[0]) else None
    return author_of(family, _GLUED_INITIALS.sub(" ", given), suffix)


def people(texts: Iterable[str]) -> tuple[Author, ...]:
    """Parse each name as `person` does. Return the authors in the order of `texts`. Empty names are left out."""
    return tuple(author for text in texts if (author := person(text)))


def year_and_day(text: str) -> tuple[int | None, str | None]:
    """Parse a date. Return the year and the ISO date. The ISO date is None unless year, month and day are all given.

    Accepts `2018/03/01/`, `2018-3-1`, `2018 Mar 1`, `March 2018` and `2018`. Missing parts are not guessed. Both
    results are None if there is no year from 1000 to 2100.
    """
    found = re.search(r"(?<!\d)([12]\d{3})(?!\d)", text)
    if found is None or int(found[1]) not in YEARS:
        return None, None
    year = int(found[1])
    parts = [part for part in re.split(r"[\s/,.T-]+", text[found.end() :]) if part]
    if len(parts) < 2:
        return year, None
    month, day = _month(parts[0]), parts[1]
    if month is None or not re.fullmatch(r"\d{1,2}", day):
        return year, None
    try:
        return year, date(year, month, int(day)).isoformat()
    except ValueError:
        return year, None


def _month(text: str) -> int | None:
    if re.fullmatch(r"\d{1,2}", text):
        return int(text)
    return _MONTHS.index(text[:3].lower()) + 1 if text[:3].lower() in _MONTHS else None


def page_range(first: str, last: str = "") -> str:
    """Return a page range in BibTeX's form, `99--105`.

    `first` and `last` are the first and the last page. `first` may also be a text with both pages.
    """
    # The search for dashes takes quadratic time in long white space.
    ends = [text for text in (" ".join(first.split()), " ".join(last.split())) if text]
    return _DASHES.sub("--", "-".join(dict.fromkeys(ends)))


def bibtex_fields(**values: str) -> tuple[tuple[str, str], ...]:
    """Return the given BibTeX fields as (name, value) pairs, in the given order. Empty values are left out."""
    return tuple((name, value) for name, value in values.items() if value)


def citation_key(text: str) -> str | None:
    """Return `text` if it looks like a citation key. Otherwise return None.

    A citation key is one word that contains a letter, and is neither a URL nor an identifier such as a DOI. It can
    have slashes, as those of DBLP do: `DBLP:conf/nips/Falk17`.
    """
    text = text.strip()
    if not re.fullmatch(r"[^\s,{}()=\"#%~\\]{1,200}", text) or not re.search(r"[^\W\d_]", text):
        return None
    if "/" in text and (re.search(r"//|^[\d./]+/|^www\.", text) or identifiers_in(text)):
        return None
    return None if re.fullmatch(r"(?:ref|doi:?|pmid:?|arxiv:?)[-_.]?\S*", text, re.IGNORECASE) else text


def keyword_tags(words: Iterable[str]) -> tuple[str, ...]:
    """Return keywords as tags, at most 100. Tags are case-folded. Spaces and punctuation become `-`.

    A keyword that cannot become a tag is left out.
    """
    tags: dict[str, None] = {}
    for word in islice(words, _MAX_TAGS):
        try:
            tags[normalise_tag(re.sub(r"[\s,:()\"'`“”„‘’/*]+", "-", word).strip("-"))] = None
        except UsageError:
            continue
    return tuple(tags)
