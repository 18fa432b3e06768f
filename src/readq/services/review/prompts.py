"""Find the prompt that a card asks, and the back of the card: the answer in the note, the last recall, and the note."""

import sqlite3
from collections.abc import Sequence
from typing import TYPE_CHECKING, NamedTuple

from readq.store.papers import notes
from readq.store.review import history
from readq.store.review.cards import find_card
from readq.store.review.history import LoggedAnswer

if TYPE_CHECKING:
    from readq.store.papers.notes import Note
    from readq.store.review.cards import Card


class BackSide(NamedTuple):
    """The back of a card, which a review shows after the user has tried to recall."""

    line: str | None
    """The user's own answer, or None.

    It is the text after `claim:`, `how:`, `limit:` or `use:` in the note, or the answer to a question.
    """
    recalled: LoggedAnswer | None
    """The log entry of the newest answer with a text that the user typed, or None.

    Answers to the prompt on the front of the card are preferred to newer answers to other prompts.
    """
    note: str | None
    """The text of the note, or None."""
    links: tuple[str, ...]
    """The citation keys in the links `[[key]]` of `line`."""


def next_prompts(connection: sqlite3.Connection, cards: "Sequence[Card]") -> dict[int, str]:
    """Return a dict that maps the id of each card to the prompt that the card asks next.

    For a card of the kind `paper`, the prompt is a key of `readq.review.prompts.PROMPTS`, such as `claim`. For a
    question card, it is the text of the question.
    """
    from readq.review.prompts import next_prompt

    last = history.last_answers(connection, [card.id for card in cards if card.kind == "paper" and card.reps])
    prompts: dict[int, str] = {}
    for card in cards:
        if card.question is not None:
            prompts[card.id] = card.question
        else:
            answer = last.get(card.id)
            prompts[card.id] = next_prompt(answer.prompt, answer.rating) if answer else next_prompt(None, None)
    return prompts


def back_side(connection: sqlite3.Connection, card: "Card", prompt: str) -> BackSide:
    """Return the back of `card`, to be shown after the front has asked `prompt`.

    For a card of the kind `paper`, `prompt` is `claim`, `how`, `limit` or `use`. For a question card, it is the text of
    the question.
    """
    from readq.model.note_links import linked_keys

    note = notes.find_note(connection, card.paper_id)
    line = _own_line(card, note, prompt)
    recalled = history.last_recalled(connection, card.id, prompt)
    return BackSide(line, recalled, note.text if note else None, linked_keys(line or ""))


def _own_line(card: "Card", note: "Note | None", prompt: str) -> str | None:
    from readq.review.prompts import own_lines

    line = card.answer if card.question is not None else own_lines(note.text if note else "").get(prompt)
    return line or None


def own_line(connection: sqlite3.Connection, card_id: int, prompt: str) -> str | None:
    """Return the answer to `prompt` that the user wrote. Return None if there is no answer or no card.

    For a card of the kind `paper`, `prompt` is `claim`, `how`, `limit` or `use`, and the answer is the text after this
    word and a colon in the note. For a question card, it is the answer to the question.
    """
    card = find_card(connection, card_id)
    return None if card is None else _own_line(card, notes.find_note(connection, card.paper_id), prompt)


def read_back(connection: sqlite3.Connection, card_id: int, prompt: str) -> BackSide | None:
    """Return the back of the card with the id `card_id`, after the front has asked `prompt`.

    Return None if there is no card.
    """
    card = find_card(connection, card_id)
    return None if card is None else back_side(connection, card, prompt)
