"""Format papers that came from a .bib file: with their original fields, except for fields that a person edited.

A field that TeX would reject is converted to Unicode text, and this text to LaTeX that TeX accepts. Entry types and
names of fields are converted to those of BibTeX or of biblatex (see its manual, sections 2.1 and 2.2).

Fields for a person or for another program, such as abstract and file, are written only if the user chose them by
name. The fields with references to other entries, such as crossref, are written for biblatex by default. For BibTeX,
they are written only if the user chose them by name. A reference to an entry that is not in the exported file is left
out. Fields that an entry inherited from another entry were filled in at import, so they are exported too.
"""

import re
from collections.abc import Callable

from readq.formats.bibtex import author_field
from readq.formats.bibtex.date_fields import (
    MONTHS,
    bibtex_date,
    calendar_date,
    date_before_christ,
    date_in_year,
    entry_date,
    is_date,
    is_expression,
    month_in_words,
    month_number,
    year_number,
)
from readq.formats.bibtex.field_writer import Field, braced, eprint_fields, format_authors, has_tilde, label_text
from readq.formats.bibtex.journal_names import OWN_NAMES, journal_name
from readq.formats.bibtex.title_fields import title_of
from readq.formats.bibtex.venues import is_preprint
from readq.formats.bibtex.verbatim_fields import (
    bare_doi,
    first_address,
    is_one_web_address,
    is_web_address,
    spelled_as_in,
    verbatim_text,
)
from readq.formats.entry_style import EntryStyle
from readq.formats.field_choice import BIBLATEX_ONLY, OPTIONAL, ORDER, REFERENCES, FieldChoice
from readq.latex.decode import bibtex_text
from readq.latex.encode import Dialect, encode, encode_title, encode_verbatim
from readq.latex.raw_text import as_written, in_ascii
from readq.model.citable import Citable
from readq.text import one_line, pattern

_NEVER = frozenset(("xdata", "execute", "__markedentry"))
"""The fields that are never written.

`xdata` is not needed, because the inherited fields were filled in at import. `execute` contains TeX code.
`__markedentry` marks a row in JabRef.
"""

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
_LABEL_FIELDS = frozenset(("key", "label", "organization", "shorthand"))
_DATE_FIELDS = frozenset(("year", "month", "day", "date"))
_UNTYPESET = frozenset(("keywords", "options", "file", "pdf", "localfile", "verba", "verbb", "verbc", *REFERENCES))
"""The fields that LaTeX does not typeset: keys or options that biblatex evaluates itself, and names of files."""
_RANK = {name: rank for rank, name in enumerate(ORDER)}
# What biblatex prints between pages. LaTeX without biblatex does not have these commands.
_RANGE = pattern(r"\\bibrange(dash|ssep)(?![A-Za-z])(?:\{\}|\s*)")
_FIELD_NAME = pattern(r"[a-z][a-z0-9_:.+-]*")

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
    "bookinbook": "incollection",
    "suppbook": "incollection",
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
    # Types that biblatex's own styles print like `misc` or `article`. Others have styles for them.
    | frozenset(("artwork", "audio", "commentary", "image", "jurisdiction", "legal", "legislation", "letter", "movie"))
    | frozenset(("music", "performance", "review", "standard", "video"))
    | frozenset(f"custom{letter}" for letter in "abcdef")
)
_SORTED_BY_EDITOR = frozenset(("book", "inbook", "proceedings"))
"""The types that BibTeX's styles sort by the editor if they have no author. They sort others by the field `key`."""
_TYPE_KEYS = frozenset(("mathesis", "phdthesis", "candthesis", "techreport", "resreport", "software", "datacd"))
_CONTAINERS = {
    "article": ("journal",),
    "inproceedings": ("booktitle",),
    "conference": ("booktitle",),
    "incollection": ("booktitle",),
    "phdthesis": ("school",),
    "mastersthesis": ("school",),
    "techreport": ("institution",),
}
"""Maps entry types to their required fields, without which an entry becomes `misc`."""
_HOSTS = {
    **dict.fromkeys(("article", "review", "suppperiodical"), "journal"),
    **dict.fromkeys(("inproceedings", "conference", "incollection", "suppcollection"), "booktitle"),
    **dict.fromkeys(("inbook", "bookinbook", "suppbook", "inreference"), "booktitle"),
}
"""Maps entry types to the field for the journal or book that contains the work."""


def imported_entry(paper: Citable, dialect: Dialect, choice: FieldChoice) -> tuple[str, list[Field]]:
    """Return the entry type and the fields, in a fixed order, of a paper that came from a .bib file.

    Some fields, such as the abstract, are returned only if `choice` names them.
    """
    raw = _raw_fields(paper, dialect, choice)
    fields = {
        name: tex for name, value in raw.items() if name not in _DATE_FIELDS and (tex := _tex(name, value, dialect))
    }
    _add_missing(fields, paper, dialect, choice.style)
    _name_journal(fields, choice.style.journals, dialect)
    kind = _entry_type(paper, raw, fields, dialect)
    if dialect is Dialect.BIBTEX and kind not in _SORTED_BY_EDITOR and not {"author", "key"} & fields.keys():
        fields["key"] = label_text(encode(paper.title, dialect=dialect, protect=False))
    if dialect is Dialect.BIBTEX and kind in ("book", "inbook") and "author" in fields and _has_parent(paper):
        # BibTeX's styles print only the author of such a part, and warn about the editor that it inherits.
        fields.pop("editor", None)
    if dialect is Dialect.BIBLATEX:
        if "crossref" in fields:
            fields = dict.fromkeys(_blank_fields(paper), "") | fields
        fields = {_BIBLATEX_NAMES.get(name, name): tex for name, tex in fields.items()}
        if "eprinttype" in fields:
            fields["eprinttype"] = fields["eprinttype"].lower()
        if re.fullmatch(r"arxiv:\S+", fields.get("note", ""), re.IGNORECASE) and "eprint" in fields:
            del fields["note"]
    elif kind == "misc" and paper.arxiv_id and not {"note", "howpublished"} & fields.keys():
        fields["note"] = f"arXiv:{encode_verbatim(paper.arxiv_id)}"
    out = [(name, braced(tex)) for name, tex in fields.items()] + _date_fields(raw, paper, dialect)
    return kind, sorted(out, key=lambda field: (_RANK.get(field[0], len(_RANK)), field[0]))


def _has_parent(paper: Citable) -> bool:
    return any(name.lower() == "crossref" and value.strip() for name, value in paper.fields)


def _blank_fields(paper: Citable) -> list[str]:
    """Return the fields that are empty in the file. An empty field prevents an entry from inheriting this field."""
    names = (_BIBTEX_NAMES.get(name.lower(), name.lower()) for name, value in paper.fields if not value.strip())
    return [name for name in names if name in _RANK and name not in _DATE_FIELDS]


def unedited_fields(paper: Citable, dialect: Dialect = Dialect.BIBTEX) -> dict[str, str]:
    """Return the fields of the entry that a paper came from, without fields that a person edited on the paper.

    The result maps BibTeX names to values. Each value is on one line. If a person edited the entry as a whole, all
    fields of the edited entry are returned. Of several fields with the same BibTeX name, such as `address` and
    `location`, the one that `dialect` prints is returned.
    """
    edited = set[str]()
    if "fields" not in paper.edited:
        edited = {name for field in paper.edited for name in _EDITED.get(field, (field,))}
    raw: dict[str, str] = {}
    for given, value in paper.fields:
        name = _BIBTEX_NAMES.get(given.lower(), given.lower())
        if name not in edited and _FIELD_NAME.fullmatch(name) and value.strip():
            is_printed = (given.lower() == name) is (dialect is Dialect.BIBTEX)
            if is_printed or name not in raw:
                raw[name] = one_line(value)
    return raw


def _raw_fields(paper: Citable, dialect: Dialect, choice: FieldChoice) -> dict[str, str]:
    fields = unedited_fields(paper, dialect)
    return {name: value for name, value in fields.items() if _is_written(name, value, dialect, choice)}


def _is_written(name: str, value: str, dialect: Dialect, choice: FieldChoice) -> bool:
    if name in _NEVER or name == "ids":
        return False
    if name in REFERENCES and choice.is_exported:
        targets = [key.strip().casefold() for key in value.split(",")]
        if not all(map(choice.is_exported, targets)):
            return False
    is_optional = name in OPTIONAL or name.startswith("bdsk-")
    return not is_optional or choice.has(name, by_default=dialect is Dialect.BIBLATEX and name in BIBLATEX_ONLY)


def _tex(name: str, value: str, dialect: Dialect) -> str:
    if name in _VERBATIM:
        return _VERBATIM[name](value)
    if name in _UNTYPESET and as_written(value) is not None:
        return value
    if name in _NAME_FIELDS:
        return _names(value, dialect)
    if name not in _RANK and is_one_web_address(value):
        # Styles do not print the fields in which other programs keep addresses, such as adsurl.
        return _url(value)
    if name == "pages" and dialect is Dialect.BIBTEX:
        value = _RANGE.sub(lambda found: "--" if found[1] == "dash" else ", ", value)
    tex = _literal(value, dialect)
    return label_text(tex) if name in _LABEL_FIELDS else tex


def _literal(value: str, dialect: Dialect) -> str:
    """Return the value of a field unchanged, or encoded for LaTeX if TeX would reject it."""
    tex = _as_written(value, dialect)
    return encode(bibtex_text(value), dialect=dialect) if tex is None else tex


def _as_written(value: str, dialect: Dialect) -> str | None:
    tex = as_written(value, is_macro_argument=dialect is Dialect.BIBLATEX)
    return None if tex is None else in_ascii(tex, dialect)


def _names(value: str, dialect: Dialect) -> str:
    is_for_biblatex = dialect is Dialect.BIBLATEX
    tex = _as_written(value, dialect) if author_field.is_well_formed(value, has_extended=is_for_biblatex) else None
    if tex is not None and (not has_tilde(tex) if is_for_biblatex else tex.isascii()):
        return label_text(tex)
    listed = format_authors(author_field.authors(value), dialect)
    return f"{listed} and others" if listed and author_field.has_others(value) else listed


def _url(value: str) -> str:
    address = verbatim_text(first_address(value))
    return encode_verbatim(address) if is_web_address(address) else ""


_VERBATIM: dict[str, Callable[[str], str]] = {
    "url": _url,
    "doi": lambda value: encode_verbatim(bare_doi(value)),
    "eprint": lambda value: encode_verbatim(verbatim_text(value)),
}


def _name_journal(fields: dict[str, str], form: str, dialect: Dialect) -> None:
    """Write the name of the journal in the form that the user wants: a name of the entry, else of the table."""
    if form == "given" or "journal" not in fields:
        return
    own = next((fields[name] for name in OWN_NAMES[form] if fields.get(name)), None)
    given = one_line(bibtex_text(fields["journal"]))
    if own is None and (other := journal_name(given, form)) != given:
        own = encode(other, dialect=dialect)
    fields["journal"] = own or fields["journal"]


def _add_missing(fields: dict[str, str], paper: Citable, dialect: Dialect, style: EntryStyle) -> None:
    """Add fields that the file lacks or a person edited."""
    if "title" not in fields and not _is_title_made_up(paper):
        fields["title"] = encode_title(paper.title, dialect=dialect, protection=style.protect)
    if "author" not in fields and (paper.authors and ("editor" not in fields or {"author", "authors"} & paper.edited)):
        fields["author"] = format_authors(paper.authors, dialect)
    if not fields.get("author"):
        fields.pop("author", None)
        if dialect is Dialect.BIBTEX and not {"editor", "key"} & fields.keys():
            fields["key"] = label_text(encode(paper.title, dialect=dialect, protect=False))
    if paper.venue and not {"journal", "booktitle", "howpublished"} & fields.keys() and not is_preprint(paper.venue):
        if container := _HOSTS.get((paper.entry_type or "").lower()):
            fields[container] = encode(paper.venue, dialect=dialect)
        elif "venue" in paper.edited or not {"maintitle", "eventtitle"} & fields.keys():
            # Otherwise the venue is one of these fields, as the import read it.
            fields["howpublished"] = encode(paper.venue, dialect=dialect)
    if paper.arxiv_id and "eprint" not in fields and not _names_arxiv(fields, paper.arxiv_id):
        names_and_values = eprint_fields(paper.arxiv_id, paper.primary_class, Dialect.BIBTEX)
        fields.update({name: value[1:-1] for name, value in names_and_values})
    if paper.doi and "doi" not in fields:
        fields["doi"] = encode_verbatim(spelled_as_in(paper.doi, (value for _, value in paper.fields)))


def _names_arxiv(fields: dict[str, str], arxiv_id: str) -> bool:
    """Return whether a field that styles print has the arXiv id: `journal = {arXiv preprint arXiv:1706.03762}`."""
    return any(arxiv_id in fields.get(name, "") for name in ("journal", "volume", "note", "howpublished", "number"))


def _is_title_made_up(paper: Citable) -> bool:
    """Return whether the entry has no title, and the paper's title was made from other fields by the import."""
    fields = {name.lower(): value for name, value in paper.fields}
    return not fields.get("title", "").strip() and title_of(fields) == paper.title


def _entry_type(paper: Citable, raw: dict[str, str], fields: dict[str, str], dialect: Dialect) -> str:
    """Return the entry type of a paper in this dialect.

    It is `misc` if a required field is missing, such as an article's journal. An article in a book of papers, which
    some programs write, is `inproceedings`.
    """
    kind = (paper.entry_type or "misc").lower()
    if kind == "article" and "booktitle" in fields and "journal" not in fields:
        kind = "inproceedings"
    if kind == "thesis" and dialect is Dialect.BIBTEX and re.search("master|mathesis", raw.get("type", "").lower()):
        kind = "mastersthesis"
    if dialect is Dialect.BIBTEX and fields.get("type") in _TYPE_KEYS:
        # biblatex prints these in the language of the document. BibTeX's styles have words of their own.
        del fields["type"]
    if dialect is Dialect.BIBTEX:
        kind = _BIBTEX_TYPES.get(kind, kind if kind in _STANDARD_TYPES else "misc")
    elif kind not in _BIBLATEX_TYPES:
        kind = "misc"
    if dialect is Dialect.BIBTEX and kind == "inbook" and "booktitle" in fields:
        kind = _part_of_book(fields, paper)
    if kind in ("phdthesis", "mastersthesis") and "institution" in fields:
        fields.setdefault("school", fields.pop("institution"))
    # biblatex prints theses and reports without an institution, and prints less of them as `misc`.
    is_printed = dialect is Dialect.BIBLATEX and kind in ("phdthesis", "mastersthesis", "techreport")
    if not is_printed and not all(name in fields for name in _CONTAINERS.get(kind, ())):
        kind = "misc"
    if dialect is Dialect.BIBTEX and kind == "unpublished" and "note" not in fields:
        kind = "misc"
    # BibTeX's styles print only one of volume and number, and warn about the other.
    if dialect is Dialect.BIBTEX and kind != "article" and "volume" in fields and kind != "techreport":
        fields.pop("number", None)
    return kind


_BIBLATEX_FIELDS = frozenset(("date", "location", "maintitle", "booksubtitle", "langid", "urldate"))


def _part_of_book(fields: dict[str, str], paper: Citable) -> str:
    """Return BibTeX's type for an `@inbook`. It is `incollection` for an entry with fields of biblatex.

    The title of BibTeX's own `inbook` is that of the book. So a part without a title gets this title.
    """
    if "title" not in fields:
        fields["title"] = fields.pop("booktitle")
    elif not _BIBLATEX_FIELDS.isdisjoint(name.lower() for name, _ in paper.fields):
        return "incollection"
    return "inbook"


def _date_fields(raw: dict[str, str], paper: Citable, dialect: Dialect) -> list[Field]:
    given = raw.get("date", "").strip()
    if dialect is Dialect.BIBLATEX:
        return [pair for pair in [_biblatex_date(raw, given, paper)] if pair[1] != "{}"]
    year, month = bibtex_date(given)
    if written := raw.get("year"):
        year = braced(_literal(written, dialect))
        month = ""
    elif not year:
        number = year_number(given) or paper.year
        year = braced(str(number)) if number else ""
    day = raw.get("day", "").strip()
    pairs = (("year", year), ("month", _bibtex_month(raw, dialect) or month), ("day", day and braced(day)))
    return [pair for pair in pairs if pair[1] and (pair[0] != "day" or day.isalnum())]


def _bibtex_month(raw: dict[str, str], dialect: Dialect) -> str:
    """Return the month with its delimiters. A single month becomes a macro of BibTeX, and other text is kept."""
    written = raw.get("month") or month_in_words(raw.get("date", ""))
    if is_expression(written):
        return written
    number = month_number(written)
    if number and not re.search(r"[-/,.&#]|\band\b|\d\D+\w|[A-Za-z]\W*\d", written.strip(" .")):
        return MONTHS[number - 1]
    return braced(_literal(written, dialect)) if written else ""


def _biblatex_date(raw: dict[str, str], given: str, paper: Citable) -> Field:
    if is_date(given):
        return "date", braced(calendar_date(given))
    written = raw.get("year", "")
    if before_christ := date_before_christ(written):
        return "date", braced(before_christ)
    if "month" not in raw and (more := date_in_year(written)):
        return "date", braced(more)
    year = year_number(written or given) or paper.year
    if not year:
        return "year", braced(
            _as_written(written, Dialect.BIBLATEX) or encode(bibtex_text(written), dialect=Dialect.BIBLATEX)
        )
    if not raw and paper.published and paper.published.startswith(f"{year:04d}-"):
        return "date", braced(paper.published)
    return "date", braced(entry_date(raw, year))
