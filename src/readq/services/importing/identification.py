"""Gather the facts that identify imported papers and papers of the library, and find possible matches. Writes nothing.

`readq.model.identity` uses these facts to decide which records describe the same paper.
"""

import hashlib
import json
import sqlite3
from collections import Counter, defaultdict
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import fields
from typing import Any

from readq.merge.paper_evidence import paper_evidence
from readq.model.citation_keys.syntax import biber_key, safe_key
from readq.model.fetched_paper import FetchedPaper
from readq.model.fields.paper_fields import FIELDS
from readq.model.identifiers import title_key
from readq.model.identity.comparison import Relation, compare
from readq.model.identity.evidence import Evidence, Identifier, Name, isbns, kind_of
from readq.model.identity.generic_titles import is_generic
from readq.model.identity.works import shared_identifiers
from readq.model.metadata import Metadata, first_metadata, known_year
from readq.model.values import Author, Trust
from readq.store.papers import decisions, key_lookup, lookup, provenance

STANDARD_INPUT = "file:-"
"""The origin of entries from standard input. The origin of entries from a file is `file:` and the path of the file.

Entries of two imports from standard input are never compared, because the imports may come from different files.
"""

_WHOLE_BOOKS = ("book", "proceedings")
_NOT_SAID = ("where", "appearance", "name", "record_id", "tags", "defect")
_SAID = tuple(one.name for one in fields(FetchedPaper) if one.name not in _NOT_SAID)
_STORED = (*FIELDS, "trust")


def origin_of(paper: FetchedPaper, origin: str | None, feed: str | None) -> str | None:
    """Return the origin of a record: the file, feed or page that contains it, such as `file:/home/me/refs.bib`.

    If `origin` is given, it is returned. Otherwise the result is made from `feed`, the name of the feed. It is
    `feed:hf-daily` if the feed `hf-daily` gave `paper` an id, and `page:hf-daily` if not. Return None if `origin` and
    `feed` are both None.
    """
    if origin or not feed:
        return origin
    return f"feed:{feed}" if paper.name else f"page:{feed}"


def names_of(papers: Sequence[tuple[FetchedPaper, str | None]]) -> list[Name | None]:
    """Return, for each paper, the name by which a later import recognises it, or None if it gets no name.

    `papers` are pairs (paper, origin). The origin is the file, feed or page that contains the paper, or None. A name is
    a pair (origin, text). The text is the first of these that the paper has:

    - the id that the origin gives the paper
    - the citation key, with a number if several different papers of the origin have it: `smith2020`, `smith2020 #2`
    - a hash of the paper's text

    Two kinds of papers get no name: papers without an origin, and papers of a page that have an identifier, no id from
    the page and no citation key.
    """
    numbers: dict[Name, dict[int, int]] = defaultdict(dict)
    times = Counter((origin, paper.key) for paper, origin in papers)
    ambiguous = _ambiguous_texts(papers)
    found: list[Name | None] = []
    for paper, origin in papers:
        name = paper.name or paper.key
        if not origin or (not name and origin.startswith("page:") and paper.identifiers):
            found.append(None)
            continue
        text = (origin, name or _name_by_text(paper, *_day_of_rubric(paper, origin)))
        named = (origin, _name_by_text(paper, digest_of(paper))) if text in ambiguous else text
        if paper.key and times[origin, paper.key] > 1:
            # By the hash of the entry, so that equal entries get one number.
            number = numbers[named].setdefault(digest_of(paper), len(numbers[named]) + 1)
            named = named if number == 1 else (origin, f"{name} #{number}")
        found.append(named)
    return found


def _day_of_rubric(paper: FetchedPaper, origin: str) -> tuple[str, ...]:
    """Return the day of a paper from a page if its title is generic, such as "Editorial", as a tuple.

    Otherwise return ().
    """
    is_rubric = origin.startswith("page:") and is_generic(title_key(paper.title))
    return (paper.published,) if is_rubric and paper.published else ()


def _ambiguous_texts(papers: Sequence[tuple[FetchedPaper, str | None]]) -> set[Name]:
    """Return the names made by `_name_by_text` that do not identify a record of a file.

    Such a name belongs to several records that differ in other fields. The name of a record with a generic title, such
    as "Editorial", is always returned, so that it does not depend on whether the file has another such record.
    """
    digests: dict[Name, set[int]] = defaultdict(set)
    found: set[Name] = set()
    for paper, origin in papers:
        if origin and origin.startswith("file:") and not (paper.name or paper.key):
            named = (origin, _name_by_text(paper))
            digests[named].add(digest_of(paper))
            if len(digests[named]) > 1 or is_generic(title_key(paper.title)):
                found.add(named)
    return found


def _name_by_text(paper: FetchedPaper, *more: object) -> str:
    """Return a name made from a hash of title, authors, abstract and `more`, so that equal papers get equal names."""
    text = repr((paper.title, paper.abstract, [author.name for author in paper.authors], *more))
    return f"text {hashlib.blake2b(text.encode(), digest_size=12).hexdigest()}"


def digest_of(paper: FetchedPaper) -> int:
    """Return a hash of all metadata that a source gives for a paper, as a signed integer of 64 bits.

    The hash shows whether the source has changed the paper since an earlier import.
    """
    # All metadata of an entry of a .bib file is in its fields. The fields of other records have only volume and pages.
    is_entry = any(name == "title" for name, _ in paper.fields)
    said = (paper.key, paper.entry_type, paper.fields) if is_entry else [getattr(paper, name) for name in _SAID]
    return int.from_bytes(hashlib.blake2b(repr(said).encode(), digest_size=8).digest(), "big", signed=True)


def record_of(paper: FetchedPaper) -> str:
    """Return all metadata that a source gives for a paper, as JSON without empty values."""
    said = {name: value for name in _SAID if (value := getattr(paper, name))}
    return json.dumps(said, ensure_ascii=False)


def record_of_stored(metadata: Metadata, identifiers: Iterable[tuple[str, str]], key: str) -> str:
    """Return the metadata, identifiers and citation key of a stored paper as JSON, in the form of `record_of`."""
    said: dict[str, Any] = {name: value for name in _STORED if (value := getattr(metadata, name))}
    return json.dumps({**said, "identifiers": sorted(identifiers), "key": key}, ensure_ascii=False)


def paper_of_record(said: Mapping[str, Any]) -> FetchedPaper:
    """Return the paper that a record describes. `said` is the parsed JSON from `record_of` or `record_of_stored`."""
    values = {name: said[name] for name in _SAID if name in said}
    values["trust"] = Trust(said["trust"]) if said["trust"] in list(Trust) else Trust.PAGE
    values["authors"] = tuple(Author(*author) for author in said.get("authors", ()))
    for name in ("identifiers", "fields"):
        values[name] = tuple((first, second) for first, second in said.get(name, ()))
    return FetchedPaper(**values)


def identifiers_of(paper: FetchedPaper) -> tuple[tuple[str, str], ...]:
    """Return the identifiers of a paper, including the PubMed id and the ISBNs in its BibTeX fields.

    ISBNs are included only for a whole book.
    """
    if not paper.fields:
        return paper.identifiers
    raw = dict(paper.fields)
    found = dict.fromkeys(paper.identifiers)
    if (number := raw.get("pmid", "").strip().strip("{}")).isdecimal() and len(number) <= 8:
        found["pmid", str(int(number))] = None
    if raw.get("isbn") and kind_of(paper.entry_type) in _WHOLE_BOOKS and "volume" not in raw:
        found.update((("isbn", isbn), None) for isbn in isbns(raw["isbn"]))
    return tuple(found)


def evidence_of(paper: FetchedPaper, said: Metadata, name: Name | None) -> Evidence:
    """Return the facts that identify an imported paper. `said` is its metadata, `name` its name at its origin."""
    key = paper.key or paper.record_id
    keys = {key.casefold(), safe_key(key).casefold()} if key else ()
    names = {name} if name else ()
    return paper_evidence(said, paper.identifiers, {said.title_key}, known_year(paper), names=names, keys=keys)


def shared_identifiers_by_origin(papers: Sequence[tuple[FetchedPaper, str | None]]) -> dict[str, set[Identifier]]:
    """Return, for each origin, the identifiers that several different papers from this origin have.

    Such an identifier does not identify a paper. An example is the URL of a web page that lists many papers. `papers`
    are pairs (paper, origin). An origin is the file, feed or page that contains the paper. Papers without an origin are
    ignored.
    """
    counts = Counter((origin, one) for paper, origin in papers if origin for one in paper.identifiers)
    repeated = {both for both, count in counts.items() if count > 1}
    bearers: dict[str, list[Evidence]] = defaultdict(list)
    for paper, origin in papers:
        if origin and any((origin, one) in repeated for one in paper.identifiers):
            bearers[origin].append(evidence_of(paper, first_metadata(paper), None))
    return {origin: shared_identifiers(items) for origin, items in bearers.items()}


def candidates(connection: sqlite3.Connection, arriving: Sequence[Evidence], numbers: Collection[int]) -> set[int]:
    """Return the ids of the library's papers that may be the same as one of the imported papers.

    `arriving` has the facts that identify the imported papers. A paper of the library may be the same if it has a name,
    an identifier, a citation key or a title in common with an imported paper. Generic titles such as `Editorial` and
    titles that many papers have are not compared. The ids in `numbers` are also returned, if the library has these
    papers.
    """
    found = {source.paper_id for source in provenance.by_name(connection, _all(arriving, "names")).values()}
    found |= set(lookup.identifier_owners(connection, _all(arriving, "identifiers")).values())
    found |= key_lookup.of_keys(connection, _all(arriving, "keys"))
    titles = {title for title in _all(arriving, "titles") if not is_generic(title)}
    return found | key_lookup.of_titles(connection, titles) | set(decisions.existing(connection, list(numbers)))


def _all(arriving: Iterable[Evidence], part: str) -> set[Any]:
    return {one for evidence in arriving for one in getattr(evidence, part)}


def stored_evidence(connection: sqlite3.Connection, metadata: Mapping[int, Metadata]) -> dict[int, Evidence]:
    """Return a dict that maps each id in `metadata` to the facts that identify the stored paper with this id."""
    ids = metadata.keys()
    identities = lookup.identities_of(connection, ids)
    names, keys = provenance.of_papers(connection, ids), key_lookup.keys_of(connection, ids)
    return {
        number: paper_evidence(
            said,
            identities[number].identifiers,
            identities[number].titles,
            said.year or (int(said.published[:4]) if said.published else None),
            names=names[number],
            keys=keys[number],
        )
        for number, said in metadata.items()
    }


def exported_papers(
    papers: Sequence[FetchedPaper],
    arriving: Sequence[Evidence],
    metadata: Mapping[int, Metadata],
    stored: Mapping[int, Evidence],
) -> dict[int, int]:
    """Find imported papers that are unchanged exports of stored papers, although their titles or keys look different.

    Return a mapping from the index of such a paper in `papers` to the id of its stored paper. `arriving` has the facts
    that identify each of `papers`, in the same order. `metadata` maps the id of each stored paper to its metadata.
    `stored` maps the same ids to the facts that identify these papers. A title can look different because LaTeX has
    several spellings of one text. A key can look different in an export for biber, which does not allow all characters
    in keys.
    """
    owners = {key: number for number, evidence in stored.items() for key in evidence.keys}
    respelt = {biber_key(key) for key in owners if biber_key(key) != key}
    found: dict[int, int] = {}
    for place, (paper, evidence) in enumerate(zip(papers, arriving, strict=True)):
        key = (paper.key or paper.record_id or "").casefold()
        number = owners.get(key)
        if number is None:
            continue
        # Other formats than BibTeX have fewer types, so that a work may look like one of another kind.
        is_entry = any(name == "title" for name, _ in paper.fields)
        if is_entry and key not in respelt and compare(stored[number], evidence).relation is Relation.SAME:
            continue
        from readq.services.importing.own_export import is_own_export

        if is_own_export(paper, key, metadata[number], stored[number].identifiers):
            found[place] = number
    return found
