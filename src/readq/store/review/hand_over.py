"""Read the user's own work on papers: notes, questions and tags."""

import json
import sqlite3
from collections.abc import Sequence
from typing import NamedTuple


class OwnWork(NamedTuple):
    """The note, the tags and the questions of a paper."""

    note: str = ""
    tags: tuple[str, ...] = ()
    questions: tuple[tuple[int, str, str], ...] = ()
    """Tuples (id of the card, question, answer). Questions that are no longer in the note are left out."""
    abstract: str | None = None
    """The abstract of the paper if its card of the kind `paper` is in review, otherwise None."""


def own_work(connection: sqlite3.Connection, ids: Sequence[int]) -> dict[int, OwnWork]:
    """Return a dict that maps each of `ids` to the note, tags and questions of the paper.

    A paper that has no note, no tag and no card is left out.
    """
    chosen, bound = "paper_id IN (SELECT value FROM json_each(?))", (json.dumps(list(ids)),)
    found: dict[int, OwnWork] = {}
    for paper, text in connection.execute(f"SELECT paper_id, text FROM note WHERE {chosen}", bound):
        found[paper] = OwnWork(note=text)
    for paper, tag in connection.execute(f"SELECT paper_id, tag FROM paper_tag WHERE {chosen} ORDER BY tag", bound):
        work = found.get(paper, OwnWork())
        found[paper] = work._replace(tags=(*work.tags, tag))
    for paper, card, question, answer, abstract in connection.execute(
        "SELECT c.paper_id, c.id, c.question, c.answer, CASE WHEN c.kind = 'paper' AND c.suspended = 0 THEN p.abstract"
        f" END FROM card c JOIN paper p ON p.id = c.paper_id WHERE c.{chosen} AND c.orphaned IS NULL"
        " ORDER BY c.paper_id, c.id",
        bound,
    ):
        work = found.get(paper, OwnWork())
        if question is None:
            found[paper] = work._replace(abstract=abstract)
        else:
            found[paper] = work._replace(questions=(*work.questions, (card, question, answer or "")))
    return found
