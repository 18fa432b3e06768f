"""The values of a paper as texts, by the names of its JSON fields: for templates of the reader, such as `{key}`."""

from readq.model.values import Caught, Paper, Sighting
from readq.text import one_line

FIELDS = (*Paper._fields, *Sighting._fields)
"""The names that a template may have: the fields of the JSON object of a paper, and those of its sightings."""


def field_text(paper: Paper, name: str) -> str:
    """Return the field `name` of `paper` as one line of text, "" if it is not known.

    The items of a list are joined by commas. A sighting is its feed and its day. A field of sightings, such as `feed`,
    has the value of the newest sighting; `upvotes` and `comments` have the highest value of all sightings.
    """
    return _text(_value(paper, name))


def _value(paper: Paper, name: str) -> object:
    if name in Paper._fields:
        return getattr(paper, name)
    if name in ("upvotes", "comments"):
        return max((getattr(one, name) for one in paper.sightings if getattr(one, name) is not None), default=None)
    newest = max(paper.sightings, key=lambda one: one.seen, default=None)
    return getattr(newest, name, None)


def _text(value: object) -> str:
    if value is None:
        return ""
    if isinstance(value, Caught):
        return one_line(value.watch)
    if isinstance(value, Sighting):
        return one_line(f"{value.feed} {value.seen}")
    if isinstance(value, tuple):
        return ", ".join(_text(part) for part in value)
    if isinstance(value, bool):
        return "yes" if value else "no"
    return one_line(str(value))
