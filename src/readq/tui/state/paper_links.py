"""Read the links between the notes of papers, as the screens of a paper show and follow them."""

from collections.abc import Sequence
from typing import NamedTuple

from readq.model.note_links import linked_keys
from readq.model.values import Paper
from readq.store.notes import links
from readq.store.notes.links import LinkedPaper
from readq.tui.state.session import Session
from readq.tui.text.paper_names import link_line


class PaperLinks(NamedTuple):
    """The papers that the note of a paper links to, and those whose notes link to the paper."""

    to: Sequence[LinkedPaper] = ()
    by: Sequence[LinkedPaper] = ()


def paper_links(session: Session, paper: Paper) -> PaperLinks:
    """Return the links of a paper. While the library is locked, there are none."""
    keys = linked_keys(paper.note or "")
    return session.library.read(
        lambda conn: PaperLinks(links.linked_papers(conn, keys), links.linking_papers(conn, paper.id)), PaperLinks()
    )


def linked_papers(session: Session, keys: Sequence[str]) -> PaperLinks:
    """Return the papers that citation keys in links name. While the library is locked, there are none."""
    return session.library.read(lambda conn: PaperLinks(links.linked_papers(conn, keys)), PaperLinks())


def link_lines(links: PaperLinks, most: int | None = None) -> list[str]:
    """Return a line for each link, at most `most` of a kind, and how many more there are."""
    lines = []
    for sign, papers in (("→", links.to), ("←", links.by)):
        shown = papers[:most]
        lines += [link_line(sign, link.key, link.title) for link in shown]
        if len(shown) < len(papers):
            lines.append(f"{sign} and {len(papers) - len(shown)} more")
    return lines
