"""What answers of registries have in common: JSON that may be anything, dates in parts, names in parts, pages."""

import json
import re
from collections.abc import Iterable
from datetime import date
from typing import Any
from urllib.parse import quote

from readq.feeds.parsed_feed import day_of
from readq.model.identifiers import arxiv_id, identifiers_in
from readq.model.matching import Identifier
from readq.model.values import Author
from readq.net.fetcher import Fetcher, FetchError, Request
from readq.text import one_line

# A decoded JSON object: what stands in it is checked where it is used.
Object = dict[str, Any]
FieldPair = tuple[str, str]

_YEARS = range(1000, 2101)
_DASHES = re.compile(r"\s*[-‐‑‒–—−]+\s*")
_PREPRINT = re.compile(r"\s*(?:arxiv|corr|biorxiv|medrxiv|ssrn|research square|openreview)\b", re.IGNORECASE)


async def registered(fetcher: Fetcher, request: Request) -> bytes:
    """What a registry replies about one id; nothing when it does not know that id (400, 404). Raises FetchError."""
    try:
        return (await fetcher.fetch(request)).body
    except FetchError as error:
        if error.status in (400, 404):
            return b""
        raise


def decoded(body: bytes) -> object:
    """The JSON value in `body`; None for what is no JSON, such as a registry's `Resource not found.`"""
    try:
        value: object = json.loads(body)
    except (ValueError, RecursionError):
        return None
    return value


def object_in(value: object) -> Object:
    """`value` if it is an object, else an empty one."""
    return value if isinstance(value, dict) else {}


def objects_in(value: object) -> list[Object]:
    """The objects of a list, without its nulls and other entries; a single object counts as a list of one."""
    if isinstance(value, dict):
        return [value]
    return [one for one in value if isinstance(one, dict)] if isinstance(value, list) else []


def text_in(value: object) -> str:
    """`value` in one clean line; numbers are written out. Of a list its first text; the empty string for the rest."""
    if isinstance(value, list):
        return next(filter(None, map(text_in, value)), "")
    if isinstance(value, int) and not isinstance(value, bool):
        return str(value)
    return one_line(value) if isinstance(value, str) else ""


def year_in(value: object) -> int | None:
    """A year from 1000 to 2100, out of a number or of text that begins with it."""
    if isinstance(value, str):
        value = int(value[:4]) if re.match(r"[0-9]{4}(?![0-9])", value) else None
    return value if type(value) is int and value in _YEARS else None


def date_parts(value: object) -> tuple[int | None, str | None]:
    """Year and day out of `{"date-parts": [[2017, 6, 12]]}`; parts may be text, null, missing, or too many."""
    listed = object_in(value).get("date-parts")
    first = listed[0] if isinstance(listed, list) and listed else None
    parts = [_number(part) for part in first] if isinstance(first, list) else []
    year = parts[0] if parts and parts[0] in _YEARS else None
    if year is None or len(parts) < 3 or parts[1] is None or parts[2] is None:
        return year, None
    try:
        return year, day_of(date(year, parts[1], parts[2]).isoformat())
    except ValueError:
        return year, None


def _number(part: object) -> int | None:
    if isinstance(part, str) and re.fullmatch(r"[0-9]{1,4}", part.strip()):
        return int(part)
    return part if type(part) is int else None


def person(family: object, given: object = None, suffix: object = None, whole: object = None) -> Author | None:
    """An author out of the parts of a name; a name without a given one stays in one piece. None for no name at all."""
    last, first, end, name = text_in(family), text_in(given), text_in(suffix), text_in(whole)
    if last and first:
        return Author(" ".join(filter(None, (first, last, end))), last, first, end or None)
    name = last or name or first
    return Author(name, name) if name and last else Author(name) if name else None


def people(found: Iterable[Author | None]) -> tuple[Author, ...]:
    """The authors there are, in order. Two of them may well have one name."""
    return tuple(author for author in found if author)


def pages(value: object) -> str:
    """A range of pages as BibTeX writes it: `5441--5444`."""
    text = text_in(value)
    return _DASHES.sub("--", text) if re.search(r"[0-9]", text) else ""


def page_range(first: object, last: object) -> str:
    """A range of pages out of its ends."""
    ends = [text for text in (text_in(first), text_in(last)) if text]
    return pages("-".join(dict.fromkeys(ends)))


def fields(**values: str) -> tuple[FieldPair, ...]:
    """The BibTeX fields that have a value, in the given order."""
    return tuple((name, value) for name, value in values.items() if value)


def is_preprint_server(venue: str) -> bool:
    """Whether a venue says only where a preprint lies."""
    return _PREPRINT.match(venue) is not None


def identifiers(*values: object) -> tuple[Identifier, ...]:
    """The identifiers that DOIs, ids and addresses spell, each once; what spells none is left out."""
    found: dict[Identifier, None] = {}
    for value in values:
        if isinstance(value, str):
            found.update(dict.fromkeys(identifiers_in(value)))
    return tuple(found)


def arxiv_identifier(value: object) -> tuple[Identifier, ...]:
    """The arXiv id that `value` spells, if it does."""
    found = arxiv_id(value) if isinstance(value, str) else None
    return (("arxiv", found),) if found else ()


def in_path(identifier: str) -> str:
    """An identifier as part of an address: the slash of a DOI stays, as registries document it."""
    return quote(identifier, safe="/:;().,-_~!$'*+=@")
