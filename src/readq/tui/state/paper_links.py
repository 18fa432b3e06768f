"""Read the links from and to the note of a paper, for the screens that show and follow them."""

from collections.abc import Sequence
from typing import NamedTuple

from readq.model.note_links import linked_keys
from readq.model.values import Paper
from readq.store.notes import links
from readq.store.notes.links import LinkedPaper
from readq.tui.state.session import Session
from readq.tui.text.paper_names import link_line


class PaperLinks(NamedTuple):
    """The links of a paper P. `to` are the papers to which the note of P links.

    `by` are the papers whose notes link to P. If `is_known` is false, the library was locked, and both are empty.
    """

    to: Sequence[LinkedPaper] = ()
    by: Sequence[LinkedPaper] = ()
    is_known: bool = True


UNKNOWN = PaperLinks(is_known=False)
"""The links of a paper that could not be read, because the library is locked."""


def paper_links(session: Session, paper: Paper) -> PaperLinks:
    """Return the links of a paper. While the library is locked, return UNKNOWN."""
    keys = linked_keys(paper.note or "")
    return session.library.read(
        lambda conn: PaperLinks(links.linked_papers(conn, keys), links.linking_papers(conn, paper.id)), UNKNOWN
    )


def linked_papers(session: Session, keys: Sequence[str]) -> PaperLinks:
    """Return links to the papers with the citation keys `keys`, in the field `to`. The field `by` is empty.

    While the library is locked, return UNKNOWN.
    """
    return session.library.read(lambda conn: PaperLinks(links.linked_papers(conn, keys)), UNKNOWN)


def reason_against_following(links: PaperLinks) -> str:
    """Return why no link of a paper can be followed, or "" if one can be, or if the links are unknown."""
    if not links.is_known or any(link.id is not None for link in (*links.to, *links.by)):
        return ""
    return "no linked paper is in the library" if links.to else "no links: [[key]] in a note links to a paper"


def link_lines(links: PaperLinks, most: int | None = None) -> list[str]:
    """Return a line of text for each link, such as `→ key · Title`. The links `to` come first, then the links `by`.

    At most `most` links of each kind are shown. If there are more of a kind, a line such as `→ and 3 more` follows.
    """
    lines = []
    for sign, papers in (("→", links.to), ("←", links.by)):
        shown = papers[:most]
        lines += [link_line(sign, link.key, link.title) for link in shown]
        if len(shown) < len(papers):
            lines.append(f"{sign} and {len(papers) - len(shown)} more")
    return lines
