"""What services know of papers of which something is missing: asked in batches, nothing is written here."""

from collections.abc import Callable, Mapping, Sequence
from typing import NamedTuple

from readq.errors import ReadqError
from readq.feeds.arxiv import api_client as arxiv_asking
from readq.model.identifiers import title_key
from readq.model.matching import Identifier
from readq.model.values import FetchedPaper
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, FetchError
from readq.registries import crossref, openalex, semanticscholar, title_match
from readq.registries.reference_lookup import look_up
from readq.services.enrichment.title_search import Candidate, ranked
from readq.store.enrichment.candidates import Enrichable
from readq.store.enrichment.pending_papers import TITLE_PREFIX

_TOGETHER = 10
"""Titles in one question to arXiv."""

_ALONE = 10
"""Titles that arXiv does not have are asked for one by one elsewhere: so many at most in one run."""

_NAMES = ("doi", "acl", "openreview", "arxiv", "s2")
_RENAMED = 60.0
"""How alike the titles of a preprint and of its published version must be, of 100, when they share authors."""


class Told(NamedTuple):
    """What a service says of the paper with a number, which was found by its id, or by its title alone."""

    number: int
    paper: FetchedPaper
    by_title: bool = False


class Ambiguous(NamedTuple):
    """A paper whose title may name any of several works, or one that is not certain."""

    paper: Enrichable
    candidates: tuple[Candidate, ...]


class Findings:
    """What one run has found so far; `told` in the order of finding.

    `narrate` is told what is being asked. `failures` are questions that a service did not answer, `remarks` those
    without which most was done.
    """

    def __init__(self, narrate: Callable[[str], None] = lambda _line: None) -> None:
        self.narrate = narrate
        self.told: list[Told] = []
        self.ambiguous: list[Ambiguous] = []
        self.unknown: list[Enrichable] = []
        self.failures: list[str] = []
        self.remarks: list[str] = []
        self.unreached: dict[int, str] = {}

    def identifiers(self, paper: Enrichable) -> set[Identifier]:
        """What the library and this run know a paper by."""
        told = (name for one in self.told if one.number == paper.id for name in one.paper.identifiers)
        return {*paper.identifiers, *told}


async def find(fetcher: Fetcher, endpoints: Endpoints, papers: Sequence[Enrichable], findings: Findings) -> None:
    """Look for all that is missing of `papers`. Every question has its own failure."""
    await by_name(fetcher, endpoints, papers, findings)
    await by_title(fetcher, endpoints, [paper for paper in papers if is_nameless(paper)], findings)
    await published(fetcher, endpoints, papers, findings)


def is_nameless(paper: Enrichable) -> bool:
    """Whether only a title can say which paper it is."""
    is_pending = paper.reference is not None and not paper.reference.startswith(TITLE_PREFIX)
    return not is_pending and paper.identifier(*_NAMES) is None


def _reference(paper: Enrichable) -> str | None:
    """What to look a paper up by, if a look-up can bring what is missing."""
    if paper.reference is not None and not paper.reference.startswith(TITLE_PREFIX):
        return paper.reference
    name = paper.identifier(*_NAMES)
    if name is None or (paper.authors and (paper.published or paper.year)):
        return None
    return f"openreview:{name[1]}" if name[0] == "openreview" else name[1]


async def by_name(fetcher: Fetcher, endpoints: Endpoints, papers: Sequence[Enrichable], findings: Findings) -> None:
    """Look papers up by the ids that they have."""
    references = {paper.id: reference for paper in papers if (reference := _reference(paper))}
    found = await look_up(fetcher, endpoints, list(dict.fromkeys(references.values())))
    for number, reference in references.items():
        told = found[reference]
        if told.paper:
            findings.told.append(Told(number, told.paper))
        else:
            findings.unreached[number] = told.error or "not found"
            findings.failures.append(f"{reference}: {told.error}")


async def by_title(fetcher: Fetcher, endpoints: Endpoints, papers: Sequence[Enrichable], findings: Findings) -> None:
    """Look papers up by their titles: at arXiv, and one by one elsewhere what it does not have."""
    left: dict[Enrichable, Sequence[FetchedPaper]] = {}
    for start in range(0, len(papers), _TOGETHER):
        chosen = papers[start : start + _TOGETHER]
        findings.narrate(f"titles at arXiv: {start + 1:,} to {start + len(chosen):,} of {len(papers):,}")
        try:
            found = await arxiv_asking.by_titles(fetcher, endpoints, [paper.title for paper in chosen])
        except ReadqError as error:
            findings.failures.append(f"titles at arXiv: {error}")
            return
        for paper in chosen:
            match = title_match.match(_wanted(paper), found)
            if match.sure:
                findings.told.append(Told(paper.id, match.sure, by_title=True))
            else:
                left[paper] = match.possible
    await _elsewhere(fetcher, endpoints, left, findings)


def _wanted(paper: Enrichable) -> title_match.TitleQuery:
    return title_match.TitleQuery(paper.title, paper.authors, paper.abstract)


async def _elsewhere(
    fetcher: Fetcher, endpoints: Endpoints, left: Mapping[Enrichable, Sequence[FetchedPaper]], findings: Findings
) -> None:
    services = {"Semantic Scholar": semanticscholar.by_title, "OpenAlex": openalex.by_title}
    for asked, (paper, possible) in enumerate(left.items()):
        candidates = list(possible)
        for name, ask in list(services.items()) if asked < _ALONE else ():
            findings.narrate(f"at {name}: {paper.title}")
            try:
                candidates += await ask(fetcher, endpoints, paper.title)
                break
            except FetchError as error:
                findings.remarks.append(f"titles at {name}: {error}")
                del services[name]
        match = title_match.match(_wanted(paper), candidates)
        if match.sure:
            findings.told.append(Told(paper.id, match.sure, by_title=True))
        elif match.possible:
            findings.ambiguous.append(Ambiguous(paper, ranked(paper.title, match.possible)))
        else:
            findings.unknown.append(paper)


async def published(fetcher: Fetcher, endpoints: Endpoints, papers: Sequence[Enrichable], findings: Findings) -> None:
    """Find out which preprints were published: where, under which DOI, on which pages."""
    preprints: dict[Identifier, Enrichable] = {}
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
    dois: dict[str, Enrichable] = {}
    for name, paper in preprints.items():
        known = [*findings.identifiers(paper), *(found[name].identifiers if name in found else ())]
        dois.update({value: paper for scheme, value in known if scheme == "doi"})
    records = await _records(fetcher, endpoints, dois, findings)
    false = {("doi", doi) for doi, record in records.items() if not _is_published_version(dois[doi], findings, record)}
    for name, paper in preprints.items():
        if name in found:
            believed = tuple(one for one in found[name].identifiers if one not in false)
            findings.told.append(Told(paper.id, found[name]._replace(identifiers=believed)))
    for doi, record in records.items():
        if ("doi", doi) not in false:
            findings.told.append(Told(dois[doi].id, record))


async def _records(
    fetcher: Fetcher, endpoints: Endpoints, dois: Mapping[str, Enrichable], findings: Findings
) -> dict[str, FetchedPaper]:
    if not dois:
        return {}
    try:
        return await crossref.by_dois(fetcher, endpoints, list(dois))
    except FetchError as error:
        findings.remarks.append(f"published versions at Crossref: {error}")
        return {}


def _is_published_version(paper: Enrichable, findings: Findings, record: FetchedPaper) -> bool:
    """Whether a record is that of the paper: a DOI that authors or machines put on a preprint may be any other's."""
    authors = next((one.paper.authors for one in findings.told if one.number == paper.id), ()) or paper.authors
    if title_key(paper.title) == title_key(record.title):
        return True
    fit = title_match.fit(title_match.TitleQuery(paper.title, authors, paper.abstract), record)
    alike = title_match.similarity(paper.title, record.title) >= _RENAMED
    return fit is title_match.Fit.SURE or (alike and title_match.share_authors(authors, record.authors))
