"""Papers with a title: what arXiv, Semantic Scholar and OpenAlex find, the likeliest first, for a person to choose."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import NamedTuple

from readq.feeds.arxiv import api_client as arxiv_asking
from readq.model.identifiers import title_key
from readq.model.values import FetchedPaper
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, FetchError, Network
from readq.registries import openalex, semanticscholar, title_match

LIMIT = 10
"""As many candidates as are shown."""

_LEAST = 50.0
"""How alike a candidate's title must be at least, of 100: services find something for any words."""

_BY_STRENGTH = ("arxiv", "doi", "acl", "openreview", "s2", "url")


class Candidate(NamedTuple):
    """A paper that may be meant. `reference` is what to add it by, `score` how alike the titles are, of 100."""

    reference: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str | None
    score: float


class Search(NamedTuple):
    """What a search came to; `failures` are those of services, a line each; `answered`: at least one did."""

    candidates: tuple[Candidate, ...]
    failures: tuple[str, ...] = ()
    answered: bool = True


def search(network: Network, title: str) -> Search:
    """Ask every service for papers with a title. A service that fails is named and stops nothing."""
    return asyncio.run(_search(network, title))


async def _search(network: Network, title: str) -> Search:
    async with network.fetcher() as fetcher:
        questions = _questions(fetcher, network.endpoints, title)
        answers = await asyncio.gather(*(_caught(service, asked) for service, asked in questions.items()))
    papers = [paper for found, _ in answers for paper in found]
    failures = tuple(failure for _, failure in answers if failure)
    return Search(ranked(title, papers), failures, answered=len(failures) < len(answers))


def _questions(fetcher: Fetcher, endpoints: Endpoints, title: str) -> Mapping[str, Awaitable[list[FetchedPaper]]]:
    return {
        "arXiv": arxiv_asking.by_titles(fetcher, endpoints, [title]),
        "Semantic Scholar": semanticscholar.by_title(fetcher, endpoints, title),
        "OpenAlex": openalex.by_title(fetcher, endpoints, title),
    }


async def _caught(service: str, question: Awaitable[list[FetchedPaper]]) -> tuple[list[FetchedPaper], str | None]:
    try:
        return await question, None
    except FetchError as error:
        return [], f"{service}: {error}"


def ranked(title: str, papers: Sequence[FetchedPaper]) -> tuple[Candidate, ...]:
    """The papers that can be added, each work once, the nearest title first; of equal ones the older."""
    found: list[Candidate] = []
    for work in title_match.works(papers):
        reference = reference_of(work)
        score = title_match.closeness(title, work.title)
        if reference and score >= _LEAST:
            year = work.year or (int(work.published[:4]) if work.published else None)
            names = tuple(author.name for author in work.authors)
            found.append(Candidate(reference, work.title, names, year, work.venue, round(score, 1)))
    exact = title_key(title)
    found.sort(key=lambda one: (title_key(one.title) != exact, -one.score, one.year or 9999, one.reference))
    return tuple(found[:LIMIT])


def reference_of(paper: FetchedPaper) -> str | None:
    """The REF by which a paper is best added; None when it has no identifier."""
    for scheme in _BY_STRENGTH:
        for kind, value in paper.identifiers:
            if kind == scheme:
                return f"https://openreview.net/forum?id={value}" if scheme == "openreview" else value
    return None
