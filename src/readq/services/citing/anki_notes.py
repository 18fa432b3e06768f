"""Make Anki notes from the notes and the questions that the user wrote about papers."""

import sqlite3
from collections.abc import Iterable, Iterator
from itertools import islice

from readq.formats.anki import AnkiNote
from readq.model.citable import Citable
from readq.review.prompts import PROMPTS, own_lines
from readq.store.papers.queries import CHUNK
from readq.store.review.hand_over import OwnWork, own_work

_NOBODY = OwnWork()


def anki_notes(connection: sqlite3.Connection, papers: Iterable[tuple[int, Citable]]) -> Iterator[AnkiNote]:
    """Yield the Anki notes of `papers`, which are pairs of a paper id and the paper.

    One Anki note is made for each line `claim:`, `how:`, `limit:` or `use:` in the user's note on a paper, and one
    for each question of the user about the paper. If a paper with a review card has no `claim:` line, one Anki note
    is made from its abstract.
    """
    rest = iter(papers)
    while chunk := list(islice(rest, CHUNK)):
        work = own_work(connection, [number for number, _ in chunk])
        for number, paper in chunk:
            yield from _of_paper(paper, work.get(number, _NOBODY))


def _of_paper(paper: Citable, work: OwnWork) -> Iterator[AnkiNote]:
    source, lines = _source(paper), own_lines(work.note)
    if work.abstract:
        lines.setdefault("claim", work.abstract)
    for prompt, question in PROMPTS.items():
        if prompt in lines:
            yield AnkiNote(f"readq:{paper.key}:{prompt}", question, lines[prompt], source, work.tags)
    for card, question, answer in work.questions:
        yield AnkiNote(f"readq:{paper.key}:{card}", question, answer, source, work.tags)


def _source(paper: Citable) -> str:
    authors = [author.family or author.name for author in paper.authors[:2]]
    names = f"{authors[0]} et al." if len(paper.authors) > 2 else " and ".join(authors)
    return f"{paper.title} ({', '.join(filter(None, (names, str(paper.year or ''))))})".replace(" ()", "")
