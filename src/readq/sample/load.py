"""Load the sample papers of `readq demo` and the demo reader's history.

Titles, authors and arXiv ids are those of real papers. The summaries and notes were written for readq; votes, comments,
submitters, the days in the feed and the day of the month in `publishedAt` are invented.
"""

from typing import NamedTuple

from readq.model.values import Rating, Status


class TourRating(NamedTuple):
    """A rating of a paper's review card. `day` is a local day (ISO), perhaps before the paper's day in the feed."""

    day: str
    rating: Rating


class TourStop(NamedTuple):
    """The actions of the demo reader on one paper, given by its arXiv id. Papers without a TourStop are undecided."""

    arxiv: str
    status: Status
    star: bool
    tags: tuple[str, ...]
    note: str | None
    ratings: tuple[TourRating, ...]


def feed_bytes() -> bytes:
    """Return the sample feed as JSON of Hugging Face's Daily Papers: 28 papers from 16 to 20 November 2026.

    Entries of one day are in order of rank.
    """
    return _read("feed.json")


def tour() -> list[TourStop]:
    """Return the demo reader's history: one TourStop per paper, with ratings oldest first.

    On 23 November 2026 three of the rated papers are due.
    """
    import json

    return [
        TourStop(
            arxiv=stop["arxiv"],
            status=Status(stop["status"]),
            star=stop["star"],
            tags=tuple(stop["tags"]),
            note=stop["note"],
            ratings=tuple(TourRating(each["day"], Rating[each["rating"].upper()]) for each in stop["ratings"]),
        )
        for stop in json.loads(_read("tour.json"))
    ]


def _read(name: str) -> bytes:
    from importlib.resources import files

    return files("readq.sample").joinpath(name).read_bytes()
