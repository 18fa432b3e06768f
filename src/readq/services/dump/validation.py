"""Check the values of a dump one by one, because its files may have been edited, truncated or made elsewhere."""

import re
from collections.abc import Callable, Mapping
from datetime import datetime
from typing import Any, TypeVar

from readq.clock import YEARS
from readq.errors import ReadqError, UsageError
from readq.model.citation_keys.syntax import is_accepted_key, is_paper_number
from readq.model.fields.paper_fields import FIELDS, Kind
from readq.model.identifiers import SCHEMES, safe_link
from readq.model.records import (
    AnswerRecord,
    CardRecord,
    FeedRecord,
    PaperRecord,
    SightingRecord,
    ViewRecord,
)
from readq.model.values import ALGORITHM, Author, Caught, Rating, Status, Watch
from readq.services.saved_views import usable_name
from readq.text import normalise_tag, one_line, quoted, strip_controls

T = TypeVar("T")

_DAY = re.compile(r"\d{4}-\d{2}-\d{2}", re.ASCII)
_INSTANT = re.compile(r"\d{4}-\d{2}-\d{2}T\d{2}:\d{2}:\d{2}Z", re.ASCII)
_LONGEST_TEXT = 1_000_000
_LARGEST_NUMBER = 2**53
_MISSING = object()


class BrokenError(ReadqError):
    """Raised for an invalid value in a dump. The message tells which value is invalid and why."""


def paper(value: object) -> PaperRecord:
    """Return the paper in a line of papers.jsonl. `value` is the line as parsed JSON.

    Raises BrokenError for an invalid value. The answers to the paper's cards and the text of its note are in other
    files, so they are not in the result. The field `note` of the result is "" if the line says that there is a note.
    Otherwise it is None.
    """
    source = _object(value, "paper")
    return PaperRecord(
        key=_key(source, "key"),
        key_frozen=_flag(source, "key_frozen"),
        aliases=_sorted_unique(_former_key(alias) for alias in _list(source, "aliases")),
        **{name: _READERS[rule.kind](source, name) for name, rule in FIELDS.items() if name != "title"},
        title=_text(source, "title", longest=FIELDS["title"].longest or _LONGEST_TEXT),
        trust=_number(source, "trust", 0, 1000),
        edited=_sorted_unique(_name(name, "edited") for name in _list(source, "edited")),
        identifiers=_sorted_unique(_identifier(one) for one in _list(source, "identifiers")),
        sightings=_unique_sightings(_sighting(one) for one in _list(source, "sightings")),
        status=_choice(source, "status", tuple(Status)),
        decided=_optional(source, "decided", _instant),
        starred=_flag(source, "starred"),
        snoozed_until=_optional(source, "snoozed_until", _day),
        added=_instant(source, "added"),
        tags=_sorted_unique(_tag(tag) for tag in _list(source, "tags")),
        note="" if _flag(source, "note") else None,
        cards=_unique_cards(_card(one) for one in _list(source, "cards")),
        watches=_unique_watches(_caught(one) for one in _optional(source, "watches", _list) or ()),
        trusts=_optional(source, "trusts", _trusts) or (),
        version=_optional(source, "version", lambda values, name: _number(values, name, 1, 1_000_000)),
        revised=_optional(source, "revised", _day),
        other_titles=_sorted_unique(
            _name(one, "other_titles") for one in _optional(source, "other_titles", _list) or ()
        ),
    )


def feed(value: object) -> FeedRecord:
    """Return the feed in an entry of feeds.json. `value` is the entry as parsed JSON.

    Raises BrokenError if a value is invalid.
    """
    source = _object(value, "feed")
    return FeedRecord(_text(source, "name"), _text(source, "spec"), _instant(source, "added"))


def view(value: object) -> ViewRecord:
    """Return the saved view in an entry of views.json. `value` is the entry as parsed JSON.

    Raises BrokenError if a value is invalid.
    """
    source = _object(value, "view")
    position = _number(source, "position", 0, _LARGEST_NUMBER)
    return ViewRecord(
        _view_name(source),
        _text(source, "query", empty=True),
        _text(source, "sort"),
        position,
        _optional(source, "watch", _action),
    )


def _view_name(source: Mapping[str, Any]) -> str:
    try:
        return usable_name(_text(source, "name"))
    except UsageError as error:
        raise BrokenError(str(error)) from error


def rating(row: Mapping[str | None, Any]) -> tuple[str, str, AnswerRecord]:
    """Return the citation key, the question and the answer in a row of ratings.csv.

    The question is the text of the rated card. It is "" for the card of the paper itself. Raises BrokenError if a value
    is invalid.
    """
    if row.get(None):
        raise BrokenError("more columns than in the first line")
    source: dict[str, Any] = {name: text for name, text in row.items() if name is not None}
    for name, convert in (("utc_offset", int), ("rating", int), ("retention", float)):
        try:
            source[name] = convert(source.get(name, ""))
        except ValueError:
            raise BrokenError(f"{name} is not a number") from None
    if not 0.70 <= source["retention"] <= 0.99:
        raise BrokenError("retention is not between 0.70 and 0.99")
    if source.get("kind") == "read" and source["rating"] != Rating.GOOD:
        raise BrokenError(f"rating of a read is not {Rating.GOOD}")
    answer = AnswerRecord(
        _instant(source, "at"),
        _clock_day(source, "day"),
        _number(source, "utc_offset", -86_400, 86_400),
        _number(source, "rating", 1, 4),
        source["retention"],
        _choice(source, "algorithm", (ALGORITHM,)),
        kind=_choice(source, "kind", ("answer", "read")) if source.get("kind") else "answer",
        prompt=_text(source, "prompt") if source.get("prompt") else None,
        recalled=_text(source, "recalled") if source.get("recalled") else None,
        taken_ms=_written_count(source, "taken_ms"),
        sitting=_written_count(source, "sitting"),
        weights=_weights(source),
    )
    return _text(source, "key"), _text(source, "card", empty=True), answer


def _written_count(source: Mapping[str, Any], name: str) -> int | None:
    text = source.get(name) or ""
    if not text:
        return None
    if not (text.isascii() and text.isdigit() and int(text[:17]) <= _LARGEST_NUMBER and len(text) <= 17):
        raise BrokenError(f"{name} is not a whole number from 0 to {_LARGEST_NUMBER}")
    return int(text)


def _weights(source: Mapping[str, Any]) -> str:
    from readq.review.parameters import parse_weights, weights_text

    text = source.get("weights") or ""
    try:
        return weights_text(parse_weights(text)) if text else ""
    except ValueError as error:
        raise BrokenError(f"given under parameters that are not known: {error}") from None


def _author(value: object) -> Author:
    source = _object(value, "author")
    parts = (_optional(source, part, _any_text) for part in Author._fields[1:])
    name = one_line(_text(source, "name"))
    if not name:
        raise BrokenError("the name of an author is empty")
    return Author(name, *parts)


def _sighting(value: object) -> SightingRecord:
    source = _object(value, "sighting")
    return SightingRecord(
        _text(source, "feed"),
        _day(source, "day"),
        _optional(source, "rank", lambda values, name: _number(values, name, 1, _LARGEST_NUMBER)),
        _optional(source, "upvotes", _count),
        _optional(source, "comments", _count),
        _optional(source, "submitted_by", _any_text),
    )


def _caught(value: object) -> Caught:
    source = _object(value, "mark of a watch")
    return Caught(_text(source, "watch"), _action(source, "action"), _instant(source, "at"))


def _action(source: Mapping[str, Any], name: str) -> str:
    return _choice(source, name, tuple(Watch))


def _trusts(source: Mapping[str, Any], name: str) -> tuple[tuple[str, int], ...]:
    ranks = _object(source.get(name), name)
    return tuple(sorted((field, _number(ranks, field, 0, 1_000_999)) for field in ranks if field in FIELDS))


def _card(value: object) -> CardRecord:
    source = _object(value, "card")
    kind = _choice(source, "kind", ("paper", "question"))
    question = _optional(source, "question", _text)
    if (kind == "question") != (question is not None):
        raise BrokenError("a card must have a question if its kind is question, and only then")
    return CardRecord(
        kind,
        question,
        _optional(source, "answer", _any_text),
        _flag(source, "enrolled"),
        _optional(source, "due", _day),
        _optional(source, "buried_until", _day),
        _count(source, "priority"),
        (),
        _optional(source, "retired", _day),
        _optional(source, "orphaned", _day),
        _optional(source, "created", _instant) if kind == "question" else None,
    )


def _identifier(value: object) -> tuple[str, str]:
    if not isinstance(value, list) or len(value) != 2:
        raise BrokenError("an identifier is not a pair")
    source = {"scheme": value[0], "value": value[1]}
    return _choice(source, "scheme", SCHEMES), _text(source, "value", longest=2048)


def _authors(source: Mapping[str, Any], name: str) -> tuple[Author, ...]:
    return tuple(_author(author) for author in _list(source, name))


def _raw_fields(source: Mapping[str, Any], name: str) -> tuple[tuple[str, str], ...]:
    raw = _object(source.get(name), name)
    return tuple((_name(one, name), _text(raw, one, empty=True)) for one in raw)


def _year(source: Mapping[str, Any], name: str) -> int:
    return _number(source, name, 1000, 9999)


def _tag(value: object) -> str:
    try:
        return normalise_tag(_name(value, "tags"))
    except UsageError as error:
        raise BrokenError(error.message) from error


def _key(source: Mapping[str, Any], name: str) -> str:
    return _key_text(source.get(name))


def _key_text(value: object) -> str:
    if not isinstance(value, str) or not is_accepted_key(value):
        raise BrokenError(f"{quoted(value)} is not a citation key")
    return value


def _former_key(value: object) -> str:
    # TeX may not accept a former key: it may come from a file, and have been replaced for this reason.
    if not isinstance(value, str) or not value or one_line(value) != value or is_paper_number(value):
        raise BrokenError(f"{quoted(value)} is not a citation key")
    return value


def _link(source: Mapping[str, Any], name: str) -> str | None:
    """Return the URL in the field `name`. Return None if it is not safe to open: the paper is not rejected for it."""
    text = _optional(source, name, _text)
    return text and safe_link(text)


def _object(value: object, what: str) -> Mapping[str, Any]:
    if not isinstance(value, dict):
        raise BrokenError(f"the {what} is not an object")
    return value


def _list(source: Mapping[str, Any], name: str) -> list[Any]:
    value = source.get(name)
    if not isinstance(value, list):
        raise BrokenError(f"{name} is not a list")
    return value


def _optional(source: Mapping[str, Any], name: str, read: Callable[[Mapping[str, Any], str], T]) -> T | None:
    return None if source.get(name) is None else read(source, name)


def _text(source: Mapping[str, Any], name: str, *, longest: int = _LONGEST_TEXT, empty: bool = False) -> str:
    value = source.get(name, _MISSING)
    if not isinstance(value, str):
        raise BrokenError(f"no {name}" if value is _MISSING else f"{name} is not text")
    text = strip_controls(value)
    if len(text) > longest:
        raise BrokenError(f"{name} is longer than {longest:,} characters")
    if not text and not empty:
        raise BrokenError(f"{name} is empty")
    return text


def _any_text(source: Mapping[str, Any], name: str) -> str:
    return _text(source, name, empty=True)


def _count(source: Mapping[str, Any], name: str) -> int:
    return _number(source, name, -_LARGEST_NUMBER, _LARGEST_NUMBER)


def _name(value: object, what: str) -> str:
    if not isinstance(value, str) or not value:
        raise BrokenError(f"{what} contains an empty value or one that is not text")
    return strip_controls(value)


def _number(source: Mapping[str, Any], name: str, least: int, most: int) -> int:
    value = source.get(name)
    if not isinstance(value, int) or isinstance(value, bool) or not least <= value <= most:
        raise BrokenError(f"{name} is not a whole number from {least} to {most}")
    return value


def _flag(source: Mapping[str, Any], name: str) -> bool:
    value = source.get(name)
    if not isinstance(value, bool):
        raise BrokenError(f"{name} is neither true nor false")
    return value


def _choice(source: Mapping[str, Any], name: str, allowed: tuple[str, ...]) -> str:
    value = source.get(name)
    if not isinstance(value, str) or value not in allowed:
        raise BrokenError(f"{name} is not one of {', '.join(allowed)}")
    return str(value)


def _day(source: Mapping[str, Any], name: str) -> str:
    return _matching(source, name, _DAY, "a day")


def _clock_day(source: Mapping[str, Any], name: str) -> str:
    return _in_clock_range(_day(source, name), name)


def _instant(source: Mapping[str, Any], name: str) -> str:
    return _in_clock_range(_matching(source, name, _INSTANT, "an instant in UTC"), name)


def _matching(source: Mapping[str, Any], name: str, pattern: re.Pattern[str], what: str) -> str:
    text = _text(source, name)
    if not pattern.fullmatch(text):
        raise BrokenError(f"{name} is not {what}")
    try:
        datetime.fromisoformat(text)
    except ValueError:
        raise BrokenError(f"{name} is not in the calendar") from None
    return text


def _in_clock_range(text: str, name: str) -> str:
    """Return the day or time `text`. Raises BrokenError if its year is too early or too late to add days to it."""
    if int(text[:4]) not in YEARS:
        raise BrokenError(f"{name} is not from {YEARS[0]} to {YEARS[-1]}")
    return text


def _sorted_unique(values: Any) -> tuple[Any, ...]:  # noqa: ANN401 - of any one type
    return tuple(sorted(set(values)))


def _unique_sightings(sightings: Any) -> tuple[SightingRecord, ...]:  # noqa: ANN401
    by_day = {(one.feed, one.day): one for one in sightings}
    return tuple(by_day[feed_and_day] for feed_and_day in sorted(by_day))


def _unique_cards(cards: Any) -> tuple[CardRecord, ...]:  # noqa: ANN401
    by_question = {(one.kind, one.question or ""): one for one in cards}
    return tuple(by_question[question] for question in sorted(by_question))


def _unique_watches(marks: Any) -> tuple[Caught, ...]:  # noqa: ANN401
    by_view = {one.watch: one for one in marks}
    return tuple(by_view[view] for view in sorted(by_view))


# Texts may be longer here than from sources, because corrections by a person have no limits.
_READERS: Mapping[Kind, Callable[[Mapping[str, Any], str], Any]] = {
    Kind.TEXT: lambda source, name: _optional(source, name, _text),
    Kind.DAY: lambda source, name: _optional(source, name, _day),
    Kind.YEAR: lambda source, name: _optional(source, name, _year),
    Kind.LINK: _link,
    Kind.AUTHORS: _authors,
    Kind.RAW_FIELDS: _raw_fields,
}
"""Maps each kind of value to the function that reads a field of a paper with such a value."""
