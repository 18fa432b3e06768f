"""Recognise imported entries that readq itself exported and that nobody has edited since."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from itertools import product

from readq.formats.bibtex.venues import is_preprint
from readq.formats.bibtex.writer import entry_fields
from readq.formats.entry_style import JOURNALS, PROTECTION, VERSIONS, EntryStyle
from readq.formats.field_choice import ALL, OPTIONAL
from readq.latex.decode import bibtex_text, to_unicode
from readq.latex.encode import Dialect, encode_title
from readq.model.citable import Citable
from readq.model.fetched_paper import FetchedPaper
from readq.model.fields.paper_fields import FIELDS
from readq.model.identity.evidence import Identifier
from readq.model.metadata import Metadata
from readq.text import one_line

_NOT_COMPARED = frozenset(("ids",))
"""The names of BibTeX fields that are ignored when entries are compared.

One of them is `ids`, which contains former keys. An import keeps these keys in any case.
"""


def is_own_export(arriving: FetchedPaper, key: str, metadata: Metadata, identifiers: Iterable[Identifier]) -> bool:
    """Return whether an imported entry equals the export of a stored paper to BibTeX, BibLaTeX, CSL-JSON or RIS.

    `key` is the citation key of the stored paper, `metadata` its metadata, and `identifiers` its identifiers.
    """
    from readq.services.importing.own_records import is_own_record, is_record

    if is_record(arriving):
        citable = replace(_citable(key, metadata, identifiers), abstract=metadata.abstract)
        if is_own_record(arriving, citable):
            return True
    if not arriving.entry_type or not arriving.fields or (arriving.key or "").casefold() != key.casefold():
        return False
    citable = _citable(key, metadata, identifiers)
    said = {name: one_line(value) for name, value in arriving.fields if name not in _NOT_COMPARED}
    # BibLaTeX's own fields tell which dialect to ask first.
    dialects = (Dialect.BIBLATEX, Dialect.BIBTEX) if "date" in said else (Dialect.BIBTEX, Dialect.BIBLATEX)
    kind = arriving.entry_type.lower()
    return any(_is_written(citable, dialect, EntryStyle(), kind, said) for dialect in dialects) or any(
        _is_written(citable, dialect, style, kind, said)
        for dialect in dialects
        for style in _styles(citable, dialect, kind, said)
    )


def other_values(
    arriving: FetchedPaper, key: str, metadata: Metadata, identifiers: Iterable[Identifier]
) -> tuple[str, ...]:
    """Return the names of the BibTeX fields in which an entry of a file differs from the stored paper with its key.

    The arguments are those of `is_own_export`. Values that differ only in their LaTeX spelling count as equal.
    """
    from readq.services.importing.own_records import is_record, other_values_of_record

    citable = _citable(key, metadata, identifiers)
    if is_record(arriving):
        return other_values_of_record(arriving, replace(citable, abstract=metadata.abstract))
    said = {name: value for name, value in arriving.fields if name not in _NOT_COMPARED and value.strip()}
    found = (_other_fields(said, citable, dialect) for dialect in (Dialect.BIBTEX, Dialect.BIBLATEX))
    return min(found, key=len)


def _other_fields(said: Mapping[str, str], paper: Citable, dialect: Dialect) -> tuple[str, ...]:
    stored = dict(paper.fields) | {name: _bare(value) for name, value in entry_fields(paper, dialect, ALL)[1]}
    return tuple(name for name, value in said.items() if _in_plain_text(value) != _in_plain_text(stored.get(name, "")))


def _in_plain_text(value: str) -> str:
    return one_line(to_unicode(bibtex_text(value)))


def _styles(paper: Citable, dialect: Dialect, entry_type: str, said: Mapping[str, str]) -> Iterator[EntryStyle]:
    """Yield the styles in which the paper may have been written as this entry."""
    title = said.get("title", "")
    protection = [name for name in PROTECTION if encode_title(paper.title, dialect=dialect, protection=name) == title]
    if protection or paper.fields:
        journal = said.get("journal") or said.get("journaltitle") or ""
        preprints = "article" if is_preprint(journal) else "misc" if entry_type == "misc" else ""
        for version, journals in product(VERSIONS, JOURNALS):
            yield EntryStyle(protection[0] if protection else "words", preprints, journals, version)


def _is_written(paper: Citable, dialect: Dialect, style: EntryStyle, entry_type: str, said: Mapping[str, str]) -> bool:
    """Return whether an export of the paper has the type `entry_type` and the fields `said`.

    Fields that are written on demand may be missing in `said`.
    """
    kind, fields = entry_fields(paper, dialect, ALL._replace(style=style))
    if kind != entry_type:
        return False
    written = {name: one_line(_bare(value)) for name, value in fields if name not in _NOT_COMPARED}
    missing = written.keys() - said.keys()
    return missing <= OPTIONAL and all(written.get(name) == value for name, value in said.items())


def _bare(value: str) -> str:
    return value[1:-1] if value.startswith("{") else value


def _citable(key: str, metadata: Metadata, identifiers: Iterable[Identifier]) -> Citable:
    by_scheme: dict[str, str] = {}
    for scheme, value in sorted(identifiers):
        by_scheme.setdefault(scheme, value)
    cited = {name: getattr(metadata, name) for name, rule in FIELDS.items() if rule.cited}
    return Citable(**cited, key=key, arxiv_id=by_scheme.get("arxiv"), doi=by_scheme.get("doi"), edited=metadata.edited)
