"""The metadata of one paper as one source states it, before an import.

The class FetchedPaper removes control characters from the metadata.
"""

from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from operator import attrgetter
from typing import Any

from readq.model.fields.paper_fields import FIELDS, Kind, PaperFields
from readq.model.identifiers import SCHEMES
from readq.model.values import Appearance, Author, Trust
from readq.text import is_printable, is_stripped, one_line, strip_controls

_WITH_LINES = ("abstract", "note")
_ONE_LINE = ("where", "key", "record_id", "name")
_LISTS = ("tags", "former_keys")


@dataclass(frozen=True, slots=True, kw_only=True)
class FetchedPaper(PaperFields):
    """The metadata of one paper as one source states it. The constructor cleans all text.

    Control characters and invisible characters are removed, as `readq.text.strip_controls` does it. A URL or identifier
    that contains such a character is removed as a whole. Line breaks become spaces, except in the abstract, in the note
    and in the values of `fields`.
    """

    trust: Trust
    """The reliability of the source."""
    where: str = ""
    """The place of the paper in the input, for messages, such as `entry 17`."""
    identifiers: tuple[tuple[str, str], ...] = ()
    """Pairs (scheme, value) in normal form (see `readq.model.identifiers`)."""
    appearance: Appearance | None = None
    """The appearance of the paper in a feed, or None."""
    key: str | None = None
    """The citation key. It is set only if the source is one of the user's own files."""
    record_id: str | None = None
    """The id of the record in a file of CSL-JSON or RIS, or None. Imports compare it with the keys of stored papers."""
    former_keys: tuple[str, ...] = ()
    """The former citation keys. They are set only if the source is one of the user's own files."""
    tags: tuple[str, ...] = ()
    """The user's tags. They are set only if the source is one of the user's own files."""
    note: str | None = None
    """The user's note. It is set only if the source is one of the user's own files."""
    version: int | None = None
    """The version on arXiv, from 1, or None."""
    name: str | None = None
    """The name of the paper within its source, for example a guid or a link."""
    defect: str | None = None
    """The reason why the paper cannot be imported, or None.

    The constructor sets it if the title has only invisible characters, or the name of an author has a NUL character.
    """

    def __post_init__(self) -> None:
        """Clean the text of all fields, unless one search through the whole text shows that it is clean already."""
        if not _is_clean(self):
            for name, value in _cleaned(self).items():
                object.__setattr__(self, name, value)

    def __getstate__(self) -> tuple[object, ...]:
        """Return the values of all fields for `pickle`, which an import uses. The method of `dataclass` is slower."""
        return _values(self)

    def __setstate__(self, values: Sequence[object]) -> None:
        """Set the values of all fields, without cleaning them again."""
        for name, value in zip(_NAMES, values, strict=True):
            object.__setattr__(self, name, value)

    def found_at(self, where: str) -> "FetchedPaper":
        """Return a copy with another `where`. Unlike in `dataclasses.replace`, no other field is cleaned again."""
        copy = object.__new__(FetchedPaper)
        copy.__setstate__(_values(self))
        object.__setattr__(copy, "where", one_line(where))
        return copy


_NAMES = tuple(one.name for one in fields(FetchedPaper))
_values = attrgetter(*_NAMES)


def _is_clean(paper: FetchedPaper) -> bool:
    """Return whether cleaning would change nothing. If this is not certain, may return False."""
    lines = [
        *(paper.title, paper.published, paper.venue, paper.primary_class, paper.url, paper.pdf_url, paper.entry_type),
        *(paper.where, paper.key, paper.record_id, paper.name, *paper.tags, *paper.former_keys),
        *[part for author in paper.authors for part in author],
        *[name for name, _ in paper.fields],
    ]
    if paper.identifiers:
        lines += [value for _, value in paper.identifiers]
        if any(scheme not in SCHEMES for scheme, _ in paper.identifiers):
            return False
    if paper.appearance:
        lines += [paper.appearance.day, paper.appearance.submitted_by]
    line = f"|{'|'.join(filter(None, lines))}|"
    if "\n" in line or "  " in line or " |" in line or "| " in line:
        return False
    return is_stripped(
        "|".join(filter(None, (line, paper.abstract, paper.note, *[value for _, value in paper.fields])))
    )


def _cleaned(paper: FetchedPaper) -> Mapping[str, Any]:
    """Return a mapping from the fields that cleaning may change to their cleaned values."""
    found: dict[str, Any] = {name: _CLEANERS[rule.kind](getattr(paper, name)) for name, rule in FIELDS.items()}
    found["title"] = found["title"] or ""
    found |= {name: _line(getattr(paper, name)) for name in _ONE_LINE}
    found["where"] = found["where"] or ""
    found |= {name: tuple(filter(None, map(one_line, getattr(paper, name)))) for name in _LISTS}
    found |= {name: strip_controls(text) or None for name in _WITH_LINES if (text := getattr(paper, name))}
    found["identifiers"] = tuple(
        (scheme, value) for scheme, value in paper.identifiers if scheme in SCHEMES and _link(value)
    )
    if seen := paper.appearance:
        found["appearance"] = seen._replace(day=_line(seen.day), submitted_by=_line(seen.submitted_by))
    found["defect"] = paper.defect or _defect(paper, found["title"])
    return found


def _line(text: str | None) -> str | None:
    return one_line(text) or None if text else None


def _link(text: str | None) -> str | None:
    return text if text and text.isprintable() and is_printable(text) else None


def _authors(authors: Iterable[Author]) -> tuple[Author, ...]:
    return tuple(Author(one_line(name), *map(_line, parts)) for name, *parts in authors)


def _raw_fields(fields: Iterable[tuple[str, str]]) -> tuple[tuple[str, str], ...]:
    return tuple((clean, strip_controls(value)) for name, value in fields if (clean := one_line(name)))


def _defect(paper: FetchedPaper, title: str) -> str | None:
    if any("\0" in author.name for author in paper.authors):
        return "an author's name with a NUL character"
    return "a title of invisible characters only" if paper.title.strip() and not title else None


_CLEANERS: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _line,
    Kind.DAY: _line,
    Kind.YEAR: lambda value: value,
    Kind.LINK: _link,
    Kind.AUTHORS: _authors,
    Kind.RAW_FIELDS: _raw_fields,
}
"""A mapping from each kind of field to the function that cleans a value of such a field."""
