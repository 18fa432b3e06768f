"""Recognise which service or program wrote a JSON document, by the shape of the whole value."""

from collections.abc import Callable, Mapping
from typing import Any

from readq.feeds.huggingface import json_api
from readq.model.fetched_paper import FetchedPaper
from readq.registries import csl_json, openalex, openreview, semanticscholar

_CSL_TYPES = frozenset(
    "article article-journal article-magazine article-newspaper bill book broadcast chapter classic collection dataset "  # noqa: SIM905
    "document entry entry-dictionary entry-encyclopedia event figure graphic hearing interview legal_case legislation "
    "manuscript map motion_picture musical_score pamphlet paper-conference patent performance periodical "
    "personal_communication post post-weblog regulation report review review-book software song speech standard thesis "
    "treaty webpage journal-article proceedings-article book-chapter posted-content monograph dissertation".split()
)
_SAMPLE = 20
"""Entries of a list that are looked at."""


def recognise_json(value: object) -> str | None:
    """Return the name of the format of a parsed JSON value, or None if it is not a known list of papers.

    An empty list is taken for the Hugging Face format, which is empty on a day without papers.
    """
    if value == [] or json_api.recognise(value):
        return "huggingface"
    for name, is_form in _FORMS.items():
        if is_form(value):
            return name
    return None


def _entries(value: object, *lists: str) -> list[Mapping[str, Any]]:
    """Return the first objects of a list, of one of the `lists` of an object, or the object itself."""
    if isinstance(value, dict):
        value = next((value[name] for name in lists if isinstance(value.get(name), list)), [value])
    return [one for one in value[:_SAMPLE] if isinstance(one, dict)] if isinstance(value, list) else []


def _is_openalex(value: object) -> bool:
    return any(str(one.get("id")).startswith("https://openalex.org/W") for one in _entries(value, "results"))


def _is_semanticscholar(value: object) -> bool:
    return any("title" in one and ("paperId" in one or "corpusId" in one) for one in _entries(value, "data"))


def _is_csl(value: object) -> bool:
    entries = _entries(value, "items")
    typed = [
        one for one in entries if str(one.get("type")) in _CSL_TYPES and ("title" in one or "container-title" in one)
    ]
    return bool(typed) and len(typed) * 2 > len(entries)


_FORMS: Mapping[str, Callable[[object], bool]] = {
    "openreview": openreview.is_answer,
    "openalex": _is_openalex,
    "semanticscholar": _is_semanticscholar,
    "csl-json": _is_csl,
}
PARSERS: Mapping[str, Callable[[bytes], list[FetchedPaper]]] = {
    "openreview": openreview.parse,
    "openalex": openalex.parse,
    "semanticscholar": semanticscholar.parse,
    "csl-json": csl_json.parse_library,
}
"""What reads each format but Hugging Face's."""
