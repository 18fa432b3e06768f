"""Find the user's own questions in a note, and match them with the stored cards after an edit of the note.

A line `Question :: Answer` is a question. Each `==hidden text==` in a line is a question, too: the line with BLANK in
place of the hidden text (a cloze). Code and mathematics contain no questions.
"""

import re
from collections.abc import Iterator, Mapping, Sequence
from typing import NamedTuple

BLANK = "[…]"
"""The text that stands in a question for the hidden text."""

LONGEST_QUESTION = 1_000
LONGEST_ANSWER = 10_000
MOST = 200
"""The maximum number of questions in a note that are asked. Further questions are left out."""

ALIKE = 0.6
"""The minimum similarity, from 0 to 1, at which a new question counts as a new wording of an old question."""

_BETWEEN = re.compile(r"\s::\s")
_CLOZE = re.compile(r"(?<!=)==(?![=\s])((?:[^=]|=(?!=))+?)(?<!\s)==(?!=)")
_FENCE = re.compile(r" {0,3}(```+|~~~+)")
_SPECIAL = re.compile(r"`+|\$\$?|\\[\[\]()]|\\.")
_SPACE = re.compile(r"\s+")
_PROMPT_LINE = re.compile(r"\s*(?:claim|how|limit|use):", re.IGNORECASE)
_MARKER = re.compile(r"^\s*(?:[-*+]|\d{1,9}[.)]|>+|#{1,6})\s+")
_CLOSERS = {"$": "$", "$$": "$$", "\\[": "\\]", "\\(": "\\)"}


class Question(NamedTuple):
    """A question in a note, with its answer. Two questions with the same text are the same question."""

    question: str
    answer: str


class Questions(NamedTuple):
    """The questions in a note, each only once, in the order of the note.

    `left_out` is the number of questions that are not asked, because they are too long or come after the first MOST
    questions.
    """

    asked: tuple[Question, ...] = ()
    left_out: int = 0


class StoredQuestion(NamedTuple):
    """A question that has a card in the library. `card` is the id of the card.

    `is_orphan` is true if the note no longer has the question. `left_today` is true if the question left the note on
    the day of the edit.
    """

    card: int
    question: str
    answer: str
    is_orphan: bool = False
    left_today: bool = False


class Changes(NamedTuple):
    """The changes to make to the question cards of a paper after an edit of its note."""

    kept: Mapping[int, Question]
    """Maps the ids of cards to their questions, for questions that are still in the note, perhaps in a new wording."""
    added: tuple[Question, ...]
    """The questions that need a new card."""
    orphaned: tuple[int, ...]
    """The ids of the cards whose questions are no longer in the note."""


def may_hold_questions(text: str) -> bool:
    """Return False if a note certainly contains no question, otherwise True.

    The check is fast and does not parse the note.
    """
    return "::" in text or "==" in text


def find_questions(text: str) -> Questions:
    """Return the questions in the Markdown text of a note. Takes time that is linear in the length of the text."""
    if not may_hold_questions(text):
        return Questions()
    found: dict[str, Question] = {}
    left_out = 0
    for line in _prose_lines(text):
        for one in _of_line(line):
            if one.question in found:
                continue
            if len(one.question) > LONGEST_QUESTION or len(one.answer) > LONGEST_ANSWER or len(found) == MOST:
                left_out += 1
            else:
                found[one.question] = one
    return Questions(tuple(found.values()), left_out)


def left_out_text(text: str) -> str:
    """Return a message about the questions of a note that are not asked. Return "" if all questions are asked."""
    number = find_questions(text).left_out
    if not number:
        return ""
    are = "question of the note is" if number == 1 else "questions of the note are"
    return f"{number:,} {are} not asked: longer than {LONGEST_QUESTION:,} characters, or after the {MOST}th"


class _Line(NamedTuple):
    """A line of a note. In `prose`, which has the same length, code and mathematics are replaced by letters."""

    text: str
    prose: str


def _prose_lines(text: str) -> Iterator[_Line]:
    """Yield the lines that may contain a question: those outside blocks of code and of displayed mathematics."""
    fence = closer = ""
    for text_line in text.splitlines():
        opened = _FENCE.match(text_line)
        if fence:
            if opened and opened[1].startswith(fence) and not text_line[opened.end() :].strip(" `~"):
                fence = ""
            continue
        if opened and not closer:
            fence = opened[1]
            continue
        if not closer and "$$" not in text_line and "\\[" not in text_line and not may_hold_questions(text_line):
            continue
        prose, closer = _mask(text_line, closer)
        if may_hold_questions(prose) and not _PROMPT_LINE.match(text_line):
            yield _Line(text_line, prose)


def _mask(line: str, closer: str) -> tuple[str, str]:
    """Replace code and mathematics in a line by the same number of letters.

    `closer` is the sign that ends displayed mathematics of an earlier line, or "". Return the line, and the value of
    `closer` for the next line.
    """
    parts: list[str] = []
    signs = list(_SPECIAL.finditer(line))
    ends = {sign[0]: sign.start() for sign in signs}
    position = index = 0
    if closer:
        end = next((sign for sign in signs if sign[0] == closer), None)
        if end is None:
            return "x" * len(line), closer
        parts.append("x" * end.end())
        position, index = end.end(), signs.index(end) + 1
    while index < len(signs):
        sign = signs[index]
        index += 1
        wanted = sign[0] if sign[0].startswith("`") else _CLOSERS.get(sign[0])
        if wanted is None or sign.start() < position:
            continue
        parts.append(line[position : sign.start()])
        position = sign.start()
        if ends.get(wanted, -1) > sign.start():
            while signs[index][0] != wanted:
                index += 1
            end_position = signs[index].end()
            index += 1
        elif sign[0] in ("$$", "\\["):
            return "".join(parts) + "x" * (len(line) - position), wanted
        else:
            end_position = sign.end()
        parts.append("x" * (end_position - position))
        position = end_position
    return "".join(parts) + line[position:], ""


def _of_line(line: _Line) -> Iterator[Question]:
    marker = _MARKER.match(line.text)
    start = marker.end() if marker else 0
    between = _BETWEEN.search(line.prose, start)
    if between:
        question, answer = _tidy(line.text[start : between.start()]), _tidy(line.text[between.end() :])
        if question and answer:
            yield Question(question, answer)
        return
    clozes = list(_CLOZE.finditer(line.prose, start))
    # A line of 100 KiB may hold thousands of clozes, each with a question as long as the line.
    for cloze in clozes if len(line.text) <= 4 * LONGEST_QUESTION else clozes[:1]:
        before, after = line.text[start : cloze.start()], line.text[cloze.end() :]
        yield Question(_tidy(_shown(before) + BLANK + _shown(after)), _tidy(line.text[cloze.start(1) : cloze.end(1)]))


def _shown(text: str) -> str:
    return _CLOZE.sub(r"\1", text)


def _tidy(text: str) -> str:
    return _SPACE.sub(" ", text).strip()


def match_questions(stored: Sequence[StoredQuestion], asked: Sequence[Question]) -> Changes:
    """Match the questions `asked` in an edited note with the stored question cards of its paper.

    An orphan is a card whose question left the note in an earlier edit. There are three rules:

    - A question with the same text as a card belongs to this card, even if the card is an orphan.
    - The other questions are paired with the cards whose questions left the note today, in this edit or in an earlier
      edit. (An editor that saves by itself may save a note in the middle of an edit.) The most similar pairs are made
      first. No pair is less similar than ALIKE.
    - Then a card without a question becomes an orphan, and a question without a card gets a new card.
    """
    by_text = {one.question: one for one in sorted(stored, key=lambda one: (not one.is_orphan, -one.card))}
    kept: dict[int, Question] = {}
    new: list[Question] = []
    for question in asked:
        card = by_text.get(question.question)
        if card is None:
            new.append(question)
        else:
            kept[card.card] = question
    gone = [one for one in stored if one.card not in kept and not one.is_orphan]
    left = [one for one in stored if one.card not in kept and one.is_orphan and one.left_today]
    for one, question in _pairs([*gone, *left], new):
        kept[one.card] = question
    matched = set(kept.values())
    return Changes(
        kept,
        tuple(question for question in new if question not in matched),
        tuple(one.card for one in gone if one.card not in kept),
    )


def _pairs(gone: Sequence[StoredQuestion], new: Sequence[Question]) -> Iterator[tuple[StoredQuestion, Question]]:
    """Yield the pairs of a vanished and a new question that are alike, the most alike first."""
    if not gone or not new:
        return
    alike = [
        (-score, place, index)
        for place, one in enumerate(gone)
        for index, question in enumerate(new)
        if (score := similarity(one, question, least=ALIKE))
    ]
    used: tuple[set[int], set[int]] = (set(), set())
    for _, place, index in sorted(alike):
        if place not in used[0] and index not in used[1]:
            used[0].add(place)
            used[1].add(index)
            yield gone[place], new[index]


def similarity(one: StoredQuestion | Question, other: Question, least: float = 0.0) -> float:
    """Return the similarity of two questions, from 0 to 1. Return 0 if it is below `least`.

    The questions are compared twice, without and with their answers. The greater similarity is returned.
    """
    from rapidfuzz.fuzz import ratio

    pairs = ((one.question, other.question), (_line(one), _line(other)))
    return max(ratio(*pair, score_cutoff=100 * least) for pair in pairs) / 100


def _line(one: StoredQuestion | Question) -> str:
    return f"{one.question} :: {one.answer}"
