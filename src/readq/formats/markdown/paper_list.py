"""Write papers as a list in Markdown."""

import re
from collections.abc import Iterable, Iterator

from readq.latex.decode import to_unicode
from readq.model.citable import Citable
from readq.model.identifiers import arxiv_url, is_safe_link

_MOST_AUTHORS = 6
_SPECIAL = re.compile(r"([\\`*_{}\[\]<>#|])")


def write(papers: Iterable[Citable]) -> Iterator[str]:
    """Yield the lines of a Markdown list of the papers, in their order.

    Each line has the title, authors, year, link and citation key.
    """
    return (f"- {_item(paper)}\n" for paper in papers)


def _item(paper: Citable) -> str:
    names = [escaped(author.name) for author in paper.authors[:_MOST_AUTHORS]]
    if len(paper.authors) > _MOST_AUTHORS:
        names.append("et al.")
    address = arxiv_url(paper.arxiv_id) if paper.arxiv_id else paper.url
    label = f"arXiv:{paper.arxiv_id}" if paper.arxiv_id else paper.doi or "link"
    parts = [
        f"**{escaped(paper.title)}**.",
        f"{', '.join(names).removesuffix('.')}." if names else "",
        f"{paper.year}." if paper.year else "",
        f"[{escaped(label)}](<{address}>)" if address and is_safe_link(address) else "",
        f"`@{paper.key}`",
    ]
    return " ".join(part for part in parts if part)


def escaped(text: str) -> str:
    """Return `text` with LaTeX turned to Unicode and with the special characters of Markdown escaped."""
    return _SPECIAL.sub(r"\\\1", to_unicode(text))
