"""Parse responses of Hugging Face's paper API, including responses saved as files.

`/api/daily_papers` and `/api/papers/search` return lists of entries. `/api/papers/ID` returns one paper. The API is
undocumented and changes. So a value of the wrong type counts as missing, and an unknown field is ignored.
"""

import ast
import itertools
from typing import Any

from readq.feeds.parsed_feed import ParsedFeed, abstract_of, count_of, day_of
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import arxiv_id, arxiv_pdf_url, arxiv_url
from readq.model.values import Appearance, Author, Rejected, Trust
from readq.text import one_line

DAILY = "hf-daily"
SEARCH = "hf-search"

# A decoded JSON object. Its values are checked where they are used.
_Object = dict[str, Any]

# Keys that hold a list of entries, in saved responses and in the data of the page's script.
_WRAPPERS = ("data", "dailyPapers", "papers")
_SAMPLE = 20
"""The number of entries that are examined to recognise a response.

One entry is not enough, because the first entry may be broken.
"""

# In characters. An entry with hundreds of authors has about 100,000.
_MAX_REPR = 1_000_000
# Before this month the outer `publishedAt` was the time of appearance on Daily Papers; since then it is the paper's.
_MEANING_CHANGED = "2025-03"


def recognise(data: object) -> bool:
    """Return whether `data`, a parsed JSON value, is a response of the API.

    The response can be inside another JSON object. An entry is a JSON object, or a string such as `"{'id': …}"`,
    because some programs save `str(entry)`.
    """
    found = filter(None, map(_outer_and_paper, _entries(data) or ()))
    return any(
        outer is not paper or not paper.keys().isdisjoint(("publishedAt", "upvotes", "submittedOnDailyAt"))
        for outer, paper in itertools.islice(found, _SAMPLE)
    )


def parse_daily(data: object, *, day: str | None, first: int = 1) -> ParsedFeed:
    """Convert a response, given as parsed JSON, to papers. Malformed entries are rejected. Raises nothing.

    Each paper of a list has its rank. The ranks count from `first`, which is more than 1 if `data` is a later part of
    the list.

    The day of appearance is the date in the field `submittedOnDailyAt` of the entry. If an entry lacks this field, the
    day of appearance is `day`, the ISO date of the requested list. If `day` is None, it is the date in `publishedAt`,
    if this is before March 2025, when the meaning of `publishedAt` changed.
    """
    entries = _entries(data)
    if entries is None:
        return ParsedFeed([], [Rejected("the reply", "holds no list of papers")], DAILY)
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    feed = DAILY
    for number, entry in enumerate(entries, start=first):
        where = f"entry {number}"
        if (found := _outer_and_paper(entry)) is None:
            rejected.append(Rejected(where, "not a paper"))
            continue
        outer, paper = found
        if not (title := _title(outer, paper)):
            rejected.append(Rejected(where, "no title"))
            continue
        # A single paper has no rank.
        rank = number if outer is not paper else None
        papers.append(_fetched(outer, paper, title, where, _appearance(outer, paper, rank, day)))
        if "highlightedTitle" in outer:
            feed = SEARCH
    return ParsedFeed(papers, rejected, feed)


def _entries(data: object) -> list[Any] | None:
    if isinstance(data, list):
        return data
    if not isinstance(data, dict):
        return None
    for key in _WRAPPERS:
        if isinstance(wrapped := data.get(key), list):
            return wrapped
    return [data] if "paper" in data or "title" in data else None


def _outer_and_paper(entry: object) -> tuple[_Object, _Object] | None:
    """Return an entry, and the paper in it. If the entry is a paper itself, both are the same object."""
    if isinstance(entry, str):
        entry = _from_python(entry)
    if not isinstance(entry, dict):
        return None
    paper = entry.get("paper", entry)
    return (entry, paper) if isinstance(paper, dict) else None


def _from_python(text: str) -> object:
    """Evaluate a Python literal, because some archives have `str(entry)` instead of JSON.

    Return None if it is no literal.
    """
    if not text.startswith("{") or len(text) > _MAX_REPR:
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _title(outer: _Object, paper: _Object) -> str:
    # The outer title, if there is one, has no line breaks.
    for title in (outer.get("title"), paper.get("title")):
        if isinstance(title, str) and (cleaned := one_line(title)):
            return cleaned
    return ""


def _fetched(outer: _Object, paper: _Object, title: str, where: str, appearance: Appearance) -> FetchedPaper:
    raw_id = paper.get("id")
    identifier = arxiv_id(raw_id) if isinstance(raw_id, str) else None
    return FetchedPaper(
        title=title,
        trust=Trust.HUGGINGFACE,
        where=where,
        abstract=abstract_of(paper.get("summary")) or abstract_of(outer.get("summary")),
        authors=_authors(paper.get("authors")),
        published=day_of(paper.get("publishedAt")),
        url=arxiv_url(identifier) if identifier else None,
        pdf_url=arxiv_pdf_url(identifier) if identifier else None,
        identifiers=(("arxiv", identifier),) if identifier else (),
        appearance=appearance,
    )


def _authors(raw: object) -> tuple[Author, ...]:
    """Return the authors. `hidden` authors are among them, because they only removed the paper from their profile."""
    if not isinstance(raw, list):
        return ()
    found = [author.get("name") for author in raw if isinstance(author, dict)]
    names = [name for name in found if isinstance(name, str)]
    # One call for hundreds of names is faster; names are cleaned one by one only if needed.
    joined = " ".join(names)
    if one_line(joined) != joined:
        names = [name for name in map(one_line, names) if name]
    return tuple(map(Author, names))


def _appearance(outer: _Object, paper: _Object, rank: int | None, day: str | None) -> Appearance:
    declared = day_of(paper.get("submittedOnDailyAt")) or day_of(outer.get("submittedOnDailyAt")) or day
    return Appearance(
        day=declared or (_day_before_meaning_changed(outer, paper) if outer is not paper else None),
        rank=rank,
        upvotes=count_of(paper.get("upvotes")),
        comments=count_of(outer.get("numComments")),
        submitted_by=_submitter(outer.get("submittedBy")) or _submitter(paper.get("submittedOnDailyBy")),
    )


def _day_before_meaning_changed(outer: _Object, paper: _Object) -> str | None:
    """Return the day on which an old entry appeared on Daily Papers, from its outer `publishedAt`.

    Return None for a new entry. Return None too if the field has its new meaning, as in the results of searches: then
    its time is a few hours before the paper's own `publishedAt`.
    """
    instant, published = outer.get("publishedAt"), paper.get("publishedAt")
    day = day_of(instant)
    if day is None or day >= _MEANING_CHANGED:
        return None
    is_new_meaning = isinstance(instant, str) and isinstance(published, str) and instant < published
    return None if is_new_meaning else day


def _submitter(person: object) -> str | None:
    if not isinstance(person, dict):
        return None
    # The account name is in `user` or `name`, depending on the age of the response.
    for key in ("user", "name", "fullname"):
        if isinstance(name := person.get(key), str) and (cleaned := one_line(name)):
            return cleaned
    return None
