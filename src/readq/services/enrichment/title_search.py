"""Search arXiv, Semantic Scholar and OpenAlex for a title, and rank the results, so that a person can choose."""

import asyncio
from collections.abc import Awaitable, Mapping, Sequence
from typing import NamedTuple

from readq.errors import ReadqError
from readq.feeds.arxiv import api_client
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import title_key
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, Network
from readq.registries import openalex, semanticscholar, title_match

MAX_CANDIDATES = 10
"""The maximum number of candidates that a search returns."""

_MIN_SCORE = 50.0
"""The minimum similarity of a candidate's title, from 0 to 100. Less similar results of web services are left out."""

_PREFERRED_SCHEMES = ("arxiv", "doi", "acl", "openreview", "s2", "url")


class Candidate(NamedTuple):
    """A search result. `reference` is an identifier or a URL that `add` accepts.

    `score` is the similarity of its title to the title that was searched for, from 0 to 100.
    """

    reference: str
    title: str
    authors: tuple[str, ...]
    year: int | None
    venue: str | None
    score: float


class Search(NamedTuple):
    """The results of a search for a title, best first.

    `failures` has a line for each web service that failed. `answered` is False if all web services failed.
    """

    candidates: tuple[Candidate, ...]
    failures: tuple[str, ...] = ()
    answered: bool = True


def search(network: Network, title: str) -> Search:
    """Search arXiv, Semantic Scholar and OpenAlex for `title`, and return the results.

    If one web service fails, the results of the other services are returned.
    """
    return asyncio.run(_search(network, title))


async def _search(network: Network, title: str) -> Search:
    async with network.fetcher() as fetcher:
        searches = _searches(fetcher, network.endpoints, title)
        results = await asyncio.gather(*(_results(service, search) for service, search in searches.items()))
    papers = [paper for found, _ in results for paper in found]
    failures = tuple(failure for _, failure in results if failure)
    return Search(ranked(title, papers), failures, answered=len(failures) < len(results))


def _searches(fetcher: Fetcher, endpoints: Endpoints, title: str) -> Mapping[str, Awaitable[list[FetchedPaper]]]:
    return {
        "arXiv": api_client.by_titles(fetcher, endpoints, [title]),
        "Semantic Scholar": semanticscholar.by_title(fetcher, endpoints, title),
        "OpenAlex": openalex.by_title(fetcher, endpoints, title),
    }


async def _results(service: str, search: Awaitable[list[FetchedPaper]]) -> tuple[list[FetchedPaper], str | None]:
    try:
        return await search, None
    except ReadqError as error:
        return [], f"{service}: {error}"


def ranked(title: str, papers: Sequence[FetchedPaper]) -> tuple[Candidate, ...]:
    """Return at most MAX_CANDIDATES of `papers` as candidates, the titles most similar to `title` first.

    Among equally similar titles, older papers come first. Several papers that describe one work give one candidate. A
    paper is left out if it has no identifier or URL by which `add` could add it, or if its title is too different.
    """
    found: list[Candidate] = []
    for work in title_match.works(papers):
        reference = reference_of(work)
        score = title_match.word_similarity(title, work.title)
        if reference and score >= _MIN_SCORE:
            year = work.year or (int(work.published[:4]) if work.published else None)
            names = tuple(author.name for author in work.authors)
            found.append(Candidate(reference, work.title, names, year, work.venue, round(score, 1)))
    exact = title_key(title)
    found.sort(key=lambda one: (title_key(one.title) != exact, -one.score, one.year or 9999, one.reference))
    return tuple(found[:MAX_CANDIDATES])


def reference_of(paper: FetchedPaper) -> str | None:
    """Return the best identifier or URL of a paper for use as an argument of `add`.

    Return None if the paper has neither.
    """
    for scheme in _PREFERRED_SCHEMES:
        for kind, value in paper.identifiers:
            if kind == scheme:
                return f"https://openreview.net/forum?id={value}" if scheme == "openreview" else value
    return None
