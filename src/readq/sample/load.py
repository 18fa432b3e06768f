"""The sample that `readq demo` fills its throw-away library with.

Titles, authors and arXiv ids are those of real papers. The summaries and notes were written for readq; votes, comments,
submitters, the days in the feed and the day of the month in `publishedAt` are invented.
"""

from typing import NamedTuple

from readq.model.values import Rating, Status


class TourRating(NamedTuple):
    """One review of a paper's card. `day` is a local day, and may lie before the feed showed the paper."""

    day: str
    rating: Rating


class TourStop(NamedTuple):
    """What the demo's reader has already done with one paper; papers without a stop are undecided."""

    arxiv: str
    status: Status
    star: bool
    tags: tuple[str, ...]
    note: str | None
    ratings: tuple[TourRating, ...]


def feed_bytes() -> bytes:
    """Return the sample feed, in the shape of Hugging Face's daily papers: 28 papers, 16 to 20 November 2026.

    Within a day the entries stand in order of rank.
    """
    return _read("feed.json")


def tour() -> list[TourStop]:
    """Return the reader's stops, ratings oldest first; on 23 November 2026 three of the rated papers are due."""
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
