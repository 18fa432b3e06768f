"""Lay out a review card as text blocks: its question, its back (the answer), and its history."""

from collections.abc import Iterator, Mapping, Sequence
from typing import Any, NamedTuple

from readq.model.values import Paper
from readq.review.prompts import PROMPTS
from readq.review.sentences import first_and_last
from readq.services.review.card_list import ListedCard
from readq.services.review.cards import DueCard
from readq.services.review.prompts import BackSide
from readq.text import counted, strip_controls
from readq.tui.text import paper_blocks
from readq.tui.text.paper_blocks import Block
from readq.tui.text.sanitize import display_text

_MOST_AUTHORS = 6


class CardBack(NamedTuple):
    """The content of the back of a card."""

    side: BackSide
    typed: str = ""
    """The text that the user has just recalled and typed."""
    links: Sequence[str] = ()
    """The links in the text that the user wrote for the card, each as a line such as `→ key · Title`."""


class AbstractHint(NamedTuple):
    """Whether the whole abstract is shown, and the labels of two keys. A label is "" if there is no such key."""

    is_shown: bool
    """Whether the whole abstract is shown."""
    key: str
    """The label of the key that shows the whole abstract."""
    note_key: str
    """The label of the key that opens the note, in which the user can write a line for the card."""


def front(card: DueCard, paper: Paper | None) -> Iterator[Block]:
    """Yield the blocks of the front of a card: the paper and the question. `paper` is None while it cannot be read."""
    if paper is not None:
        yield from paper_blocks.heading(paper, _MOST_AUTHORS)
    else:
        if card.kind == "paper":
            yield Block(paper_blocks.TITLE, display_text(card.prompt))
        yield Block(paper_blocks.HINT, "the paper cannot be read now")
    yield Block(paper_blocks.RULE, "")
    yield Block(paper_blocks.QUESTION, display_text(card.question))


def back(card: DueCard, paper: Paper | None, shown: CardBack, abstract: AbstractHint) -> Iterator[Block]:
    """Yield the blocks of the back of a card.

    The blocks hold the typed text, the line that the user has written for the card, the text recalled last time, the
    note and the abstract. If `abstract.is_shown` is true, the whole abstract is shown. Otherwise, its first and last
    sentences are shown, but only if the user has written neither a line for the card nor a note.
    """
    side = shown.side
    if shown.typed:
        yield from _section("you recalled", paper_blocks.BODY, shown.typed)
    name = card.asks if card.kind == "paper" and card.asks in PROMPTS else "answer"
    if side.line:
        yield Block(paper_blocks.RULE, f"your line, {name}:" if name != "answer" else name)
        yield from paper_blocks.note_text(side.line)
        yield from (Block(paper_blocks.META, line) for line in shown.links)
    elif name != "answer":
        yield Block(paper_blocks.RULE, "")
        write = f"; {abstract.note_key} writes one" if abstract.note_key else ""
        yield Block(paper_blocks.HINT, f"no line {name}: in your note yet{write}")
    if side.recalled is not None and side.recalled.recalled:
        yield from _section(f"you recalled on {side.recalled.day}", paper_blocks.BODY, side.recalled.recalled)
    if paper is None:
        return
    yield from paper_blocks.note(paper)
    yield from _abstract(paper, abstract, has_own=bool(side.line or side.note))


def _abstract(paper: Paper, hint: AbstractHint, *, has_own: bool) -> Iterator[Block]:
    if hint.is_shown or not paper.abstract:
        yield from paper_blocks.abstract(paper)
        return
    if has_own:
        return
    yield Block(paper_blocks.RULE, "")
    yield Block(paper_blocks.BODY, " … ".join(first_and_last(display_text(paper.abstract))))
    if hint.key:
        yield Block(paper_blocks.HINT, f"{hint.key} shows the whole abstract")


def _section(label: str, kind: str, text: str) -> Iterator[Block]:
    yield Block(paper_blocks.RULE, label)
    yield Block(kind, strip_controls(text))


def history(card: ListedCard, *, is_hidden: bool) -> Iterator[Block]:
    """Yield blocks with the state of a card and its answers, newest first.

    If `is_hidden` is true, the texts that the user recalled are left out.
    """
    recall = "" if card.recall is None else f" · now {card.recall:.0%}"
    yield Block(paper_blocks.PLACE, f"due {card.due}{recall}")
    lapses = f", forgotten on {counted(card.lapses, 'day')}" if card.lapses else ""
    yield Block(paper_blocks.META, f"{card.state} · {counted(card.reps, 'answer')}{lapses}")
    yield Block(paper_blocks.RULE, "")
    if not card.history:
        yield Block(paper_blocks.HINT, "no answers yet")
    for one in reversed(card.history):
        yield Block(paper_blocks.BODY, _answer_text(one))
        if one["recalled"] and not is_hidden:
            yield Block(paper_blocks.NOTE, f"  {strip_controls(str(one['recalled']))}", hang=2)


def _answer_text(one: Mapping[str, Any]) -> str:
    asked = one["prompt"] if one["prompt"] in PROMPTS else "question" if one["prompt"] else ""
    taken = f"{one['taken_ms'] / 1000:.0f} s" if one["taken_ms"] else ""
    parts = (one["rating"], asked, f"next after {counted(one['interval_days'], 'day')}", taken)
    return f"{one['day']}  " + " · ".join(part for part in parts if part)
