"""Format papers that came from a .bib file: with their original fields, except for fields that a person edited.

Fields that TeX would reject are encoded for LaTeX again. Entry types and names of fields are converted to the names
that the dialect uses (for biblatex see its manual, sections 2.1 and 2.2).

Some fields are not exported. Fields for the reader or for another program (abstract, keywords, file) are left out.
References to other entries are left out too, because the exported file may not contain those entries. The fields that
an entry inherited from another entry were filled in at import, so they are exported.
"""

import re
from collections.abc import Callable

from readq.formats.bibtex import author_field
from readq.formats.bibtex.date_fields import MONTHS, is_date, month_number, year_number
from readq.formats.bibtex.field_writer import Field, braced, eprint_fields, format_authors
from readq.formats.bibtex.title_fields import title_of
from readq.formats.bibtex.venues import is_preprint
from readq.formats.bibtex.verbatim_fields import bare_doi, is_web_address, verbatim_text
from readq.latex.decode import bibtex_text
from readq.latex.encode import Dialect, ascii_commands, encode, encode_verbatim
from readq.latex.math_parser import split_math
from readq.latex.validity import is_harmless
from readq.model.citable import Citable
from readq.text import one_line

_NOT_EXPORTED = frozenset(
    "abstract keywords keyword file pdf annote annotation annotations comment comments review notes rating ranking "  # noqa: SIM905
    "readstatus read printed priority groups owner timestamp creationdate modificationdate date-added date-modified "
    "localfile local-url qualityassured mendeley-tags mendeley-groups citeulike-article-id posted-at username crossref "
    "xref xdata related relatedtype relatedstring relatedoptions entryset ids execute options __markedentry search "
    "abstractnote attachment attachments time-added time-read".split()
)
_BIBTEX_NAMES = {
    "journaltitle": "journal",
    "location": "address",
    "eprinttype": "archiveprefix",
    "eprintclass": "primaryclass",
}
_BIBLATEX_NAMES = {bibtex: biblatex for biblatex, bibtex in _BIBTEX_NAMES.items()} | {"school": "institution"}
_NAME_FIELDS = frozenset(
    ("author", "editor", "translator", "bookauthor", "editora", "editorb", "editorc", "annotator", "commentator")
)
_DATE_FIELDS = frozenset(("year", "month", "day", "date"))
_ORDER = (  # noqa: SIM905
    "author editor title subtitle key booktitle journal journaltitle series edition volume number chapter pages "
    "publisher school institution organization address location howpublished type date year month eprint archiveprefix "
    "eprinttype primaryclass eprintclass doi isbn issn url urldate note"
).split()
_RANK = {name: rank for rank, name in enumerate(_ORDER)}
_PRICE = re.compile(r"(?<!\\)\$")
"""A dollar sign that is not escaped, which would start mathematics in TeX."""

_FIELD_NAME = re.compile(r"[a-z][a-z0-9_:.+-]*")

_EDITED = {
    "title": ("title", "subtitle"),
    "authors": ("author",),
    "venue": ("journal", "booktitle", "howpublished"),
    "year": ("year", "month", "day", "date"),
    "published": ("year", "month", "day", "date"),
    "journaltitle": ("journal",),
    "date": ("year", "month", "day", "date"),
    "arxiv_id": ("eprint", "archiveprefix", "primaryclass"),
}

_STANDARD_TYPES = frozenset(
    "article book booklet conference inbook incollection inproceedings manual mastersthesis misc phdthesis "  # noqa: SIM905
    "proceedings techreport unpublished".split()
)
_BIBTEX_TYPES = {
    "thesis": "phdthesis",
    "report": "techreport",
    "mvbook": "book",
    "collection": "book",
    "mvcollection": "book",
    "reference": "book",
    "mvreference": "book",
    "mvproceedings": "proceedings",
    "bookinbook": "inbook",
    "suppbook": "inbook",
    "suppcollection": "incollection",
    "inreference": "incollection",
    "review": "article",
    "suppperiodical": "article",
    "periodical": "misc",
}
_BIBLATEX_TYPES = (
    _STANDARD_TYPES
    | (frozenset(_BIBTEX_TYPES) - {"review"})
    | frozenset(("online", "electronic", "www", "patent", "dataset", "software"))
)
_CONTAINERS = {
    "article": ("journal",),
    "inproceedings": ("booktitle",),
    "conference": ("booktitle",),
    "incollection": ("booktitle",),
    "phdthesis": ("school",),
    "mastersthesis": ("school",),
    "techreport": ("institution",),
}


def imported_entry(paper: Citable, dialect: Dialect) -> tuple[str, list[Field]]:
    """Return the entry type and the fields, in a fixed order, of a paper that came from a .bib file."""
    raw = _raw_fields(paper)
    fields = {
        name: tex for name, value in raw.items() if name not in _DATE_FIELDS and (tex := _tex(name, value, dialect))
    }
    _add_missing(fields, paper, dialect)
    kind = _entry_type(paper.entry_type or "misc", raw, fields, dialect)
    if dialect is Dialect.BIBLATEX:
        fields = {_BIBLATEX_NAMES.get(name, name): tex for name, tex in fields.items()}
        if "eprinttype" in fields:
            fields["eprinttype"] = fields["eprinttype"].lower()
        if re.fullmatch(r"arxiv:\S+", fields.get("note", ""), re.IGNORECASE) and "eprint" in fields:
            del fields["note"]
    elif kind == "misc" and paper.arxiv_id and not {"note", "howpublished"} & fields.keys():
        fields["note"] = f"arXiv:{encode_verbatim(paper.arxiv_id)}"
    out = [(name, braced(tex)) for name, tex in fields.items()] + _date_fields(raw, paper, dialect)
    return kind, sorted(out, key=lambda field: (_RANK.get(field[0], len(_RANK)), field[0]))


def _raw_fields(paper: Citable) -> dict[str, str]:
    """Return the fields to export by their BibTeX names, without edited ones; of duplicates the first."""
    edited = {name for field in paper.edited for name in _EDITED.get(field, (field,))}
    raw: dict[str, str] = {}
    for given, value in paper.fields:
        name = _BIBTEX_NAMES.get(given.lower(), given.lower())
        if name in _NOT_EXPORTED or name in edited or name.startswith("bdsk-") or not _FIELD_NAME.fullmatch(name):
            continue
        if value.strip():
            raw.setdefault(name, one_line(value))
    return raw


def _tex(name: str, value: str, dialect: Dialect) -> str:
    if name in _VERBATIM:
        return _VERBATIM[name](value)
    if name in _NAME_FIELDS:
        return _names(value, dialect)
    if not is_harmless(value):
        return encode(bibtex_text(value), dialect=dialect)
    if "$" in value and not value.isascii():
        return "".join(_math_or_prose(is_math, piece, dialect) for is_math, piece in split_math(value))
    return ascii_commands(value, dialect)


def _math_or_prose(is_math: bool, piece: str, dialect: Dialect) -> str:
    """Return part of a field as TeX. In mathematics, letters beyond ASCII need other commands than in prose."""
    if not is_math and _PRICE.search(piece):
        return encode(piece.replace("~", " "), dialect=dialect, protect=False)
    if not is_math:
        return ascii_commands(piece, dialect)
    return f"${piece}$" if piece.isascii() else encode(f"${piece}$", dialect=dialect, protect=False)


def _names(value: str, dialect: Dialect) -> str:
    if is_harmless(value) and "$" not in value and author_field.is_well_formed(value):
        return ascii_commands(value, dialect)
    return format_authors(author_field.authors(value), dialect)


def _url(value: str) -> str:
    address = verbatim_text(value)
    return encode_verbatim(address) if is_web_address(address) else ""


_VERBATIM: dict[str, Callable[[str], str]] = {
    "url": _url,
    "doi": lambda value: encode_verbatim(bare_doi(value)),
    "eprint": lambda value: encode_verbatim(verbatim_text(value)),
}


def _add_missing(fields: dict[str, str], paper: Citable, dialect: Dialect) -> None:
    """Add fields that the file lacks or a person edited."""
    if "title" not in fields and not _is_title_made_up(paper):
        fields["title"] = encode(paper.title, dialect=dialect)
    if "author" not in fields and (paper.authors and ("editor" not in fields or {"author", "authors"} & paper.edited)):
        fields["author"] = format_authors(paper.authors, dialect)
    if not fields.get("author"):
        fields.pop("author", None)
        if dialect is Dialect.BIBTEX and not {"editor", "key"} & fields.keys():
            fields["key"] = encode(paper.title, dialect=dialect, protect=False)
    if paper.venue and not {"journal", "booktitle", "howpublished"} & fields.keys() and not is_preprint(paper.venue):
        container = _CONTAINERS.get(paper.entry_type or "", ("howpublished",))[0]
        fields[container if container in ("journal", "booktitle") else "howpublished"] = encode(
            paper.venue, dialect=dialect
        )
    if paper.arxiv_id and "eprint" not in fields:
        names_and_values = eprint_fields(paper.arxiv_id, paper.primary_class, Dialect.BIBTEX)
        fields.update({name: value[1:-1] for name, value in names_and_values})
    if paper.doi and "doi" not in fields:
        fields["doi"] = encode_verbatim(paper.doi)


def _is_title_made_up(paper: Citable) -> bool:
    """Return whether the entry had no title, and the paper has the one that the reader made up from other fields."""
    fields = {name.lower(): value for name, value in paper.fields}
    return not fields.get("title", "").strip() and title_of(fields) == paper.title


def _entry_type(given: str, raw: dict[str, str], fields: dict[str, str], dialect: Dialect) -> str:
    """Return the type in this dialect; `misc` if a field of its type is missing, such as an article's journal."""
    kind = given.lower()
    if kind == "thesis" and dialect is Dialect.BIBTEX and "master" in raw.get("type", "").lower():
        kind = "mastersthesis"
    if dialect is Dialect.BIBTEX:
        kind = _BIBTEX_TYPES.get(kind, kind if kind in _STANDARD_TYPES else "misc")
    elif kind not in _BIBLATEX_TYPES:
        kind = "misc"
    if kind in ("phdthesis", "mastersthesis") and "institution" in fields:
        fields.setdefault("school", fields.pop("institution"))
    if not all(name in fields for name in _CONTAINERS.get(kind, ())):
        kind = "misc"
    # BibTeX's styles print only one of volume and number, and warn about the other.
    if dialect is Dialect.BIBTEX and kind != "article" and "volume" in fields and kind != "techreport":
        fields.pop("number", None)
    return kind


def _date_fields(raw: dict[str, str], paper: Citable, dialect: Dialect) -> list[Field]:
    given = raw.get("date", "")
    year = year_number(raw.get("year", "") or given) or paper.year
    month = month_number(raw.get("month", "")) or (month_number(given[5:7]) if is_date(given) else None)
    if year is None:
        literal = raw.get("year", "")
        return [("year", braced(encode(bibtex_text(literal), dialect=dialect)))] if literal else []
    if dialect is Dialect.BIBTEX:
        fields = [("year", braced(str(year)))]
        return [*fields, ("month", MONTHS[month - 1])] if month else fields
    if is_date(given):
        return [("date", braced(given.strip()))]
    return [("date", braced(f"{year:04d}-{month:02d}" if month else f"{year:04d}"))]
