"""Choose between the BibTeX fields of two records of one paper.

Fields that belong to the entry type (journal, volume, publisher …) are taken from one record only: half of an article
and half of a book would cite neither. Other fields (eprint number, address, abstract, note) are taken from both.
"""

from collections.abc import Mapping

from readq.model.identity.evidence import kind_of
from readq.model.paper_fields import PaperFields

_BOUND = frozenset(
    "address articleno bookauthor bookpagination booksubtitle booktitle booktitleaddon chapter collection conference "  # noqa: SIM905
    "date day edition editor editora editorb editorc editors eid event eventdate eventtitle eventyear howpublished "
    "institution isbn isrn issn issue issuetitle issuesubtitle journal journalsubtitle journaltitle location "
    "mainsubtitle maintitle month number numpages organization origdate pages pagetotal part publisher school series "
    "shortjournal status type venue volume volumes year".split()
)
_SYNONYMS = {"eprinttype": "archiveprefix", "eprintclass": "primaryclass", "keyword": "keywords", "link": "url"}
_CONTAINERS = ("journal", "journaltitle", "booktitle")

Fields = tuple[tuple[str, str], ...]


def is_typed(record: PaperFields) -> bool:
    """Return whether a record has an entry type."""
    return bool(record.entry_type)


def standing(record: PaperFields, rank: int) -> tuple[bool, int, int]:
    """Return a sort key of a typed record with a given rank (`readq.model.metadata.Rank`). The larger, the better.

    Published works are better than preprints, then a higher rank is better, then more fields that belong to the type.
    """
    names = {name.casefold() for name, _ in record.fields}
    kind = kind_of(record.entry_type)
    is_published = bool(kind) and (kind != "paper" or bool(record.venue) or not names.isdisjoint(_CONTAINERS))
    return is_published, rank, len(names & _BOUND)


def united_fields(better: Fields, other: Fields) -> Fields:
    """Return all fields of `better`, and some fields of `other`.

    A field of `other` is returned if `better` lacks it and it belongs to no entry type.
    """
    present = {_plain(name) for name, _ in better}
    added = tuple((name, value) for name, value in other if not _is_bound(name) and _plain(name) not in present)
    return (*better, *added)


def _is_bound(name: str) -> bool:
    return name.casefold() in _BOUND


def _plain(name: str) -> str:
    folded = name.casefold()
    return _SYNONYMS.get(folded, folded)


def corrected_fields(present: Fields, old: Mapping[str, str], new: Fields) -> Fields:
    """Return the fields of a paper after its entry in a file was changed from `old` to `new`.

    The result has all fields of `new`. A field of `present` that is not in `new` is kept if its value differs from that
    in `old`.
    """
    renewed = {name for name, _ in new}
    kept = tuple((name, value) for name, value in present if name not in renewed and old.get(name) != value)
    return (*new, *kept)
