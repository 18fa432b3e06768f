"""Recognise the format of a JSON document by its structure, and read its records.

Each format belongs to one web service or program.
"""

import dataclasses
import json
from collections.abc import Callable, Iterable, Mapping
from typing import Any, NamedTuple

from readq.errors import ReadqError
from readq.feeds.huggingface import json_api
from readq.feeds.parsed_feed import ParsedFeed
from readq.formats import json_array
from readq.model.fetched_paper import FetchedPaper
from readq.model.values import LeftOut, Rejected
from readq.registries import csl_file, openalex, openreview, semanticscholar

_CSL_TYPES = frozenset(
    "article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset "  # noqa: SIM905
    "document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation "
    "manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical "
    "personal_communication post post-weblog regulation report review review-book software song speech standard thesis "
    "treaty webpage journal-article proceedings-article book-chapter posted-content monograph dissertation".split()
)
_SAMPLE = 20
"""The number of records at the beginning of a list that are examined to recognise its format."""


def recognise_json(value: object) -> str | None:
    """Return the name of the format of a parsed JSON value. Return None if it is not a known list of papers.

    For an empty list, the result is the Hugging Face format: Hugging Face gives an empty list for a day without papers.
    """
    if value == [] or json_api.recognise(value):
        return "huggingface"
    for name, is_form in _FORMS.items():
        if is_form(value):
            return name
    return None


def _items(value: object, *lists: str) -> list[Any]:
    """Return the elements of the list `value`. If `value` is an object, return the elements of a list in it.

    `lists` are the fields that may have the list. If the object has none of them, the object is the only element.
    """
    if isinstance(value, dict):
        return next((value[name] for name in lists if isinstance(value.get(name), list)), [value])
    return value if isinstance(value, list) else []


def _entries(value: object, *lists: str) -> list[Mapping[str, Any]]:
    """Return the JSON objects among the first elements of the list that `_items` returns."""
    return [one for one in _items(value, *lists)[:_SAMPLE] if isinstance(one, dict)]


def _is_openalex(value: object) -> bool:
    return any(str(one.get("id")).startswith("https://openalex.org/W") for one in _entries(value, "results"))


def _is_semanticscholar(value: object) -> bool:
    return any("title" in one and ("paperId" in one or "corpusId" in one) for one in _entries(value, "data"))


def _is_csl(value: object) -> bool:
    entries = [one for one in _items(value, "items") if isinstance(one, dict)]
    typed = [one for one in entries if _has_csl_type(one) and ("title" in one or "container-title" in one)]
    return (bool(typed) and len(typed) * 2 > len(entries)) or any(map(_has_csl_facts, typed))


def _has_csl_type(item: Mapping[str, Any]) -> bool:
    return str(item.get("type")) in _CSL_TYPES


def _has_csl_facts(item: Mapping[str, Any]) -> bool:
    """Return whether an object has names or a date in the form of CSL-JSON, which Crossref uses too."""
    authors, issued = item.get("author"), item.get("issued")
    names = [one for one in authors if isinstance(one, dict)] if isinstance(authors, list) else []
    has_names = any(not name.keys().isdisjoint(("family", "literal")) for name in names)
    return has_names or (isinstance(issued, dict) and "date-parts" in issued)


def _own_csl(item: dict[str, Any]) -> FetchedPaper | None:
    is_reference = _has_csl_type(item) or _has_csl_facts(item) or "DOI" in item or "container-title" in item
    return csl_file.own_paper_of(item) if is_reference else None


def _why_not_csl(item: dict[str, Any]) -> str:
    return "no title" if _has_csl_type(item) or _has_csl_facts(item) else "no entry of CSL-JSON: its type is unknown"


_FORMS: Mapping[str, Callable[[object], bool]] = {
    "openreview": openreview.is_answer,
    "openalex": _is_openalex,
    "semanticscholar": _is_semanticscholar,
    "csl-json": _is_csl,
}


class _Reader(NamedTuple):
    """How the records of one service are read. `lists` are the fields in which an object may have the list of records.

    If `paper_of` returns None for a record, `why_none` returns the reason. `is_no_work` returns whether a record
    describes no work.
    """

    lists: tuple[str, ...]
    paper_of: Callable[[dict[str, Any]], FetchedPaper | None]
    why_none: Callable[[dict[str, Any]], str] = lambda _: "no title"
    is_no_work: Callable[[dict[str, Any]], bool] = lambda _: False


_READERS: Mapping[str, _Reader] = {
    "openreview": _Reader(("notes",), openreview.paper_of, is_no_work=openreview.is_reply),
    "openalex": _Reader(("results",), openalex.paper_of),
    "semanticscholar": _Reader(("data",), semanticscholar.paper_of),
    "csl-json": _Reader(("items",), _own_csl, _why_not_csl),
}


JSON_FORMATS = tuple(_READERS)
"""The names of the formats that `read_json` can read."""


def read_json(form: str, text: str) -> ParsedFeed:
    """Read the papers in the JSON text `text` of the format `form`.

    The result also has the rejected records, and the records that are not papers. The field `where` of such a record is
    its number in the list, counted from 1. Raises ReadqError if the text is not JSON, or not a list of records.
    """
    try:
        value: object = json.loads(text.lstrip("\ufeff"))
    except (ValueError, RecursionError) as error:
        raise ReadqError(json_array.fault(error)) from error
    if not isinstance(value, list | dict):
        raise ReadqError("JSON, but not a list of papers")
    return read_items(form, _items(value, *_READERS[form].lists))


def read_items(form: str, items: Iterable[object], first: int = 1) -> ParsedFeed:
    """Read the papers in the parsed records `items` of the format `form`. The result is like that of `read_json`.

    `first` is the number of the first record, for messages.
    """
    reader = _READERS[form]
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    left_out: list[LeftOut] = []
    for number, item in enumerate(items, first):
        where = f"entry {number}"
        if not isinstance(item, dict):
            rejected.append(Rejected(where, "not an object with the fields of a paper"))
        elif reader.is_no_work(item):
            left_out.append(LeftOut(where, "a review or comment, not a paper"))
        elif paper := reader.paper_of(item):
            papers.append(dataclasses.replace(paper, where=f"{where} ({paper.where})" if paper.where else where))
        else:
            rejected.append(Rejected(where, reader.why_none(item)))
    return ParsedFeed(papers, rejected, left_out=tuple(left_out))
