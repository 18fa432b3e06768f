"""The tones of text about a paper. A tone is the name of a style, such as `authors`, or `high` for a high number.

Each tone has a colour in each theme. It also has a style such as bold, so that tones differ without colours.
"""

from datetime import date, datetime

from readq.days import local_day
from readq.model.values import QueueRow

TEXT = "text"
TITLE = "title"
AUTHORS = "authors"
PLACE = "place"
"""The feed or the venue in which a paper appeared."""
OWN = "own"
"""The user's own words: notes and tags."""
MARK = "mark"
MATCH = "match"
"""A word that the query has found."""
MUTED = "muted"
ERROR = "error"
LOW, MEDIUM, HIGH = "low", "medium", "high"
"""The tones of a low, a medium and a high number."""

ALL = (TEXT, TITLE, AUTHORS, PLACE, OWN, MARK, MATCH, MUTED, ERROR, LOW, MEDIUM, HIGH)

_OF_COLUMNS = {
    **dict.fromkeys(("status", "star"), MARK),
    **dict.fromkeys(("note", "tags"), OWN),
    **dict.fromkeys(("venue", "feed"), PLACE),
    "title": TITLE,
    "authors": AUTHORS,
}

_VOTES = (10, 50)
_INTEREST = (40, 70)
_AGE = (3, 0)
"""The age of a paper in days has the tone MEDIUM up to the first of these numbers, and HIGH up to the second.

For votes and interest, `_VOTES` and `_INTEREST` hold the lowest number with each of these tones.
"""


def cell_tone(column: str, row: QueueRow, now: datetime) -> str:
    """Return the tone of a paper's text in a column of a list. `column` is the name of the column."""
    if column == "upvotes":
        return _weight(row.upvotes or 0, _VOTES)
    if column == "interest":
        return _weight(row.interest or 0, _INTEREST)
    if column == "age":
        day = date.fromisoformat((row.seen or row.added)[:10])
        return _weight((day - local_day(now)).days, (-_AGE[0], -_AGE[1]))
    return _OF_COLUMNS.get(column, MUTED)


def _weight(value: int, limits: tuple[int, int]) -> str:
    medium, high = limits
    return HIGH if value >= high else MEDIUM if value >= medium else LOW
