"""Write CSL-JSON, for pandoc, Obsidian and citation processors.

Format: https://citeproc-js.readthedocs.io, section CSL-JSON.
"""

import json
from collections.abc import Iterable, Iterator

from readq.formats.bibtex.venues import VenueKind, is_preprint, venue_kind
from readq.latex.decode import to_unicode
from readq.model.authors.person_names import split
from readq.model.citable import Citable
from readq.model.identifiers import arxiv_url
from readq.model.values import Author
from readq.text import escape_json, indented_array

_TYPES = {VenueKind.JOURNAL: "article-journal", VenueKind.CONFERENCE: "paper-conference"}


def write(papers: Iterable[Citable]) -> Iterator[str]:
    """Yield the papers, in their order, as the parts of one JSON array. Text is Unicode, without LaTeX."""
    items = (json.dumps(_item(paper), ensure_ascii=False, indent=1) for paper in papers)
    return map(escape_json, indented_array(items))


def _item(paper: Citable) -> dict[str, object]:
    """Return a paper as a CSL item, without fields that are unknown."""
    venue = paper.venue if paper.venue and not is_preprint(paper.venue) else None
    facts: dict[str, object] = {
        "id": paper.key,
        "type": _TYPES.get(venue_kind(venue), "article") if venue else "article",
        "title": to_unicode(paper.title),
        "author": [_name(author) for author in paper.authors],
        "issued": _date(paper),
        "container-title": to_unicode(venue) if venue else None,
        "publisher": "arXiv" if paper.arxiv_id and not venue else None,
        "number": f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else None,
        "DOI": paper.doi,
        "URL": arxiv_url(paper.arxiv_id) if paper.arxiv_id else paper.url,
    }
    return {name: value for name, value in facts.items() if value}


def _name(author: Author) -> dict[str, str]:
    parts = author if author.family is not None else split(author.name)
    if parts.family is None or parts.given is None:
        return {"literal": to_unicode(author.name)}
    name = {"family": to_unicode(parts.family), "given": to_unicode(parts.given)}
    return name | {"suffix": parts.suffix} if parts.suffix else name


def _date(paper: Citable) -> dict[str, list[list[int]]] | None:
    if paper.year is None:
        return None
    if paper.published and paper.published.startswith(f"{paper.year:04d}-"):
        return {"date-parts": [[int(part) for part in paper.published.split("-")]]}
    return {"date-parts": [[paper.year]]}
