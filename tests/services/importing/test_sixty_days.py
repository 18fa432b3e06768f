"""Sixty days of feeds that show the same works in many ways: no paper is lost, doubled, or returns to the inbox."""

import sqlite3
from collections.abc import Callable, Iterator
from contextlib import closing
from datetime import date, datetime, timedelta
from random import Random
from typing import Any, NamedTuple

from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import identifiers_in
from readq.model.values import Appearance, Author, Trust
from readq.services.importing.changes import Entry
from readq.services.importing.ingest import ingest

Run = Callable[..., Any]

DAYS = 60
WORKS_A_DAY = 4
QUALITIES = ["Sparse", "Stable", "Recurrent", "Hidden", "Linear", "Robust", "Private", "Causal", "Modular"]
SUBJECTS = ["Networks", "Grammars", "Markets", "Proteins", "Lattices", "Auctions", "Kernels", "Orbits", "Rivers"]
VIEWS = ["a Theory of", "the Geometry of", "the Limits of", "a Census of", "the Origins of"]
FAMILIES = ["Heron", "Pond", "Reed", "Lake", "Moor", "Brook", "Dale", "Firth", "Glen", "Holm", "Isle", "Knoll"]


class Work(NamedTuple):
    """A work, and the days (from 0) on which its preprint, a blog's link and its article appear, if they do."""

    number: int
    title: str
    authors: tuple[Author, ...]
    preprint: int
    blog: int | None
    article: int | None


def works(random: Random) -> list[Work]:
    titles = [f"On {view} {quality} {subject}" for view in VIEWS for quality in QUALITIES for subject in SUBJECTS]
    random.shuffle(titles)
    return [
        Work(
            number,
            titles[number],
            tuple(
                Author(f"{initial} {family}") for initial, family in zip("AB", random.sample(FAMILIES, 2), strict=True)
            ),
            number // WORKS_A_DAY,
            number // WORKS_A_DAY + random.randint(1, 20) if random.random() < 0.3 else None,
            number // WORKS_A_DAY + random.randint(5, 40) if random.random() < 0.5 else None,
        )
        for number in range((DAYS - 5) * WORKS_A_DAY)
    ]


def shown(work: Work, day: int, published: str, today: str) -> Iterator[Entry]:
    """Return the entries of a work on a day: each source shows it for three days, and the preprint in two feeds."""
    arxiv, abstract = f"2611.{work.number:05}", f"We study {work.title[3:]}. " * 4
    if work.preprint <= day < work.preprint + 3:
        # The second version, of the second day, has another title.
        revised = work.number % 7 == 0 and day > work.preprint
        title = f"{work.title} and Beyond" if work.number % 7 == 0 and not revised else work.title
        common: dict[str, Any] = {"title": title, "authors": work.authors, "abstract": abstract, "published": published}
        names: tuple[tuple[str, str], ...] = (("arxiv", arxiv),)
        sighting = Appearance(today, work.number % WORKS_A_DAY + 1, day - work.preprint)
        yield Entry(FetchedPaper(trust=Trust.ARXIV, identifiers=names, version=1 + revised, **common), "arxiv", today)
        yield Entry(
            FetchedPaper(trust=Trust.HUGGINGFACE, identifiers=names, appearance=sighting, **common), "hf", today
        )
    if work.blog is not None and work.blog <= day < work.blog + 3:
        link = f"https://blog.example/{work.number}"
        names = tuple(identifiers_in(link))
        post = FetchedPaper(title=work.title, trust=Trust.PAGE, url=link, name=link, identifiers=names)
        yield Entry(post, "blog", today)
    if work.article is not None and work.article <= day < work.article + 3:
        link = f"https://journal.example/article/{work.number}"
        names = (("doi", f"10.1234/j.{work.number}"), *identifiers_in(link))
        article = FetchedPaper(
            title=work.title.upper() if work.number % 5 == 0 else work.title,
            authors=work.authors,
            published=today,
            venue="Journal of Examples",
            trust=Trust.PAGE,
            url=link,
            name=link,
            identifiers=names,
        )
        yield Entry(article, "journal", today)


def editorial(day: int, today: str) -> Iterator[Entry]:
    """Return the editorial of the issue, which appears each ten days and is shown for three."""
    if day % 10 < 3:
        link = f"https://journal.example/issue/{day // 10}/editorial"
        paper = FetchedPaper(
            title="Editorial",
            published=today,
            trust=Trust.PAGE,
            url=link,
            name=link,
            identifiers=tuple(identifiers_in(link)),
        )
        yield Entry(paper, "journal", today)


def test_no_paper_is_lost_doubled_or_returned(library: str, run_cli: Run, now: datetime) -> None:
    random = Random(1)
    every = works(random)
    start = date(2026, 11, 1)
    decided: dict[int, str] = {}
    for day in range(DAYS):
        today = (start + timedelta(days=day)).isoformat()
        entries = [
            entry
            for work in every
            for entry in shown(work, day, (start + timedelta(days=work.preprint)).isoformat(), today)
        ]
        entries += editorial(day, today)
        random.shuffle(entries)
        # The feeds are pulled one after the other, in any order.
        for feed in random.sample(["arxiv", "hf", "blog", "journal"], 4):
            report = ingest(library, [one for one in entries if one.feed == feed], now + timedelta(days=day))
            assert report.rejected == ()
        inbox = [paper["id"] for paper in run_cli("list", "status:inbox", "--json").json]
        assert not decided.keys() & set(inbox)
        for status in ("dropped", "done", "queued"):
            chosen = [one for one in random.sample(inbox, min(2, len(inbox))) if one not in decided]
            if chosen:
                run_cli("mark", status, *chosen)
                decided.update(dict.fromkeys(chosen, status))
    found = run_cli("list", "status:inbox,queued,reading,done,dropped", "--json").json
    issues = DAYS // 10
    assert len(found) == len(every) + issues
    assert sum(paper["title"] == "Editorial" for paper in found) == issues
    assert sorted(paper["arxiv_id"] for paper in found if paper["arxiv_id"]) == [
        f"2611.{work.number:05}" for work in every
    ]
    assert {paper["id"]: paper["status"] for paper in found if paper["id"] in decided} == decided
    by_arxiv = {paper["arxiv_id"]: paper for paper in found}
    for work in every:
        paper = by_arxiv[f"2611.{work.number:05}"]
        assert paper["title"].casefold() == work.title.casefold()
        assert (paper["doi"] is not None) == (work.article is not None and work.article < DAYS)
    with closing(sqlite3.connect(library)) as connection:
        assert connection.execute("SELECT count(*) FROM look_alike").fetchone() == (0,)
