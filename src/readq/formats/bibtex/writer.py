"""Format papers as a .bib file that BibTeX and biber accept without warnings. Equal papers give equal bytes.

A paper with a known journal or conference gets the entry type for this kind of venue. Any other paper becomes `@misc`
(`@online` for biblatex) with its eprint number. For BibTeX, a note `arXiv:…` is added, because the plain styles of
BibTeX do not print the eprint field.
"""

from collections.abc import Container, Iterable, Iterator
from dataclasses import replace

from readq.formats.bibtex.date_fields import MONTHS, year_number
from readq.formats.bibtex.field_writer import Field, braced, eprint_fields, format_authors, label_text
from readq.formats.bibtex.journal_names import journal_name
from readq.formats.bibtex.venues import VenueKind, cited_version, is_preprint, venue_kind
from readq.formats.bibtex.verbatim_fields import is_web_address
from readq.formats.entry_style import EntryStyle
from readq.formats.field_choice import USUAL, FieldChoice
from readq.latex.encode import Dialect, encode, encode_title, encode_verbatim
from readq.model.citable import Citable
from readq.model.citation_keys.suffixes import CompactKeySet, unique_key
from readq.model.citation_keys.syntax import accepted_key, biber_key
from readq.model.identifiers import arxiv_url, year_of_arxiv_id


def write(papers: Iterable[Citable], dialect: Dialect, choice: FieldChoice = USUAL) -> str:
    """Return a .bib file with one entry for each paper, sorted by citation key, with a blank line between entries.

    BibTeX ignores case in keys. If two keys differ only in case, the second key gets a suffix.
    """
    ordered = sorted(papers, key=lambda paper: (paper.key.casefold(), paper.key, paper.title))
    return "".join(_parts(ordered, dialect, choice))


def write_bibtex(papers: Iterable[Citable], choice: FieldChoice = USUAL) -> Iterator[str]:
    """Yield the parts of a .bib file for BibTeX, with an entry for each paper.

    `papers` must be sorted by citation key.
    """
    return _parts(papers, Dialect.BIBTEX, choice)


def write_biblatex(papers: Iterable[Citable], choice: FieldChoice = USUAL) -> Iterator[str]:
    """Yield the parts of a .bib file for biblatex, with an entry for each paper.

    `papers` must be sorted by citation key.
    """
    return _parts(papers, Dialect.BIBLATEX, choice)


def _parts(papers: Iterable[Citable], dialect: Dialect, choice: FieldChoice) -> Iterator[str]:
    written = CompactKeySet()
    blank_line = ""
    if dialect is Dialect.BIBTEX and choice.asks_for("crossref"):
        papers = _with_parents_last(papers)
    for paper in papers:
        key = unique_key(_free_key(paper, dialect, choice), written)
        written.add(key.casefold())
        yield blank_line + _entry(paper, key, dialect, choice)
        blank_line = "\n"


def _with_parents_last(papers: Iterable[Citable]) -> list[Citable]:
    """Return the papers, those last to which others refer by `crossref`: BibTeX does not find a parent before them.

    BibTeX does not find it under a former key either, so each reference gets the present key.
    """
    papers = list(papers)
    keys = {key.casefold(): paper.key for paper in papers for key in (*paper.former_keys, paper.key)}
    parents: set[str] = set()

    def with_present_key(field: Field) -> Field:
        name, value = field
        if name.lower() != "crossref" or value.strip().casefold() not in keys:
            return field
        parent = keys[value.strip().casefold()]
        parents.add(parent)
        return name, parent

    papers = [replace(paper, fields=tuple(map(with_present_key, paper.fields))) for paper in papers]
    return sorted(papers, key=lambda paper: paper.key in parents)


def entry(paper: Citable, dialect: Dialect, choice: FieldChoice = USUAL) -> str:
    """Format a paper as a .bib entry that ends with a newline.

    If TeX would reject the citation key of the paper, the entry gets a similar key. A paper from a .bib file keeps its
    original type and fields, with two exceptions: a field that a person edited has the edited value, and a field that
    TeX would reject is converted to LaTeX that TeX accepts.
    """
    return _entry(paper, _key(paper, dialect), dialect, choice)


def _key(paper: Citable, dialect: Dialect) -> str:
    """Return the key of a paper's entry. Biber accepts fewer keys than BibTeX."""
    key = accepted_key(paper.key)
    return key if dialect is Dialect.BIBTEX else biber_key(key)


def _free_key(paper: Citable, dialect: Dialect, choice: FieldChoice) -> str:
    """Return the key of a paper's entry. A key that had to be changed takes no key from another paper of the file."""
    key, is_exported = _key(paper, dialect), choice.is_exported
    if key == paper.key or is_exported is None:
        return key
    own = {former.casefold() for former in paper.former_keys}
    return unique_key(key, lambda one: one not in own and is_exported(one))


def _entry(paper: Citable, key: str, dialect: Dialect, choice: FieldChoice) -> str:
    kind, fields = entry_fields(paper, dialect, choice)
    lines = "".join([f"  {name} = {value},\n" for name, value in fields])
    return f"@{kind}{{{key},\n{lines}}}\n"


def entry_fields(paper: Citable, dialect: Dialect, choice: FieldChoice = USUAL) -> tuple[str, list[Field]]:
    """Return the entry type of a paper, and its fields in the order in which they are written."""
    if choice.style.version != "given":
        paper = cited_version(paper, choice.style.version)
    if paper.fields:
        # Imported late: a library of papers from feeds does not need it.
        from readq.formats.bibtex.imported_entry import imported_entry

        kind, fields = imported_entry(paper, dialect, choice)
    else:
        kind, fields = _new_entry(paper, dialect, choice.style)
    if _may_have_own_fields(paper):
        fields += _own_fields(paper, dialect, choice, {name for name, _ in fields})
    if choice.only is not None or choice.omitted:
        fields = [field for field in fields if choice.has(field[0])]
    return kind, fields


def _may_have_own_fields(paper: Citable) -> bool:
    has_texts = paper.abstract or paper.tags or paper.note
    return bool(has_texts or paper.former_keys) or not (paper.key.isascii() and paper.key.isalnum())


def _own_fields(paper: Citable, dialect: Dialect, choice: FieldChoice, present: Container[str]) -> Iterator[Field]:
    """Yield the fields that are not in the record of the paper: the user's texts, and former keys."""
    if choice.asks_for("abstract") and paper.abstract and "abstract" not in present:
        yield "abstract", braced(encode(paper.abstract, dialect=dialect, protect=False))
    if choice.asks_for("keywords") and paper.tags and "keywords" not in present:
        yield "keywords", braced(", ".join(encode(tag, dialect=dialect, protect=False) for tag in paper.tags))
    if (choice.asks_for("note") or choice.asks_for("annote")) and paper.note and "annote" not in present:
        name = "annotation" if dialect is Dialect.BIBLATEX else "annote"
        yield name, braced(encode(paper.note, dialect=dialect, protect=False))
    if choice.has("ids", by_default=dialect is Dialect.BIBLATEX):
        # By an entry's `ids` biber finds it under its former keys, and under a key that biber does not accept.
        keys = [accepted_key(paper.key)] if biber_key(paper.key) != paper.key else []
        keys += [key for key in paper.former_keys if key == accepted_key(key) and "," not in key]
        others = dict.fromkeys(key for key in keys if key != _key(paper, dialect))
        if others:
            yield "ids", braced(",".join(others))


def _new_entry(paper: Citable, dialect: Dialect, style: EntryStyle) -> tuple[str, list[Field]]:
    venue = None if paper.venue is None or is_preprint(paper.venue) else paper.venue
    authors = format_authors(paper.authors, dialect)
    year = _year(paper)
    kind = _kind(paper, venue) if venue and authors and year else VenueKind.UNKNOWN
    fields = [("author", braced(authors))] if authors else []
    fields.append(("title", braced(encode_title(paper.title, dialect=dialect, protection=style.protect))))
    # Styles sort by author; without one they sort by the key field.
    if not authors and dialect is Dialect.BIBTEX:
        fields.append(("key", braced(label_text(encode(paper.title, dialect=dialect, protect=False)))))
    if venue:
        name = journal_name(venue, style.journals) if kind is VenueKind.JOURNAL else venue
        fields.append((_container(kind, dialect), braced(encode(name, dialect=dialect))))
    is_article = style.preprints == "article" and bool(paper.arxiv_id and authors and year and not venue)
    if is_article:
        # The form of Google Scholar, for styles that print nothing else of a preprint.
        fields.append((_container(VenueKind.JOURNAL, dialect), braced(f"arXiv preprint arXiv:{paper.arxiv_id}")))
    fields += _date(paper, year, kind, dialect)
    links = _links(paper, dialect)
    fields += links
    if is_article:
        return VenueKind.JOURNAL, fields
    if dialect is Dialect.BIBTEX:
        if paper.arxiv_id and kind is VenueKind.UNKNOWN:
            fields.append(("note", braced(f"arXiv:{encode_verbatim(paper.arxiv_id)}")))
        return kind, fields
    is_online = kind is VenueKind.UNKNOWN and links and year and not venue and style.preprints != "misc"
    return "online" if is_online else kind, fields


def _year(paper: Citable) -> int | None:
    """Return the year of the paper. If it is unknown, return the year in the arXiv id, because styles need a year."""
    if paper.year or paper.published:
        return paper.year or year_number(paper.published or "")
    return year_of_arxiv_id(paper.arxiv_id) if paper.arxiv_id else None


def _kind(paper: Citable, venue: str) -> VenueKind:
    if paper.entry_type in (VenueKind.JOURNAL, VenueKind.CONFERENCE):
        return VenueKind(paper.entry_type)
    return VenueKind.CONFERENCE if paper.entry_type == "conference" else venue_kind(venue)


def _container(kind: VenueKind, dialect: Dialect) -> str:
    if kind is VenueKind.CONFERENCE:
        return "booktitle"
    if kind is VenueKind.UNKNOWN:
        return "howpublished"
    return "journal" if dialect is Dialect.BIBTEX else "journaltitle"


def _date(paper: Citable, year: int | None, kind: VenueKind, dialect: Dialect) -> list[Field]:
    """Return the fields of the date. Only a preprint gets a month: the known day is the day of the preprint."""
    if not year:
        return []
    published = paper.published or ""
    exact = published if kind is VenueKind.UNKNOWN and published[:5] == f"{year:04d}-" else ""
    if dialect is Dialect.BIBLATEX:
        return [("date", braced(exact or f"{year:04d}"))]
    fields = [("year", braced(str(year)))]
    month = exact[5:7]
    if month.isdigit() and 1 <= int(month) <= 12:
        fields.append(("month", MONTHS[int(month) - 1]))
    return fields


def _links(paper: Citable, dialect: Dialect) -> list[Field]:
    fields: list[Field] = []
    if paper.arxiv_id:
        fields += eprint_fields(paper.arxiv_id, paper.primary_class, dialect)
    if paper.doi:
        fields.append(("doi", braced(encode_verbatim(paper.doi))))
    if paper.arxiv_id:
        fields.append(("url", braced(encode_verbatim(arxiv_url(paper.arxiv_id)))))
    elif paper.url and is_web_address(paper.url):
        fields.append(("url", braced(encode_verbatim(paper.url))))
    return fields
