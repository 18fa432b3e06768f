"""Choose between the BibTeX fields of two records of one paper.

Some fields, such as journal, volume and publisher, depend on the entry type. They are taken from one record only,
because a mixture of the fields of an article and of a book describes no real publication. Other fields, such as eprint,
abstract and note, are taken from both records.
"""

from collections.abc import Mapping

from readq.model.fields.paper_fields import PaperFields
from readq.model.identity.evidence import kind_of

_BOUND = frozenset(
    "address articleno bookauthor bookpagination booksubtitle booktitle booktitleaddon chapter collection conference "  # noqa: SIM905
    "date day edition editor editora editorb editorc editors eid event eventdate eventtitle eventyear howpublished "
    "institution isbn isrn issn issue issuetitle issuesubtitle journal journalsubtitle journaltitle location "
    "mainsubtitle maintitle month number numpages organization origdate pages pagetotal part publisher school series "
    "shortjournal status type venue volume volumes year".split()
)
_SYNONYMS = {"eprinttype": "archiveprefix", "eprintclass": "primaryclass", "keyword": "keywords", "link": "url"}
_CONTAINERS = ("journal", "journaltitle", "booktitle")
_GROUPS = (
    frozenset(("date", "year", "month", "day")),
    frozenset((*_CONTAINERS, "howpublished")),
    frozenset(("address", "location")),
    frozenset(("publisher", "institution", "school", "organization")),
    frozenset(("pages", "eid", "articleno")),
    frozenset(("number", "issue")),
    frozenset(("language", "langid")),
)
"""Groups of fields. The fields of a group state one fact under different names."""

Fields = tuple[tuple[str, str], ...]


def is_typed(record: PaperFields) -> bool:
    """Return whether a record has an entry type of BibTeX, such as `article`."""
    return bool(record.entry_type)


def sort_key(record: PaperFields, rank: int) -> tuple[bool, int, int]:
    """Return a sort key for records that have an entry type. The better of two records has the larger key.

    Published works are better than preprints. Between two published works or two preprints, the higher `rank` (see
    `readq.model.metadata.Rank`) decides, then the number of fields that depend on the entry type.
    """
    names = {name.casefold() for name, _ in record.fields}
    kind = kind_of(record.entry_type)
    is_published = bool(kind) and (kind != "paper" or bool(record.venue) or not names.isdisjoint(_CONTAINERS))
    return is_published, rank, len(names & _BOUND)


def united_fields(better: Fields, other: Fields) -> Fields:
    """Return all fields of `better`, followed by the fields of `other` that `better` lacks.

    Fields of `other` that depend on the entry type are left out.
    """
    present = {_plain(name) for name, _ in better}
    added = tuple((name, value) for name, value in other if not _is_bound(name) and _plain(name) not in present)
    return (*better, *added)


def filled_fields(present: Fields, other: Fields) -> Fields:
    """Return the fields `present`, and the fields of `other` that `present` lacks. Both describe one publication.

    A field of `other` is not added if a field of `present` states the same fact under another name, such as `location`
    for `address`. One exception: `date = 2024-05-01` of `other` replaces `year = 2024` of `present`, if `present` has
    no other part of a date.
    """
    present = _without_year(present, dict(other).get("date", ""))
    names = {_plain(name) for name, _ in present}
    said = names.union(*(group for group in _GROUPS if not group.isdisjoint(names)))
    return (*present, *((name, value) for name, value in other if _plain(name) not in said))


def _without_year(fields: Fields, date: str) -> Fields:
    """Return the fields without `year` if it is the year of `date`, and the fields have no other part of a date."""
    dated = {name: value for name, value in fields if _plain(name) in _GROUPS[0]}
    is_more_precise = len(date) > 4 and dated == {"year": date[:4]} and date[4] == "-"
    return tuple(one for one in fields if one[0] != "year") if is_more_precise else fields


def _is_bound(name: str) -> bool:
    return name.casefold() in _BOUND


def _plain(name: str) -> str:
    folded = name.casefold()
    return _SYNONYMS.get(folded, folded)


def corrected_fields(present: Fields, old: Mapping[str, str], new: Fields) -> Fields:
    """Return the fields of a paper after its entry in a file was changed from `old` to `new`.

    `present` are the fields of the paper before the change. The result begins with all fields of `new`. A field that
    `new` lacks is removed if `old` and `present` have the same value, because the field came from the entry. The other
    fields of `present` that `new` lacks came from elsewhere. They follow the fields of `new`.
    """
    renewed = {name for name, _ in new}
    kept = tuple((name, value) for name, value in present if name not in renewed and old.get(name) != value)
    return (*new, *kept)
