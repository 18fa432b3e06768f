"""Look up missing metadata at arXiv, Crossref, OpenAlex and Semantic Scholar, in batches. Writes nothing."""

from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import NamedTuple

from readq.errors import ReadqError
from readq.feeds.arxiv import api_client
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import title_key
from readq.model.identity.evidence import Identifier
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, FetchError
from readq.registries import crossref, openalex, semanticscholar, title_match
from readq.registries.reference_lookup import look_up
from readq.services.enrichment.title_search import Candidate, ranked
from readq.store.enrichment.candidates import EnrichablePaper
from readq.store.enrichment.pending_papers import TITLE_PREFIX

_TITLES_PER_REQUEST = 10
"""The number of titles in one request to arXiv."""

_MAX_SINGLE = 10
"""The maximum number of titles that one run searches for outside arXiv. Each of these titles needs its own request."""

_SCHEMES = ("doi", "acl", "openreview", "arxiv", "s2")
_MIN_SIMILARITY = 60.0
"""The minimum similarity of two titles, from 0 to 100, at which two works with a common author may be the same work."""


class Finding(NamedTuple):
    """Metadata that was found for the paper with the id `number`.

    `by_title` is True if the metadata was found by the title of the paper alone. It is False if the metadata was found
    by an identifier.
    """

    number: int
    paper: FetchedPaper
    by_title: bool = False


class Ambiguous(NamedTuple):
    """A paper with a title that matches several works, or matches one work only roughly. A person has to choose.

    `candidates` are these works.
    """

    paper: EnrichablePaper
    candidates: tuple[Candidate, ...]


class Findings:
    """The results of one run so far, in the order of the requests.

    - `narrate`: a function that is called with a line of text about each request
    - `found`: the metadata that was found
    - `ambiguous`: the papers whose title matches several works, or one work only roughly
    - `unknown`: the papers whose title matches no work
    - `failures`: a line of text for each failed request, except the requests in `remarks`
    - `remarks`: a line for each failed request of less importance, such as a request for published versions
    - `unreached`: maps the ids of papers to the reason why their look-up by identifier failed
    """

    def __init__(self, narrate: Callable[[str], None] = lambda _line: None) -> None:
        self.narrate = narrate
        self.found: list[Finding] = []
        self.ambiguous: list[Ambiguous] = []
        self.unknown: list[EnrichablePaper] = []
        self.failures: list[str] = []
        self.remarks: list[str] = []
        self.unreached: dict[int, str] = {}

    def identifiers(self, paper: EnrichablePaper) -> set[Identifier]:
        """Return all identifiers of a paper: the identifiers in the library, and the identifiers found in this run."""
        found = (identifier for one in self.found if one.number == paper.id for identifier in one.paper.identifiers)
        return {*paper.identifiers, *found}


async def find(fetcher: Fetcher, endpoints: Endpoints, papers: Sequence[EnrichablePaper], findings: Findings) -> None:
    """Look up the missing metadata of `papers`, and add it to `findings`.

    A failed request is recorded in `findings`, and the next request is made.
    """
    await find_by_identifier(fetcher, endpoints, papers, findings)
    await find_by_title(fetcher, endpoints, [paper for paper in papers if has_title_only(paper)], findings)
    await find_published(fetcher, endpoints, papers, findings)


def has_title_only(paper: EnrichablePaper) -> bool:
    """Return whether a paper can be looked up only by its title.

    This is the case if the paper has no identifier that a web service can look up, and was not added by a reference,
    such as a URL, that is still to be looked up.
    """
    is_pending = paper.reference is not None and not paper.reference.startswith(TITLE_PREFIX)
    return not is_pending and paper.identifier(*_SCHEMES) is None


def _reference(paper: EnrichablePaper) -> str | None:
    """Return the reference by which to look up a paper.

    Return None if the paper lacks nothing that can be looked up.
    """
    if paper.reference is not None and not paper.reference.startswith(TITLE_PREFIX):
        return paper.reference
    name = paper.identifier(*_SCHEMES)
    if name is None or (paper.authors and (paper.published or paper.year)):
        return None
    return f"openreview:{name[1]}" if name[0] == "openreview" else name[1]


async def find_by_identifier(
    fetcher: Fetcher, endpoints: Endpoints, papers: Sequence[EnrichablePaper], findings: Findings
) -> None:
    """Look up the papers that lack metadata and have an identifier. Add the results to `findings`."""
    references = {paper.id: reference for paper in papers if (reference := _reference(paper))}
    found = await look_up(fetcher, endpoints, list(dict.fromkeys(references.values())))
    for number, reference in references.items():
        looked_up = found[reference]
        if looked_up.paper:
            findings.found.append(Finding(number, looked_up.paper))
        else:
            findings.unreached[number] = looked_up.error or "not found"
            findings.failures.append(f"{reference}: {looked_up.error}")


async def find_by_title(
    fetcher: Fetcher, endpoints: Endpoints, papers: Sequence[EnrichablePaper], findings: Findings
) -> None:
    """Look up papers by their titles. Add the results to `findings`.

    arXiv is searched first, for several titles in each request. Titles that arXiv does not have are searched for at
    Semantic Scholar, one in each request. If Semantic Scholar fails, OpenAlex is searched instead. At most 10 titles
    are searched for outside arXiv. If a request to arXiv fails, no further title is searched for.
    """
    left: dict[EnrichablePaper, Sequence[FetchedPaper]] = {}
    for start in range(0, len(papers), _TITLES_PER_REQUEST):
        batch = papers[start : start + _TITLES_PER_REQUEST]
        findings.narrate(f"titles at arXiv: {start + 1:,} to {start + len(batch):,} of {len(papers):,}")
        try:
            found = await api_client.by_titles(fetcher, endpoints, [paper.title for paper in batch])
        except ReadqError as error:
            findings.failures.append(f"titles at arXiv: {error}")
            return
        for paper in batch:
            match = title_match.match(_query(paper), found)
            if match.sure:
                findings.found.append(Finding(paper.id, match.sure, by_title=True))
            else:
                left[paper] = match.possible
    await _find_at_other_services(fetcher, endpoints, left, findings)


def _query(paper: EnrichablePaper) -> title_match.TitleQuery:
    return title_match.TitleQuery(paper.title, paper.authors, paper.abstract)


async def _find_at_other_services(
    fetcher: Fetcher, endpoints: Endpoints, left: Mapping[EnrichablePaper, Sequence[FetchedPaper]], findings: Findings
) -> None:
    services = {"Semantic Scholar": semanticscholar.by_title, "OpenAlex": openalex.by_title}
    for index, (paper, possible) in enumerate(left.items()):
        candidates = list(possible)
        for name, search in list(services.items()) if index < _MAX_SINGLE else ():
            findings.narrate(f"at {name}: {paper.title}")
            try:
                candidates += await search(fetcher, endpoints, paper.title)
                break
            except FetchError as error:
                findings.remarks.append(f"titles at {name}: {error}")
                del services[name]
        match = title_match.match(_query(paper), candidates)
        if match.sure:
            findings.found.append(Finding(paper.id, match.sure, by_title=True))
        elif choices := ranked(paper.title, match.possible):
            findings.ambiguous.append(Ambiguous(paper, choices))
        else:
            findings.unknown.append(paper)


async def find_published(
    fetcher: Fetcher, endpoints: Endpoints, papers: Sequence[EnrichablePaper], findings: Findings
) -> None:
    """Look up the published versions of preprints. Add their venues, DOIs and pages to `findings`."""
    preprints: dict[Identifier, EnrichablePaper] = {}
    for paper in papers:
        arxiv = next((name for name in sorted(findings.identifiers(paper)) if name[0] == "arxiv"), None)
        if arxiv and not (paper.venue and paper.identifier("doi")):
            preprints[arxiv] = paper
    if not preprints:
        return
    findings.narrate(f"published versions of preprints: {len(preprints):,}")
    try:
        found = await semanticscholar.by_identifiers(fetcher, endpoints, list(preprints))
    except FetchError as error:
        findings.remarks.append(f"published versions at Semantic Scholar: {error}")
        found = {}
    dois: dict[str, EnrichablePaper] = {}
    for name, paper in preprints.items():
        known = [*findings.identifiers(paper), *(found[name].identifiers if name in found else ())]
        dois.update({value: paper for scheme, value in known if scheme == "doi"})
    records = await _records(fetcher, endpoints, dois, findings)
    wrong = {("doi", doi) for doi, record in records.items() if not _is_published_version(dois[doi], findings, record)}
    for name, paper in preprints.items():
        if name in found:
            identifiers = tuple(one for one in found[name].identifiers if one not in wrong)
            findings.found.append(Finding(paper.id, replace(found[name], identifiers=identifiers)))
    for doi, record in records.items():
        if ("doi", doi) not in wrong:
            findings.found.append(Finding(dois[doi].id, record))


async def _records(
    fetcher: Fetcher, endpoints: Endpoints, dois: Mapping[str, EnrichablePaper], findings: Findings
) -> dict[str, FetchedPaper]:
    if not dois:
        return {}
    try:
        return await crossref.by_dois(fetcher, endpoints, list(dois))
    except FetchError as error:
        findings.remarks.append(f"published versions at Crossref: {error}")
        return {}


def _is_published_version(paper: EnrichablePaper, findings: Findings, record: FetchedPaper) -> bool:
    """Return whether `record` describes the paper. It may not, because a preprint may have a wrong DOI."""
    authors = next((one.paper.authors for one in findings.found if one.number == paper.id), ()) or paper.authors
    if title_key(paper.title) == title_key(record.title):
        return True
    fit = title_match.fit(title_match.TitleQuery(paper.title, authors, paper.abstract), record)
    is_similar = title_match.similarity(paper.title, record.title) >= _MIN_SIMILARITY
    return fit is title_match.Fit.SURE or (is_similar and title_match.share_authors(authors, record.authors))
