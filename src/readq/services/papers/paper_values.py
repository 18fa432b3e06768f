"""Convert the fields of a paper to text, for placeholders such as `{key}` in the user's templates and commands."""

from readq.model.values import Caught, Paper, Sighting
from readq.text import one_line

FIELDS = (*Paper._fields, *Sighting._fields)
"""The names that a placeholder may have.

They are the fields of the JSON object of a paper, and the fields of its sightings (appearances in feeds).
"""


def field_text(paper: Paper, name: str) -> str:
    """Return the field `name` of `paper` as one line of text. Return "" if the paper lacks the field.

    The items of a list are joined by commas. A sighting (an appearance of the paper in a feed) becomes its feed and its
    day. For a field of sightings, such as `feed`, the value in the newest sighting is returned. For `upvotes` and
    `comments`, the highest value in any sighting is returned.
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
