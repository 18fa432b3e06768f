"""Is it a paper that the library has, and does the source know better? Decisions on values; nothing is stored here."""

from collections.abc import Callable, Collection, Mapping, Sequence
from typing import Any, NamedTuple

from readq.model.identity import title_key, year_of_arxiv_id
from readq.model.values import Author, FetchedPaper

Identifier = tuple[str, str]

# Schemes under which one work has one value: two values are two works. A work may well have several addresses.
_EXCLUSIVE = ("arxiv", "doi")
_BY_STRENGTH = ("arxiv", "doi", "openreview", "acl", "s2", "url")


class Metadata(NamedTuple):
    """What the library holds of a paper that sources may improve.

    `trust` is that of the best source so far (`readq.model.values.Trust`); `edited` names the fields that a person set.
    """

    title: str
    trust: int
    abstract: str | None = None
    authors: tuple[Author, ...] = ()
    published: str | None = None
    year: int | None = None
    venue: str | None = None
    primary_class: str | None = None
    url: str | None = None
    pdf_url: str | None = None
    entry_type: str | None = None
    fields: tuple[tuple[str, str], ...] = ()
    edited: frozenset[str] = frozenset()


_IMPROVABLE = tuple(name for name in Metadata._fields if name not in ("trust", "edited", "year"))


def match(
    fetched: FetchedPaper,
    by_identifier: Mapping[Identifier, int],
    by_title: Mapping[str, Sequence[int]],
    identifiers_of: Callable[[int], Collection[Identifier]],
) -> int | None:
    """The number of the stored paper that `fetched` is, or None for a new one.

    An identifier decides first. A title decides where exactly one stored paper has it and no arXiv id or DOI speaks
    against that paper: a title that fits two is left alone. `by_title` goes by `title_key`.
    """
    for identifier in sorted(fetched.identifiers, key=_weakness):
        known = by_identifier.get(identifier)
        if known is None:
            continue
        if identifier[0] in _EXCLUSIVE or not _contradict(fetched.identifiers, identifiers_of(known)):
            return known
    fitting = [
        known
        for known in by_title.get(title_key(fetched.title), ())
        if not _contradict(fetched.identifiers, identifiers_of(known))
    ]
    return fitting[0] if len(fitting) == 1 else None


def _weakness(identifier: Identifier) -> int:
    scheme = identifier[0]
    return _BY_STRENGTH.index(scheme) if scheme in _BY_STRENGTH else len(_BY_STRENGTH)


def _contradict(some: Collection[Identifier], others: Collection[Identifier]) -> bool:
    for scheme in _EXCLUSIVE:
        here = {value for kind, value in some if kind == scheme}
        there = {value for kind, value in others if kind == scheme}
        if here and there and here.isdisjoint(there):
            return True
    return False


def first_metadata(fetched: FetchedPaper) -> Metadata:
    """The metadata of a paper that the library does not have yet."""
    return improve(Metadata(fetched.title, fetched.trust), fetched)


def improve(old: Metadata, fetched: FetchedPaper) -> Metadata:
    """`old` with what `fetched` knows better; `old` itself when that is nothing.

    Gaps are always filled, values give way to a more trusted source only, and what a person set stays. Two sources of
    different trust give the same result in either order.
    """
    replaces = fetched.trust > old.trust
    better: dict[str, Any] = {}
    for name in _IMPROVABLE:
        before, known = getattr(old, name), getattr(fetched, name)
        if known and known != before and (replaces or not before) and name not in old.edited:
            better[name] = known
    year = known_year(fetched)
    if year and year != old.year and (replaces or not old.year) and "year" not in old.edited:
        better["year"] = year
    if replaces:
        better["trust"] = fetched.trust
    return old._replace(**better) if better else old


def known_year(fetched: FetchedPaper) -> int | None:
    """The year a source gives, else that of its day of publication, else that in the arXiv id; never of an appearance.

    An arXiv id tells when the first version was submitted.
    """
    if fetched.year:
        return fetched.year
    if fetched.published:
        return int(fetched.published[:4])
    return next((year_of_arxiv_id(value) for scheme, value in fetched.identifiers if scheme == "arxiv"), None)
