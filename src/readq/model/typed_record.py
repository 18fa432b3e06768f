"""What of a record belongs to its type, and is taken whole: half of an article and half of a book cite neither.

What is bound to no type (an eprint number, an address, an abstract, a reader's note) any record may add.
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
    """Whether a record says of which type the work is."""
    return bool(record.entry_type)


def standing(record: PaperFields, rank: int) -> tuple[bool, int, int]:
    """How well a typed record of some rank stands: published before preprint, then by rank, then the fuller one."""
    names = {name.casefold() for name, _ in record.fields}
    kind = kind_of(record.entry_type)
    is_published = bool(kind) and (kind != "paper" or bool(record.venue) or not names.isdisjoint(_CONTAINERS))
    return is_published, rank, len(names & _BOUND)


def united_fields(better: Fields, other: Fields) -> Fields:
    """Return the fields of the better record, and those of the other one that are bound to no type."""
    present = {_plain(name) for name, _ in better}
    added = tuple((name, value) for name, value in other if not _is_bound(name) and _plain(name) not in present)
    return (*better, *added)


def _is_bound(name: str) -> bool:
    return name.casefold() in _BOUND


def _plain(name: str) -> str:
    folded = name.casefold()
    return _SYNONYMS.get(folded, folded)


def corrected_fields(present: Fields, old: Mapping[str, str], new: Fields) -> Fields:
    """Return the fields of a paper whose entry said `old` and says `new`: what came from elsewhere stays."""
    renewed = {name for name, _ in new}
    kept = tuple((name, value) for name, value in present if name not in renewed and old.get(name) != value)
    return (*new, *kept)
