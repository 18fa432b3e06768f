from array import array
from functools import partial

import pytest

from readq.model.values import Status
from readq.store.journal.steps import Step
from readq.tui.keys.action import LIST
from readq.tui.keys.keymap import Keymap
from readq.tui.state.library_cache import ListQuery
from readq.tui.state.line_marks import Targets
from readq.tui.state.list_state import ListState
from readq.tui.state.state_line.status_text import empty_view, state_line, undo_hint


def list_of(number: int) -> ListState:
    made = ListState()
    made.replace(array("q", range(1, number + 1)))
    return made


def test_state_lists_query_selection_and_decisions() -> None:
    papers = list_of(112)
    papers.decide(Targets.of(1), Status.QUEUED)
    papers.decide(Targets.of(2), Status.DROPPED)
    for line in (4, 5, 6):
        papers.toggle(line)
    text = state_line(ListQuery("inbox", "tag:rl", "-seen"), papers, "u undoes “dropped”")
    assert text == (
        "inbox · oldest first · filter: tag:rl · 3 selected · 2 of 112 decided · 1 queued · u undoes “dropped”"
    )


def test_state_of_an_untouched_list() -> None:
    assert state_line(ListQuery("queue"), list_of(1), "") == "queue · newest first · 1 paper"


def test_undo_hint_names_the_step() -> None:
    assert undo_hint(Step(7, "2026-11-23T08:00:00Z", "dropped", 3, False), "u") == "u undoes “dropped” (3 papers)"
    assert undo_hint(None, "u") == ""


@pytest.mark.parametrize(
    ("query", "in_all", "words"),
    [
        (ListQuery("inbox"), 0, "inbox is empty"),
        (ListQuery("inbox", "memory"), 12, "12 papers in All"),
        (ListQuery("inbox", "memory"), 0, "Nothing matches memory"),
        (ListQuery("all", "memory"), 0, "Nothing matches memory"),
    ],
)
def test_an_empty_list_shows_the_reason(query: ListQuery, in_all: int, words: str) -> None:
    assert words in " ".join(empty_view(query, in_all, partial(Keymap().label, LIST)))


@pytest.mark.parametrize(
    ("view", "words"),
    [
        ("inbox", "The inbox is empty: R pulls the feeds."),
        ("queue", "Nothing queued: a on a paper of the inbox (1) queues it."),
        ("reading", "Nothing begun: b on a paper of the queue (2) begins it."),
        ("snoozed", "Nothing snoozed: z on a paper hides it until a day."),
        ("view:mine", "Nothing here."),
    ],
)
def test_an_empty_view_says_what_fills_it(view: str, words: str) -> None:
    assert empty_view(ListQuery(view), None, partial(Keymap().label, LIST)) == (words,)


def test_an_empty_list_names_the_keys_of_the_user() -> None:
    def own(name: str) -> str:
        return {"queue": "A", "view_inbox": "i", "back": "q"}.get(name, "")

    assert empty_view(ListQuery("queue"), None, own) == ("Nothing queued: A on a paper of the inbox (i) queues it.",)
    assert empty_view(ListQuery("reading"), None, own) == ("Nothing begun.",)
    assert empty_view(ListQuery("inbox", "memory"), 12, own)[-1] == "12 papers in All, q clears the filter"
