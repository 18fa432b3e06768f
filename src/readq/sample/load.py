"""Load the sample papers of `readq demo`, and the reading history of an invented reader.

Titles, authors and arXiv ids are those of real papers. Summaries and notes were written for readq. Votes, comments,
submitters, the days in the feed and the days in `publishedAt` are invented.
"""

from typing import NamedTuple

from readq.model.values import Rating, Status


class TourRating(NamedTuple):
    """A rating of a paper in a review on the local day `day` (ISO).

    `day` may be earlier than the day on which the feed listed the paper.
    """

    day: str
    rating: Rating


class TourStop(NamedTuple):
    """The status, star, tags, note and ratings that the invented reader gave the paper with the arXiv id `arxiv`.

    A paper without a TourStop is undecided.
    """

    arxiv: str
    status: Status
    star: bool
    tags: tuple[str, ...]
    note: str | None
    ratings: tuple[TourRating, ...]


def feed_bytes() -> bytes:
    """Return the sample feed as JSON of Hugging Face's Daily Papers. It has 28 papers of 16 to 20 November 2026.

    The papers of one day are in the order of their rank.
    """
    return _read("feed.json")


def tour() -> list[TourStop]:
    """Return the reading history of the invented reader, one TourStop for each paper that has left the inbox.

    The ratings of a paper are ordered from the oldest to the newest. Three of the rated papers are due on 23 November
    2026.
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
