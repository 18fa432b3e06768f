"""Papers out of what Hugging Face's paper endpoints reply, and out of files in which people saved such replies.

Endpoints: `/api/daily_papers`, `/api/papers/search` (lists of entries) and `/api/papers/ID` (a bare paper). Nothing
about them is promised, fields come and go: whatever has the wrong type counts as absent, what is unknown is ignored.
"""

import ast
from typing import Any

from readq.feeds.parsed_feed import ParsedFeed, abstract_of, count_of, day_of
from readq.model.identifiers import arxiv_id, arxiv_pdf_url, arxiv_url
from readq.model.values import Appearance, Author, FetchedPaper, Rejected, Trust
from readq.text import one_line

DAILY = "hf-daily"
SEARCH = "hf-search"

# A decoded JSON object: what stands in it is checked where it is used.
_Object = dict[str, Any]

# Keys under which a list of entries was found: in saved replies and in the properties of the page's own script.
_WRAPPERS = ("data", "dailyPapers", "papers")
# An entry with hundreds of authors has some 100,000 characters.
_MAX_REPR = 1_000_000
# Until then the outer `publishedAt` was the moment a paper was put on Daily Papers, since then it repeats the paper's.
_MEANING_CHANGED = "2025-03"


def recognise(data: object) -> bool:
    """Whether decoded JSON is a reply of one of the endpoints, also one that was wrapped or saved as Python text."""
    for entry in _entries(data) or ():
        if found := _outer_and_paper(entry):
            outer, paper = found
            return outer is not paper or not paper.keys().isdisjoint(("publishedAt", "upvotes", "submittedOnDailyAt"))
    return False


def parse_daily(data: object, *, day: str | None) -> ParsedFeed:
    """The papers of a decoded reply, each with its appearance at the place it had in the list.

    `day` (an ISO date) is the one the list was asked for, if the caller knows; an entry's own `submittedOnDailyAt` is
    believed before it. The day is None where nobody knows it. Never raises: bad entries are rejected by their number.
    """
    entries = _entries(data)
    if entries is None:
        return ParsedFeed([], [Rejected("the reply", "holds no list of papers")], DAILY)
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    feed = DAILY
    for number, entry in enumerate(entries, start=1):
        where = f"entry {number}"
        if (found := _outer_and_paper(entry)) is None:
            rejected.append(Rejected(where, "not a paper"))
            continue
        outer, paper = found
        if not (title := _title(outer, paper)):
            rejected.append(Rejected(where, "no title"))
            continue
        # A bare paper stood in no list, so it had no place in one.
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
    """An entry and the paper in it, which is the same object where a paper stands bare."""
    if isinstance(entry, str):
        entry = _from_python(entry)
    if not isinstance(entry, dict):
        return None
    paper = entry.get("paper", entry)
    return (entry, paper) if isinstance(paper, dict) else None


def _from_python(text: str) -> object:
    """The value of a Python literal: some archives hold `str(entry)` instead of JSON."""
    if not text.startswith("{") or len(text) > _MAX_REPR:
        return None
    try:
        return ast.literal_eval(text)
    except (ValueError, TypeError, SyntaxError, MemoryError, RecursionError):
        return None


def _title(outer: _Object, paper: _Object) -> str:
    # The outer title is never folded into lines, where there is one.
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
    """The names in order. Who is marked `hidden` took the paper off a profile and is still one of its authors."""
    if not isinstance(raw, list):
        return ()
    found = [author.get("name") for author in raw if isinstance(author, dict)]
    names = [name for name in found if isinstance(name, str)]
    # Hundreds of names are looked at in one go; only when something is wrong with them, one by one.
    together = " ".join(names)
    if one_line(together) != together:
        names = [name for name in map(one_line, names) if name]
    return tuple(map(Author, names))


def _appearance(outer: _Object, paper: _Object, rank: int | None, day: str | None) -> Appearance:
    shown = day_of(paper.get("submittedOnDailyAt")) or day_of(outer.get("submittedOnDailyAt")) or day
    return Appearance(
        day=shown or (_day_before_meaning_changed(outer, paper) if outer is not paper else None),
        rank=rank,
        upvotes=count_of(paper.get("upvotes")),
        comments=count_of(outer.get("numComments")),
        submitted_by=_submitter(outer.get("submittedBy")) or _submitter(paper.get("submittedOnDailyBy")),
    )


def _day_before_meaning_changed(outer: _Object, paper: _Object) -> str | None:
    """The day an old entry was put on Daily Papers, out of its outer `publishedAt`.

    Searches still answer with old papers, but in the new meaning: some hours before the paper's own `publishedAt`,
    marked as UTC all the same.
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
    # The account's name is `user` or `name`, by the age of the reply.
    for key in ("user", "name", "fullname"):
        if isinstance(name := person.get(key), str) and (cleaned := one_line(name)):
            return cleaned
    return None
