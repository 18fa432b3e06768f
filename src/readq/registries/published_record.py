"""Compare an entry of a bibliography with the record that a registry has of the published work. Pure functions.

Each source marks a retraction in its own way:

- Crossref: by the field `updated-by` of the retracted work, and the field `update-to` of the notice of retraction
  (https://www.crossref.org/documentation/crossmark/version-control-corrections-and-retractions/)
- OpenAlex: by the field `is_retracted`
- publishers: by `RETRACTED:` at the beginning of the title
- arXiv: by a comment that states the withdrawal
"""

import re
from collections.abc import Iterable, Sequence
from typing import NamedTuple

from readq.model.authors.group_names import is_group
from readq.model.authors.person_names import surname
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import doi, title_key
from readq.model.identity.evidence import Identifier, family_words
from readq.model.values import Author
from readq.registries import csl_json, title_match
from readq.registries.json_record import Object, date_parts, object_in, objects_in, text_in, year_in
from readq.text import fold

_RETRACTED = frozenset(("retraction", "withdrawal", "removal"))
_IN_TITLE = re.compile(
    r"(?:(?<!\s)\s++)?\W?(?:retracted|withdrawn|removed|retraction)(?:\s+article)?\W*[:\]]\s*", re.IGNORECASE
)
# Abstracts may speak of drugs and troops that were withdrawn.
_WITHDRAWN = re.compile(
    r"\A\W*withdrawn\b|\b(?:paper|article|submission|manuscript|work|preprint|version)\s+(?:has|have|had|is|was|were)"
    r"(?:\s+been)?\s+(?:temporarily\s+)?withdrawn\b|\bwithdrawn\s+(?:by\s+(?:the\s+)?(?:author|arxiv)|due\s+to)",
    re.IGNORECASE,
)
_DATES = (
    "issued", "published", "published-print", "published-online", "published-other", "posted", "created", "approved"
)  # fmt: skip
_LONGEST_WAY = 4
"""The maximum number of years from a preprint to its publication in a journal or at a conference."""


class PublishedRecord(NamedTuple):
    """The record of a work at a registry."""

    title: str
    authors: tuple[Author, ...]
    years: tuple[int, ...]
    """All years in the dates of the record."""
    identifiers: tuple[Identifier, ...]
    source: str
    """The name of the registry."""
    retraction: str | None = None
    """The DOI of the notice of retraction, or "" if it is unknown. None if the work is not retracted."""
    is_preprint: bool = False


class Claim(NamedTuple):
    """The title, authors and year that an entry of a bibliography states for a work."""

    title: str
    authors: tuple[Author, ...] = ()
    year: int | None = None


class Difference(NamedTuple):
    """A field that differs between an entry and the registry's record.

    `here` is the value in the entry, and `there` is the value in the record.
    """

    field: str
    here: str
    there: str


def of_crossref(item: Object) -> PublishedRecord | None:
    """Convert a Crossref record to a PublishedRecord. Return None if it has neither a title nor a DOI."""
    paper = csl_json.paper_of(item)
    name = doi(text_in(item.get("DOI")))
    if paper is None and name is None:
        return None
    title = paper.title if paper else ""
    years = [date_parts(item.get(date))[0] or year_in(text_in(object_in(item.get(date)).get("raw"))) for date in _DATES]
    found = _retraction_in(objects_in(item.get("updated-by")))
    return PublishedRecord(
        _IN_TITLE.sub("", title, count=1),
        paper.authors if paper else (),
        tuple(sorted({year for year in years if year})),
        paper.identifiers if paper else ((("doi", name),) if name else ()),
        "crossref",
        "" if found is None and _IN_TITLE.match(title) else found,
        text_in(item.get("type")) == "posted-content",
    )


def _retraction_in(updates: Iterable[Object]) -> str | None:
    for update in updates:
        if text_in(update.get("type")).lower().replace(" ", "_") in _RETRACTED:
            return doi(text_in(update.get("DOI"))) or ""
    return None


def retracted_by(notice: Object) -> dict[str, str]:
    """Return a dict that maps the DOI of each retracted work to the DOI of `notice`, a notice of Crossref.

    If the notice has no DOI, the value is "". If the notice retracts no work, the dict is empty.
    """
    own = doi(text_in(notice.get("DOI"))) or ""
    return {
        name: own
        for update in objects_in(notice.get("update-to"))
        if text_in(update.get("type")).lower().replace(" ", "_") in _RETRACTED
        and (name := doi(text_in(update.get("DOI"))))
    }


def of_paper(paper: FetchedPaper, source: str) -> PublishedRecord:
    """Convert a paper from a registry other than Crossref to a PublishedRecord.

    `source` is the name of the registry.
    """
    years = {year for year in (paper.year, year_in(paper.published)) if year}
    is_arxiv = any(scheme == "arxiv" for scheme, _ in paper.identifiers)
    return PublishedRecord(
        _IN_TITLE.sub("", paper.title, count=1),
        paper.authors,
        tuple(sorted(years)),
        paper.identifiers,
        source,
        "" if _IN_TITLE.match(paper.title) or (is_arxiv and _WITHDRAWN.search(paper.abstract or "")) else None,
        is_arxiv,
    )


def differences(claim: Claim, record: PublishedRecord) -> tuple[Difference, ...]:
    """Return the fields in which a bibliography entry differs from the record: title, first author and year.

    `claim` has the values of the entry. A missing subtitle, another spelling of a name, and a value missing on either
    side are not differences. If the record is of a preprint, the year of the entry may be up to 4 years after the last
    year of the record, because the entry can describe a later version or the published paper.
    """
    found: list[Difference] = []
    if record.title and not _is_title(claim.title, record.title):
        found.append(Difference("title", claim.title, record.title))
    if claim.authors and record.authors and not _is_first(claim.authors, record.authors):
        found.append(Difference("author", claim.authors[0].name, record.authors[0].name))
    if claim.year and record.years and not _is_year(claim.year, record):
        found.append(Difference("year", str(claim.year), str(record.years[0])))
    return tuple(found)


def _is_title(here: str, there: str) -> bool:
    one, other = title_key(here), title_key(there)
    shorter, longer = sorted((one, other), key=len)
    # A record may lack the subtitle, or have the Latin and the native title in one.
    return title_match.similarity(here, there) >= title_match.THRESHOLD or (len(shorter) >= 8 and shorter in longer)


def _is_first(here: Sequence[Author], there: Sequence[Author]) -> bool:
    first, other = here[0], there[0]
    if is_group(first.name) or is_group(other.name):
        return True
    # Family names may stand first, and have two words in one registry and one in another.
    names, others = _words(first), _words(other)
    return bool(_words_of(surname(first)) & others or _words_of(surname(other)) & names)


def _words(author: Author) -> set[str]:
    return _words_of(author.name)


def _words_of(name: str) -> set[str]:
    # One registry has `Müller`, another one `Mueller`: `family_words` has both spellings.
    words = {*re.findall(r"\w+", fold(name)), *family_words([name])}
    return {word for word in words if len(word) > 1} or {fold(name)}


def _is_year(year: int, record: PublishedRecord) -> bool:
    if record.is_preprint:
        return record.years[0] <= year <= record.years[-1] + _LONGEST_WAY
    return year in record.years
