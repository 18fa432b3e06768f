"""Read the entries of a .bib file as papers. A broken entry is reported, and the other entries are still read."""

import re
from collections.abc import Callable, Iterable, Iterator, Mapping

from readq.errors import UsageError
from readq.formats.bibtex.author_field import authors
from readq.formats.bibtex.date_fields import full_date, year_number
from readq.formats.bibtex.entry_parser import BlockParser, BrokenBlock, RawEntry, split_blocks
from readq.formats.bibtex.inheritance import REFERENCES, entries_by_key, inherit, references
from readq.formats.bibtex.title_fields import title_of
from readq.formats.bibtex.venues import is_preprint
from readq.formats.bibtex.verbatim_fields import bare_doi, first_address, is_web_address, verbatim_text
from readq.formats.jats_text import abstract_of_file
from readq.latex.decode import bibtex_text
from readq.model.fetched_paper import FetchedPaper
from readq.model.identifiers import arxiv_id, identifiers_in
from readq.model.values import Author, LeftOut, Rejected, Trust
from readq.text import clean, join_lines, normalise_tag, one_line

_VENUES = ("journaltitle", "journal", "booktitle", "maintitle", "eventtitle")
_OWN_NOTES = ("annote", "annotation", "comment", "review")
# Fields that hold the arXiv number where there is no eprint field: `arXiv preprint arXiv:1706.03762`, DBLP's `abs/…`.
_ARXIV_FIELDS = ("journal", "volume", "note", "howpublished", "number", "pages", "annote")
_ARXIV_MENTION = re.compile(
    r"(?:arxiv[:\s.]*|abs/)((?:[0-9]{4}\.[0-9]{4,5}|[a-z-]{2,10}(?:\.[A-Z]{2})?/[0-9]{7})(?:v[0-9]+)?)", re.IGNORECASE
)
_REFERENCE = re.compile(rf"\b(?:{'|'.join(REFERENCES)})\s*=", re.IGNORECASE)
_MAX_TAGS = 100


def read(text: str) -> tuple[list[FetchedPaper], list[Rejected]]:
    """Parse a BibTeX or BibLaTeX file. Return its papers and its broken entries, both in the order of the file.

    Titles, names and venues are in Unicode. Mathematics is kept as `$…$`. `FetchedPaper.fields` has the original
    fields, and those inherited by `crossref` or `xdata`. Names of fields are in lower case, and macros are expanded.
    Citation keys are as in the file. So a key may occur twice, or contain characters that LaTeX refuses. Raises
    nothing.
    """
    papers, rejected, _ = read_all(text)
    return papers, rejected


_Records = tuple[list[FetchedPaper], list[Rejected], list[LeftOut]]


def read_all(text: str) -> _Records:
    """Parse a file as `read` does. Return its papers, its broken entries, and the entries that describe no work.

    An entry that describes no work is, for example, `@control`.
    """
    blocks = split_blocks(text)
    return _records(inherit(blocks, entries_by_key(blocks)))


def read_parts(parts: Callable[[], Iterable[str]]) -> Iterator[_Records]:
    """Parse a large .bib file in parts. Yield the result of `read_all` for each part.

    `parts` is a function that returns the text of the whole file, in the parts that `cut_before_entries` yields. If
    entries inherit fields, `parts` is called several times.
    """
    entries: Mapping[str, RawEntry] = {}
    if any(_REFERENCE.search(text) for text in parts()):
        referenced = {key for block in _all_blocks(parts()) for key in references(block)}
        entries = entries_by_key(
            block
            for block in _all_blocks(parts())
            if isinstance(block, RawEntry) and block.key.casefold() in referenced
        )
    parser = BlockParser()
    for text in parts():
        yield _records(inherit(parser.split(text), entries))


def _all_blocks(texts: Iterable[str]) -> Iterator[RawEntry | BrokenBlock]:
    parser = BlockParser()
    for text in texts:
        yield from parser.split(text)


def _records(blocks: Iterable[RawEntry | BrokenBlock | LeftOut]) -> _Records:
    papers: list[FetchedPaper] = []
    rejected: list[Rejected] = []
    left_out: list[LeftOut] = []
    for block in blocks:
        if isinstance(block, LeftOut):
            left_out.append(block)
            continue
        outcome = Rejected(one_line(block.where), block.why) if isinstance(block, BrokenBlock) else _paper(block)
        if isinstance(outcome, FetchedPaper):
            papers.append(outcome)
        else:
            rejected.append(outcome)
    return papers, rejected, left_out


def _paper(entry: RawEntry) -> FetchedPaper | Rejected:
    fields = entry.fields
    title = title_of(fields)
    if not title:
        return Rejected(one_line(entry.where), "no title")
    year, published = _year_and_day(fields)
    url = next((link for link in _links(fields) if is_web_address(link)), None)
    return FetchedPaper(
        title=title,
        trust=Trust.BIBTEX,
        where=one_line(entry.where),
        abstract=join_lines(abstract_of_file(bibtex_text(fields.get("abstract", "")))) or None,
        authors=_authors(fields),
        published=published,
        year=year,
        venue=_venue(fields),
        primary_class=_text(fields, "primaryclass", "eprintclass"),
        url=url,
        pdf_url=next((link for link in [verbatim_text(fields.get("pdf", ""))] if is_web_address(link)), None),
        identifiers=_identifiers(fields),
        key=one_line(entry.key) or None,
        former_keys=_former_keys(fields),
        entry_type=one_line(entry.entry_type) or None,
        fields=tuple((name, clean(value)) for name, value in fields.items()),
        tags=keyword_field_tags(fields),
        note=_own_note(fields),
    )


def _text(fields: dict[str, str], *names: str) -> str | None:
    found = (one_line(bibtex_text(fields[name])) for name in names if name in fields)
    return next((text for text in found if text), None)


def _authors(fields: dict[str, str]) -> tuple[Author, ...]:
    return authors(one_line(fields.get("author", ""))) or authors(one_line(fields.get("editor", "")))


def _venue(fields: dict[str, str]) -> str | None:
    venues = (_text(fields, name) for name in _VENUES)
    return next((venue for venue in venues if venue and not is_preprint(venue)), None)


def _year_and_day(fields: dict[str, str]) -> tuple[int | None, str | None]:
    date, year = fields.get("date", ""), fields.get("year", "")
    day = full_date(year, fields.get("month", ""), fields.get("day", ""), date or year)
    return year_number(year) or year_number(date), day


def _links(fields: dict[str, str]) -> list[str]:
    """Return the addresses in an entry, the best first."""
    links = [verbatim_text(first_address(fields[name])) for name in ("url", "link", "ee") if name in fields]
    links += re.findall(r"\\url\s*\{([^{}]*)\}", fields.get("howpublished", ""))
    return [one_line(first_address(link)) for link in links if link]


def _identifiers(fields: dict[str, str]) -> tuple[tuple[str, str], ...]:
    found: list[tuple[str, str]] = []
    if number := _arxiv_number(fields):
        found.append(("arxiv", number))
    if text := fields.get("doi"):
        found += identifiers_in(bare_doi(text))
    for text in (*_links(fields), verbatim_text(fields.get("pdf", ""))):
        found += identifiers_in(text) if text else ()
    return tuple(dict.fromkeys(found))


def _arxiv_number(fields: dict[str, str]) -> str | None:
    archive = (fields.get("archiveprefix") or fields.get("eprinttype") or "arxiv").strip().lower()
    eprint = fields.get("eprint") or fields.get("arxivid")
    if eprint and archive == "arxiv" and (number := arxiv_id(verbatim_text(eprint))):
        return number
    for place in _ARXIV_FIELDS:
        mention = _ARXIV_MENTION.search(fields[place]) if place in fields else None
        if mention and (number := arxiv_id(mention[1])):
            return number
    return None


def keyword_field_tags(fields: Mapping[str, str]) -> tuple[str, ...]:
    """Return the keywords as tags: case-folded, with `-` for spaces, without characters that tags must not have."""
    keywords = fields.get("keywords") or fields.get("keyword")
    if not keywords:
        return ()
    words = one_line(bibtex_text(keywords))
    tags: dict[str, None] = {}
    for word in re.split("[,;]", words)[:_MAX_TAGS]:
        name = re.sub(r"[\s():\"'`“”„‘’]+", "-", word).strip("-")
        try:
            tags[normalise_tag(name)] = None
        except UsageError:
            continue
    return tuple(tags)


def _former_keys(fields: dict[str, str]) -> tuple[str, ...]:
    """Return the other keys by which an entry can be cited in biblatex: the keys in its field `ids`."""
    return tuple(dict.fromkeys(key for part in fields.get("ids", "").split(",") if (key := one_line(part))))


def _own_note(fields: dict[str, str]) -> str | None:
    notes = [clean(bibtex_text(fields[name])) for name in _OWN_NOTES if name in fields]
    return "\n\n".join(note for note in notes if note) or None
