"""Ask the registries about works by identifier and by title, in batches.

If a request fails, the other requests are still sent.
"""

from collections.abc import Callable, Iterable, Iterator, Sequence

from readq.errors import ReadqError
from readq.feeds.arxiv import api_client
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import title_key
from readq.model.identity.evidence import Identifier
from readq.model.values import Trust
from readq.net.endpoints import Endpoints
from readq.net.fetcher import Fetcher, FetchError
from readq.registries import crossref, csl_json, datacite, openalex
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

_ARXIV_BATCH = 50
_UNKNOWN = (400, 404, 406, 410)


class Lookup:
    """A look-up of works at the registries. The results are collected in its attributes.

    - `records`: maps each identifier to the record of the work, or to None if no registry knows the work
    - `failures`: maps the identifiers of failed look-ups to the reason
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
        waiting = self._not_kept(by_name)
        for start in range(0, len(waiting), api_client.TITLES_PER_REQUEST):
            batch = waiting[start : start + api_client.TITLES_PER_REQUEST]
            try:
                self._narrate(f"asking arXiv for {len(batch)} titles")
                papers = await api_client.by_titles(
                    self._fetcher, self._endpoints, [by_name[name].title for name in batch]
                )
            except ReadqError as error:
                self.remarks[str(error)] = None
                continue
            records = [of_paper(paper, "arxiv") for paper in papers]
            for name in batch:
                if record := best(by_name[name], records):
                    self._note(name, record)
        for name in waiting:
            if name not in self.records:
                await self._title(name, by_name[name])

    def _not_kept(self, names: Iterable[Identifier]) -> list[Identifier]:
        asked: list[Identifier] = []
        for name in names:
            is_kept, record = self._answers.get(name)
            if is_kept:
                self.records[name] = record
            elif name not in self.records:
                asked.append(name)
        return asked

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
        plain = [doi for doi in dois if "," not in doi and "|" not in doi]
        found: dict[str, PublishedRecord] = {}
        for batch in _batches(plain, crossref.BATCH_SIZE):
            found.update(await self._crossref(batch))
        await self._retractions(found)
        for doi, record in found.items():
            self._note(("doi", doi), record)
        for doi in dois:
            if doi not in found and ("doi", doi) not in self.failures:
                await self._other_agency(doi, is_asked=doi in plain)

    async def _crossref(self, batch: Sequence[str]) -> dict[str, PublishedRecord]:
        self._narrate(f"asking Crossref for {len(batch)} works")
        try:
            items = await crossref.works(self._fetcher, self._endpoints, batch)
        except ReadqError as error:
            self.failures.update({("doi", doi): str(error) for doi in batch})
            return {}
        return {doi: record for doi, record in _by_doi(items) if doi in batch}

    async def _retractions(self, found: dict[str, PublishedRecord]) -> None:
        """Add retractions to the records in `found` that lack them, from the notices at Crossref and OpenAlex."""
        sound = [doi for doi, record in found.items() if record.retraction is None]
        for batch in _batches(sound, crossref.BATCH_SIZE):
            try:
                for notice in await crossref.notices(self._fetcher, self._endpoints, batch):
                    for doi, own in retracted_by(notice).items():
                        if doi in found:
                            found[doi] = found[doi]._replace(retraction=own)
                for doi in await openalex.retracted(self._fetcher, self._endpoints, batch):
                    if found[doi].retraction is None:
                        found[doi] = found[doi]._replace(retraction="", source="openalex")
            except ReadqError as error:
                self.remarks[f"retractions could not be checked: {error}"] = None

    async def _other_agency(self, doi: str, *, is_asked: bool) -> None:
        """Look up a DOI that Crossref does not know. Ask DataCite, and then doi.org, which knows all DOIs."""
        name = ("doi", doi)
        try:
            item = {} if is_asked else await crossref.work(self._fetcher, self._endpoints, doi)
            if item and (record := of_crossref(item)):
                self._note(name, record)
                return
            source = "datacite"
            paper = await datacite.by_doi(self._fetcher, self._endpoints, doi)
            if paper is None:
                source = "doi.org"
                paper = await csl_json.by_doi(self._fetcher, self._endpoints, doi)
        except FetchError as error:
            if error.status in _UNKNOWN:
                self._note(name, None)
            else:
                self.failures[name] = str(error)
            return
        if paper is not None and not _names(paper.identifiers, doi):
            self.failures[name] = f"{source} answered with another work"
            return
        self._note(name, None if paper is None else of_paper(paper, source))

    async def _pmid(self, name: Identifier) -> None:
        try:
            paper = await openalex.by_pmid(self._fetcher, self._endpoints, name[1])
        except ReadqError as error:
            self.failures[name] = str(error)
            return
        self._note(name, None if paper is None else of_paper(paper, "openalex"))

    async def _title(self, name: Identifier, claim: Claim) -> None:
        authors = " ".join(author.name for author in claim.authors[:3])
        self._narrate(f"asking Crossref for {claim.title}")
        try:
            items = await crossref.search(self._fetcher, self._endpoints, f"{claim.title} {authors}")
            record = best(claim, [record for item in items if (record := of_crossref(item))])
            if record is None:
                papers = await openalex.by_title(self._fetcher, self._endpoints, claim.title)
                record = best(claim, [of_paper(paper, "openalex") for paper in papers])
        except ReadqError as error:
            self.failures[name] = str(error)
            return
        self._note(name, record)


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


def _names(identifiers: Sequence[Identifier], doi: str) -> bool:
    return ("doi", doi) in identifiers or not any(scheme == "doi" for scheme, _ in identifiers)


def _batches(values: Sequence[str], size: int) -> Iterator[Sequence[str]]:
    return (values[start : start + size] for start in range(0, len(values), size))
