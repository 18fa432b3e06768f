"""Ask the registries about works by identifier and by title, in batches.

If a request fails, the other requests are still sent.
"""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from typing import TypeVar

from readq.errors import ReadqError
from readq.feeds.arxiv import api_client
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import title_key
from readq.model.identity.evidence import Identifier
from readq.model.values import Trust
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, FetchError
from readq.registries import crossref, csl_json, datacite, openalex, reference_lookup
from readq.registries.json_record import Object
from readq.registries.published_record import (
    Claim,
    PublishedRecord,
    differences,
    of_crossref,
    of_paper,
    retracted_by,
)
from readq.registries.title_match import TitleQuery, match
from readq.services.verification.answers import Answers

_Value = TypeVar("_Value")

_ARXIV_BATCH = 50
_UNKNOWN = (400, 404, 406, 410)


class Lookup:
    """A look-up of works at the registries. The results are collected in its attributes.

    - `records`: maps each identifier to the record of the work, or to None if no registry knows the work
    - `failures`: maps the identifiers of failed look-ups to the reason. An identifier that is also in `records` could
      not be checked for a retraction
    - `remarks`: lines of text about failed requests after which the look-up went on
    - `narrate`: a function that is called with a line of text before each request

    For a look-up by title, the identifier is the result of `title_name`.
    """

    def __init__(
        self, fetcher: Fetcher, endpoints: Endpoints, answers: Answers, narrate: Callable[[str], None]
    ) -> None:
        self._fetcher = fetcher
        self._endpoints = endpoints
        self._answers = answers
        self._narrate = narrate
        self.records: dict[Identifier, PublishedRecord | None] = {}
        self.failures: dict[Identifier, str] = {}
        self.remarks: dict[str, None] = {}

    async def identifiers(self, names: Iterable[Identifier]) -> None:
        """Look up works by DOI, arXiv id or PubMed id. Add the results to `records`, `failures` and `remarks`."""
        asked = self._not_kept(dict.fromkeys(names))
        await self._arxiv([value for scheme, value in asked if scheme == "arxiv"])
        await self._dois([value for scheme, value in asked if scheme == "doi"])
        for name in (name for name in asked if name[0] == "pmid"):
            await self._pmid(name)

    async def titles(self, claims: Sequence[Claim]) -> None:
        """Look up works by their titles and authors. Add the results to `records`, `failures` and `remarks`.

        arXiv is asked for several titles at a time. Works that arXiv does not have are looked up one by one at Crossref
        and OpenAlex.
        """
        by_name = {title_name(claim): claim for claim in claims}
        for batch in _batches(self._not_kept(by_name), api_client.TITLES_PER_REQUEST):
            await self._titles({name: by_name[name] for name in batch})

    async def _titles(self, claims: Mapping[Identifier, Claim]) -> None:
        failure = None
        found: dict[Identifier, PublishedRecord | None] = {}
        self._narrate(f"asking arXiv for {len(claims)} titles")
        try:
            papers = await api_client.by_titles(
                self._fetcher, self._endpoints, [claim.title for claim in claims.values()]
            )
            records = [of_paper(paper, "arxiv") for paper in papers]
            found = {name: record for name, claim in claims.items() if (record := best(claim, records))}
        except ReadqError as error:
            failure = str(error)
            self.remarks[failure] = None
        for name, claim in claims.items():
            if name not in found:
                try:
                    found[name] = await self._title(claim)
                except ReadqError as error:
                    self.failures[name] = str(error)
            # A work that only arXiv has is not invented because arXiv could not be asked.
            if failure and name in found and found[name] is None:
                del found[name]
                self.failures[name] = failure
        await self._settle(found)

    def _not_kept(self, names: Iterable[Identifier]) -> list[Identifier]:
        asked: list[Identifier] = []
        for name in names:
            is_kept, record = self._answers.get(name)
            if is_kept:
                self.records[name] = record
            elif name not in self.records:
                asked.append(name)
        return asked

    async def _settle(self, found: Mapping[Identifier, PublishedRecord | None]) -> None:
        """Note the answers `found`, after a check of their DOIs for retractions.

        An answer is not cached if a service could not be asked for the retraction. The reason is then in `failures`.
        """
        dois = {name: doi for name, record in found.items() if (doi := _doi_to_check(name, record))}
        retracted, unchecked = await self._retractions(tuple(dict.fromkeys(dois.values())))
        for name, record in found.items():
            doi = dois.get(name)
            if record and doi in retracted:
                source, notice = retracted[doi]
                self._note(name, record._replace(retraction=notice, source=source))
            elif doi in unchecked:
                self.records[name] = record
                self.failures[name] = unchecked[doi]
            else:
                self._note(name, record)

    def _note(self, name: Identifier, record: PublishedRecord | None) -> None:
        self.records[name] = record
        self.failures.pop(name, None)
        self._answers.put(name, record)

    async def _arxiv(self, ids: Sequence[str]) -> None:
        for batch in _batches(ids, _ARXIV_BATCH):
            self._narrate(f"asking arXiv for {len(batch)} papers")
            try:
                papers = await api_client.by_ids(self._fetcher, self._endpoints, batch)
            except ReadqError as error:
                self.failures.update({("arxiv", name): str(error) for name in batch})
                continue
            found = {value: paper for paper in papers for scheme, value in paper.identifiers if scheme == "arxiv"}
            for name in batch:
                self._note(("arxiv", name), of_paper(found[name], "arxiv") if name in found else None)

    async def _dois(self, dois: Sequence[str]) -> None:
        plain = [doi for doi in dois if _is_plain(doi)]
        found: dict[Identifier, PublishedRecord | None] = {}
        for batch in _batches(plain, crossref.BATCH_SIZE):
            found.update({("doi", doi): record for doi, record in (await self._crossref(batch)).items()})
        await self._settle(found)
        others: dict[Identifier, PublishedRecord | None] = {}
        for name in (("doi", doi) for doi in dois):
            if name not in found and name not in self.failures:
                try:
                    others[name] = await self._other_agency(name[1], is_asked=_is_plain(name[1]))
                except FetchError as error:
                    self.failures[name] = str(error)
        await self._settle(others)

    async def _crossref(self, batch: Sequence[str]) -> dict[str, PublishedRecord]:
        self._narrate(f"asking Crossref for {len(batch)} works")
        try:
            items = await crossref.works(self._fetcher, self._endpoints, batch)
        except ReadqError as error:
            self.failures.update({("doi", doi): str(error) for doi in batch})
            return {}
        return {doi: record for doi, record in _by_doi(items) if doi in batch}

    async def _retractions(self, dois: Sequence[str]) -> tuple[dict[str, tuple[str, str]], dict[str, str]]:
        """Look up which works are retracted, by the notices at Crossref and at OpenAlex.

        Return a mapping from the DOIs of retracted works to pairs: the name of the registry, and the DOI of the notice
        or "". Also return a mapping from the DOIs that could not be checked to the reason.
        """
        retracted: dict[str, tuple[str, str]] = {}
        unchecked: dict[str, str] = {}
        for batch in _batches(dois, crossref.BATCH_SIZE):
            try:
                for notice in await crossref.notices(self._fetcher, self._endpoints, batch):
                    retracted.update({doi: ("crossref", own) for doi, own in retracted_by(notice).items()})
                for doi in await openalex.retracted(self._fetcher, self._endpoints, batch):
                    retracted.setdefault(doi, ("openalex", ""))
            except ReadqError as error:
                unchecked.update(dict.fromkeys(batch, str(error)))
        return retracted, unchecked

    async def _other_agency(self, doi: str, *, is_asked: bool) -> PublishedRecord | None:
        """Look up a DOI that Crossref does not know. Ask DataCite, and then doi.org, which knows all DOIs.

        Return None if there is no such DOI. Raises FetchError if a service cannot be asked or names another work, or if
        the agency that registered the DOI sends no record.
        """
        paper = None
        try:
            item = {} if is_asked else await crossref.work(self._fetcher, self._endpoints, doi)
            if item and (record := of_crossref(item)):
                return record
            source = "datacite"
            paper = await datacite.by_doi(self._fetcher, self._endpoints, doi)
            if paper is None:
                source = "doi.org"
                paper = await csl_json.by_doi(self._fetcher, self._endpoints, doi)
        except FetchError as error:
            if error.status not in _UNKNOWN:
                raise
        if paper is None:
            if agency := await reference_lookup.agency_of(self._fetcher, self._endpoints, doi):
                raise FetchError(f"{agency} registered the DOI {doi}, but sent no record of the work")
            return None
        if not _names(paper.identifiers, doi):
            raise FetchError(f"{source} answered with another work")
        return of_paper(paper, source)

    async def _pmid(self, name: Identifier) -> None:
        try:
            paper = await openalex.by_pmid(self._fetcher, self._endpoints, name[1])
        except ReadqError as error:
            self.failures[name] = str(error)
            return
        await self._settle({name: None if paper is None else of_paper(paper, "openalex")})

    async def _title(self, claim: Claim) -> PublishedRecord | None:
        """Look up a work by its title at Crossref and OpenAlex. Raises FetchError if one of them cannot be asked."""
        authors = " ".join(author.name for author in claim.authors[:3])
        self._narrate(f"asking Crossref for {claim.title}")
        items = await crossref.search(self._fetcher, self._endpoints, f"{claim.title} {authors}")
        record = best(claim, [record for item in items if (record := of_crossref(item))])
        if record is None:
            papers = await openalex.by_title(self._fetcher, self._endpoints, claim.title)
            record = best(claim, [of_paper(paper, "openalex") for paper in papers])
        return record


def title_name(claim: Claim) -> Identifier:
    """Return the identifier to use for a work of which only the title and the authors are known.

    It is made from the title and the first author of `claim`.
    """
    return "title", f"{title_key(claim.title)} {title_key(claim.authors[0].name) if claim.authors else ''}".strip()


def best(claim: Claim, records: Sequence[PublishedRecord]) -> PublishedRecord | None:
    """Return the record among `records` whose title fits the entry `claim` best. Return None if no title fits.

    A record with the same title and other authors fits too, so that the difference can be reported.
    """
    same = [record for record in records if title_key(record.title) == title_key(claim.title)]
    if same:
        return min(same, key=lambda record: (len(differences(claim, record)), record.is_preprint))
    candidates = [
        FetchedPaper(title=record.title, trust=Trust.REGISTRY, authors=record.authors)
        for record in records
        if record.title
    ]
    sure = match(TitleQuery(claim.title, claim.authors), candidates).sure
    return next((record for record in records if sure and record.title == sure.title), None)


def _by_doi(items: Sequence[Object]) -> Iterator[tuple[str, PublishedRecord]]:
    for item in items:
        if record := of_crossref(item):
            yield from ((value, record) for scheme, value in record.identifiers[:1] if scheme == "doi")


def _is_plain(doi: str) -> bool:
    """Return whether a list of DOIs in a request can contain this DOI."""
    return "," not in doi and "|" not in doi


def _doi_to_check(name: Identifier, record: PublishedRecord | None) -> str | None:
    """Return the DOI by which to look for a retraction of the work that was found under `name`. Return None if none."""
    if record is None or record.retraction is not None:
        return None
    dois = [value for scheme, value in (name, *record.identifiers) if scheme == "doi"]
    return dois[0] if dois and _is_plain(dois[0]) else None


def _names(identifiers: Sequence[Identifier], doi: str) -> bool:
    return ("doi", doi) in identifiers or not any(scheme == "doi" for scheme, _ in identifiers)


def _batches(values: Sequence[_Value], size: int) -> Iterator[Sequence[_Value]]:
    return (values[start : start + size] for start in range(0, len(values), size))
