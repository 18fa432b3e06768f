"""Recognise arriving BibTeX entries that readq itself exported and that were not edited since."""

from collections.abc import Iterable

from readq.formats.bibtex.citation_keys import biber_key
from readq.formats.bibtex.writer import entry_fields
from readq.latex.encode import Dialect
from readq.model.citable import Citable
from readq.model.fetched_paper import FetchedPaper
from readq.model.identity.evidence import Identifier
from readq.model.metadata import Metadata
from readq.model.paper_fields import FIELDS
from readq.text import one_line


def is_own_export(arriving: FetchedPaper, key: str, metadata: Metadata, identifiers: Iterable[Identifier]) -> bool:
    """Return whether an arriving entry equals the export of a stored paper to BibTeX or to BibLaTeX.

    `key`, `metadata` and `identifiers` are those of the stored paper. `key` is its citation key.
    """
    if not arriving.entry_type or not arriving.fields or (arriving.key or "").casefold() != key.casefold():
        return False
    citable = _citable(key, metadata, identifiers)
    said = {name: one_line(value) for name, value in arriving.fields}
    # A key that biber refuses is written in `ids`, and without the characters that biber refuses as the key.
    if "ids" in said and biber_key(said["ids"]) == arriving.key != said["ids"]:
        del said["ids"]
    # BibLaTeX's own fields tell which dialect to ask first.
    dialects = (Dialect.BIBLATEX, Dialect.BIBTEX) if "date" in said else (Dialect.BIBTEX, Dialect.BIBLATEX)
    return any(_written(citable, dialect) == (arriving.entry_type.lower(), said) for dialect in dialects)


def _written(paper: Citable, dialect: Dialect) -> tuple[str, dict[str, str]]:
    kind, fields = entry_fields(paper, dialect)
    return str(kind), {name: one_line(_bare(value)) for name, value in fields}


def _bare(value: str) -> str:
    return value[1:-1] if value.startswith("{") else value


def _citable(key: str, metadata: Metadata, identifiers: Iterable[Identifier]) -> Citable:
    by_scheme: dict[str, str] = {}
    for scheme, value in sorted(identifiers):
        by_scheme.setdefault(scheme, value)
    cited = {name: getattr(metadata, name) for name, rule in FIELDS.items() if rule.cited}
    return Citable(**cited, key=key, arxiv_id=by_scheme.get("arxiv"), doi=by_scheme.get("doi"), edited=metadata.edited)
