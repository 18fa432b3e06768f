"""Find the arXiv id or DOI of a paper in the text and metadata of its PDF. Pure functions."""

import re
from collections.abc import Mapping, Sequence

from readq.model.identifiers import arxiv_id, doi, identifiers_in

_STAMP = re.compile(
    r"arXiv\s*:\s*([a-z-]+(?:\.[A-Z]{2})?/[0-9]{7}|[0-9]{4}\.[0-9]{4,5})(?:v[0-9]{1,3})?", re.IGNORECASE
)
_DOI = re.compile(r"(?<![A-Za-z0-9])10\.[0-9]{4,9}/[^\s\"'<>{}|\\^`]{2,200}")
# A DOI with a line break, as in narrow columns.
_BROKEN_DOI = re.compile(r"(10\.[0-9]{4,9}/)\s+(?=[A-Za-z0-9])")
_REFERENCES = re.compile(
    r"^[^\w\n]*+(?:[0-9.]++[^\S\n]*+)?(?:references|bibliography|literature cited)[^\w\n]*+$",
    re.IGNORECASE | re.MULTILINE,
)
_METADATA_NAMES = (
    "doi",
    "wps-articledoi",
    "prism:doi",
    "identifier",
    "subject",
    "crossmark:doi",
    "pdfx:doi",
    "title",
    "url",
)


def reference_in(pages: Sequence[str], metadata: Mapping[str, str]) -> str | None:
    """Return the arXiv id or DOI of the paper in a PDF. Return None if neither is found.

    `pages` holds the texts of the first pages. `metadata` maps names in lower case to the values of the PDF's metadata.
    Three places are searched in order: the metadata, arXiv's stamp on the first page, and the text page by page. The
    search ends at the heading of the reference list, because later DOIs belong to other papers.
    """
    for name in _METADATA_NAMES:
        if found := _in_metadata(metadata.get(name, "")):
            return found
    first = pages[0] if pages else ""
    if stamp := _arxiv(first):
        return stamp
    for page in pages:
        end = _REFERENCES.search(page)
        text = page[: end.start()] if end else page
        if found := _arxiv(text) if text is not first else None:
            return found
        if found := _doi(text):
            return found
        if end:
            break
    return None


def _in_metadata(value: str) -> str | None:
    """Return the identifier in a metadata value such as `doi:10.1145/1` or `Nature, doi:10.1038/1`."""
    whole = identifiers_in(value) if value and " " not in value.strip() else ()
    if whole and whole[0][0] in ("arxiv", "doi"):
        return whole[0][1]
    return _arxiv(value) or _doi(value)


def _arxiv(text: str) -> str | None:
    return next((name for found in _STAMP.finditer(text) if (name := arxiv_id(found[1]))), None)


def _doi(text: str) -> str | None:
    for found in _DOI.finditer(_BROKEN_DOI.sub(r"\1", text)):
        # `doi` removes punctuation after a DOI, but `arxiv_id` does not.
        if name := arxiv_id(found[0].rstrip(")].,;")) or doi(found[0]):
            return name
    return None
