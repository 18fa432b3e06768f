"""Read the links between the notes of papers, as the screens of a paper show and follow them."""

from collections.abc import Sequence
from typing import NamedTuple

from readq.model.values import Paper
from readq.store.notes import links
from readq.store.notes.links import LinkedPaper
from readq.tui.state.session import Session


class PaperLinks(NamedTuple):
    """The papers that the note of a paper links to, and those whose notes link to the paper."""

    to: Sequence[LinkedPaper] = ()
    by: Sequence[LinkedPaper] = ()


def paper_links(session: Session, paper: Paper) -> PaperLinks:
    """Return the links of a paper. While the library is locked, there are none."""
    return session.library.read(
        lambda conn: PaperLinks(links.linked_papers(conn, paper.note or ""), links.linking_papers(conn, paper.id)),
        PaperLinks(),
    )


def link_lines(links: PaperLinks, most: int | None = None) -> list[str]:
    """Return a line for each link, at most `most` of a kind: `→ key · Title` to a paper, `← key · Title` from one."""
    lines = []
    for sign, papers in (("→", links.to), ("←", links.by)):
        shown = papers[:most]
        lines += [f"{sign} {link.key} · {link.title if link.id else 'not in the library'}" for link in shown]
        if len(shown) < len(papers):
            lines.append(f"{sign} and {len(papers) - len(shown)} more")
    return lines
