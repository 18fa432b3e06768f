"""Read values of the expected type from the JSON records of registries, and convert names, dates and page ranges.

The functions accept values of any type. A value of an unexpected type counts as missing. Only `fetch_record` raises
exceptions.
"""

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import quote

from readq.feeds.parsed_feed import day_of
from readq.formats import record_values
from readq.formats.record_values import YEARS
from readq.model.authors.person_names import author_of
from readq.model.identifiers import arxiv_id, identifiers_in
from readq.model.identity.evidence import Identifier
from readq.model.values import Author
from readq.net.fetcher import Fetcher, FetchError, Request
from readq.text import one_line

# A decoded JSON object. Its values are checked where they are used.
Object = dict[str, Any]

_PREPRINT = re.compile(r"\s*(?:arxiv|corr|biorxiv|medrxiv|ssrn|research square|openreview)\b", re.IGNORECASE)


async def fetch_record(fetcher: Fetcher, request: Request) -> bytes:
    """Send a request for one record and return the response body.

    Return b"" if the server does not know the record (status 400 or 404). Raises FetchError if the request fails in any
    other way.
    """
    try:
        return (await fetcher.fetch(request)).body
    except FetchError as error:
        if error.status in (400, 404):
            return b""
        raise


def decoded(body: bytes) -> object:
    """Parse `body` as JSON and return the value. Return None if `body` is not JSON, such as `Resource not found.`"""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value


def object_in(value: object) -> Object:
    """Return `value` if it is a JSON object. Otherwise return an empty object."""
    return value if isinstance(value, dict) else {}


def objects_in(value: object) -> list[Object]:
    """Return the JSON objects in the list `value`.

    If `value` is an object itself, return a list with this object. For any other value, return an empty list.
    """
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_in(value: object) -> str:
    """Return a string or an integer as one clean line of text.

    If `value` is a list, return the first text in it. For any other value, return "".
    """
    if isinstance(value, list):
        return next(filter(None, map(text_in, value)), "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return one_line(value) if isinstance(value, str) else ""


def year_in(value: object) -> int | None:
    """Return the year, from 1000 to 2100, in an integer or at the beginning of a string.

    Return None if `value` has no such year.
    """
    if isinstance(value, str):
        value = int(value[:4]) if re.match(r"[0-9]{4}(?![0-9])", value) else None
    return value if type(value) is int and value in YEARS else None


def date_parts(value: object) -> tuple[int | None, str | None]:
    """Return the year and the ISO date in a date of CSL-JSON, such as `{"date-parts": [[2017, 6, 12]]}`.

    Year, month and day can be strings. If the year is null or missing, both results are None. If the month or the day
    is null or missing, the ISO date is None.
    """
    listed = object_in(value).get("date-parts")
    first = listed[0] if isinstance(listed, list) and listed else None
    parts = [_number(part) for part in first] if isinstance(first, list) else []
    year = parts[0] if parts and parts[0] in YEARS else None
    if year is None or len(parts) < 3 or parts[1] is None or parts[2] is None:
        return year, None
    try:
        return year, day_of(date(year, parts[1], parts[2]).isoformat())
    except (ValueError, OverflowError):
        return year, None


def _number(part: object) -> int | None:
    if isinstance(part, str) and re.fullmatch(r"[0-9]{1,4}", part.strip()):
        return int(part)
    return part if type(part) is int else None


def person(family: object, given: object = None, suffix: object = None, whole: object = None) -> Author | None:
    """Return an author made from the parts of a name. If `family` is missing, use the `whole` name instead.

    Return None if there is no name at all.
    """
    last, first, end, name = text_in(family), text_in(given), text_in(suffix), text_in(whole)
    if last and first:
        return author_of(last, first, end)
    name = last or name or first
    return Author(name, name) if name and last else Author(name) if name else None


def people(found: Iterable[Author | None]) -> tuple[Author, ...]:
    """Return the authors in `found`, in order, without the None values.

    Equal names are kept, because they may belong to two persons.
    """
    return tuple(author for author in found if author)


def pages(value: object) -> str:
    """Return the page range in the text `value`, in the form of BibTeX: `5441--5444`.

    Return "" if `value` has no digits.
    """
    text = text_in(value)
    return record_values.page_range(text) if re.search(r"[0-9]", text) else ""


def page_range(first: object, last: object) -> str:
    """Return the page range from the page `first` to the page `last`, in the form of BibTeX: `5441--5444`.

    Return "" if `first` and `last` have no digits.
    """
    return pages(record_values.page_range(text_in(first), text_in(last)))


def is_preprint_server(venue: str) -> bool:
    """Return whether `venue` is the name of a preprint server."""
    return _PREPRINT.match(venue) is not None


def identifiers(*values: object) -> tuple[Identifier, ...]:
    """Return the identifiers of papers among `values`, without repetitions.

    A value must be one id or one URL as a text, such as `arXiv:1706.03762`. Any other value is skipped.
    """
    found: dict[Identifier, None] = {}
    for value in values:
        if isinstance(value, str):
            found.update(dict.fromkeys(identifiers_in(value)))
    return tuple(found)


def arxiv_identifier(value: object) -> tuple[Identifier, ...]:
    """Return a tuple with the arXiv identifier in the text `value`, which is one id or one URL.

    Return an empty tuple for any other value.
    """
    found = arxiv_id(value) if isinstance(value, str) else None
    return (("arxiv", found),) if found else ()


def in_path(identifier: str) -> str:
    """Return an identifier, percent-encoded for the path of a URL.

    The slash of a DOI is not encoded, because registries require the slash itself.
    """
    return quote(identifier, safe="/:;().,-_~!$'*+=@")
