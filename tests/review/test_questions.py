"""Own questions in notes: what is one, which card it is after an edit, and hostile lines."""

import random
import time

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.review.questions import (
    LONGEST_QUESTION,
    MOST,
    Question,
    StoredQuestion,
    find_questions,
    left_out_text,
    match_questions,
)


def asked(text: str) -> list[tuple[str, str]]:
    return [(one[0], one[1]) for one in find_questions(text).asked]


@pytest.mark.parametrize(
    ("line", "expected"),
    [
        ("Which law? :: Conservation.", [("Which law?", "Conservation.")]),
        ("- Which  law? ::  Conservation. ", [("Which law?", "Conservation.")]),
        ("3) Which law? :: Both :: and more", [("Which law?", "Both :: and more")]),
        ("The ==symmetry== gives a law.", [("The […] gives a law.", "symmetry")]),
        ("The ==a== gives ==b==.", [("The […] gives b.", "a"), ("The a gives […].", "b")]),
        ("==a ==b== c==", [("==a […] c==", "b")]),
        ("std::vector holds it", []),
        ("a == b and c == d", []),
        ("=========", []),
        (":: an answer", []),
        ("a question :: ", []),
        ("`a :: b` is a type", []),
        ("``a ` :: b``", []),
        ("$x :: y$ and $$p == q==r$$", []),
        (r"\(a ==b== c\)", []),
        ("$5 :: what it costs", [("$5", "what it costs")]),
        ("What is $x$? :: A ==b==", [("What is $x$?", "A ==b==")]),
        ("claim: it holds :: always", []),
        ("a ==`b`== c", [("a […] c", "`b`")]),
        ("`unclosed :: code", [("`unclosed", "code")]),
    ],
)
def test_a_line_is_a_question_or_not(line: str, expected: list[tuple[str, str]]) -> None:
    assert asked(line) == expected


@pytest.mark.parametrize(
    "text",
    ["```\na :: b\n```", "~~~py\na :: b\n~~~", "```\na :: b", "$$\na :: b\n$$", "\\[\nx ==y== z\n\\]",
     "````\n```\na :: b\n````"],
)  # fmt: skip
def test_blocks_of_code_and_of_mathematics_hold_no_questions(text: str) -> None:
    assert asked(text) == []
    assert asked(f"{text}\n") == []


def test_lines_after_a_block_are_questions() -> None:
    assert asked("```\nx\n```\na :: b\n$$\ny\n$$\nc :: d") == [("a", "b"), ("c", "d")]


def test_the_same_question_twice_is_one() -> None:
    assert asked("q :: one\nq :: two") == [("q", "one")]


def test_questions_that_are_too_long_or_too_many_are_counted() -> None:
    assert find_questions("x" * 100_000 + " :: y").left_out == 1
    assert find_questions("x" * LONGEST_QUESTION + " :: y").left_out == 0
    many = find_questions("\n".join(f"question {n} :: answer" for n in range(MOST + 7)))
    assert (len(many.asked), many.left_out) == (MOST, 7)


@pytest.mark.parametrize(
    "unit",
    [" ::", "==a", "==a== ", "$", "`", "` ``", "$$", "\\(", "\\[", "\\", "[[", "=", "== ", "a :: b ", "``` ", "> - "],
)
def test_hostile_lines_take_linear_time(unit: str) -> None:
    """A line of ten times the length takes less than a hundred times as long, even on a busy machine."""
    taken = []
    for size in (20_000, 200_000):
        text = unit * (size // len(unit)) + " :: =="
        # The quickest of three: a busy machine makes any single one slow.
        taken.append(min(_seconds(text) for _ in range(3)))
    assert taken[1] < 60 * max(taken[0], 0.002)


def _seconds(text: str) -> float:
    begin = time.process_time()
    find_questions(text)
    return time.process_time() - begin


@given(st.text(alphabet="a :=`$\\[]()\n~-", max_size=300))
def test_any_text_gives_questions_with_text_and_answer(text: str) -> None:
    for one in find_questions(text).asked:
        assert one.question
        assert one.answer


_WORDS = st.lists(st.sampled_from(["alpha", "beta", "gamma", "delta", "epsilon", "zeta", "eta"]), min_size=4)


def reworded(text: str, chance: random.Random) -> str:
    """Change one word of six or more: the lines stay alike."""
    words = text.split()
    words[chance.randrange(len(words))] = "changed"
    return " ".join(words)


class Notebook:
    """The cards of one paper, as the service keeps them."""

    def __init__(self) -> None:
        self.cards: dict[int, StoredQuestion] = {}

    def save(self, lines: list[Question]) -> None:
        text = "\n".join(f"{one.question} :: {one.answer}" for one in lines)
        changes = match_questions(tuple(self.cards.values()), find_questions(text).asked)
        for card, one in changes.kept.items():
            self.cards[card] = StoredQuestion(card, *one)
        for card in changes.orphaned:
            self.cards[card] = self.cards[card]._replace(is_orphan=True)
        for one in changes.added:
            self.cards[len(self.cards)] = StoredQuestion(len(self.cards), *one)

    def of(self, one: Question) -> int:
        (card,) = (card.card for card in self.cards.values() if not card.is_orphan and card.question == one.question)
        return card


@settings(max_examples=200)
@given(st.integers(0, 2**32), st.integers(1, 8))
def test_what_is_moved_or_reworded_keeps_its_card_and_what_returns_has_it_back(seed: int, count: int) -> None:
    chance = random.Random(seed)
    # Words that differ between the questions, so that no two of them are alike.
    lines = [
        Question(" ".join(f"{'abcdefgh'[n] * 3}{chance.randrange(9)}" for _ in range(8)), f"answer {n}")
        for n in range(count)
    ]
    book = Notebook()
    book.save(lines)
    numbers = [book.of(one) for one in lines]
    gone: dict[int, Question] = {}
    for _ in range(12):
        place = chance.randrange(count)
        kind = chance.choice(("move", "reword", "remove", "return", "answer"))
        if kind == "reword" and place not in gone:
            lines[place] = lines[place]._replace(question=reworded(lines[place].question, chance))
        elif kind == "answer" and place not in gone:
            lines[place] = lines[place]._replace(answer=f"another answer {chance.random()}")
        elif kind == "remove":
            gone[place] = lines[place]
        elif kind == "return":
            gone.pop(place, None)
        order = [index for index in range(count) if index not in gone]
        chance.shuffle(order)
        book.save([lines[index] for index in order])
        for index in order:
            assert book.of(lines[index]) == numbers[index]
            assert book.cards[numbers[index]].answer == lines[index].answer
        assert len(book.cards) == count
        assert {card.card for card in book.cards.values() if card.is_orphan} == {numbers[index] for index in gone}


@given(st.lists(st.tuples(_WORDS, _WORDS), max_size=6), st.lists(st.tuples(_WORDS, _WORDS), max_size=6))
def test_no_card_is_lost_and_none_is_two_questions(
    before: list[tuple[list[str], list[str]]], after: list[tuple[list[str], list[str]]]
) -> None:
    old = {" ".join(question): " ".join(answer) for question, answer in before}
    new = {" ".join(question): " ".join(answer) for question, answer in after}
    stored = [StoredQuestion(n, *one) for n, one in enumerate(old.items())]
    changes = match_questions(stored, [Question(*one) for one in new.items()])
    assert sorted([*changes.kept, *changes.orphaned]) == [one.card for one in stored]
    assert sorted([*changes.kept.values(), *changes.added]) == sorted(Question(*one) for one in new.items())
    for one in stored:
        if one.question in new:
            assert changes.kept[one.card].question == one.question


def test_a_message_counts_questions_that_are_left_out() -> None:
    assert left_out_text("a :: b") == ""
    long = f"{'q' * (LONGEST_QUESTION + 1)} :: a"
    assert left_out_text(long).startswith("1 question of the note is not asked: longer than 1,000 characters")
    assert left_out_text("\n".join(f"q{n} :: a" for n in range(MOST + 3))).startswith("3 questions of the note are")
