"""The tones of text about a paper. A tone is a name for a kind of text, such as `authors` for the authors of a paper.

Each theme gives each tone a colour. Some tones also have a style such as bold, which shows them without colours too.
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
"""The tones of a low, a medium and a high number, such as a number of votes."""

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
"""The largest age in days that has the tone MEDIUM, and the largest age in days that has the tone HIGH.

`_VOTES` and `_INTEREST` hold the smallest numbers that have these two tones.
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
