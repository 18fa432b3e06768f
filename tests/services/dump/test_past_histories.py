"""Histories that once came out wrong, cut down to what it took."""

import sqlite3

import pytest
from random_actions import Action, perform
from random_histories import (
    LATER,
    MOMENT,
    Actions,
    check_exchange,
    check_stays_intact,
    check_undo_and_redo,
    dump_files,
    given_actions,
    open_copy,
    user_fields,
)

from readq.services.history import undo as undoing
from readq.store.papers import queries
from readq.store.records import read as dump_rows

AT_ONCE, NEXT_DAY = 0, 86400


@pytest.mark.parametrize(
    "actions",
    [
        pytest.param(
            given_actions(Action("key", (3, "Mine")), Action("key", (3, "own")), Action("key", (3, "mine"))),
            id="a former key in other case is the reader's key again",
        ),
        pytest.param(
            given_actions(
                Action("enrol", ([3], True)),
                Action("mark", ([5], "queued")),
                Action("merge", (3, 5)),
                Action("enrol", ([3], True), NEXT_DAY),
            ),
            id="a card that a merge took out of review is enrolled on another day",
        ),
        pytest.param(
            given_actions(
                Action("rate", ([4, 5], 3)), Action("remove", ([5],), AT_ONCE), Action("rate", ([6], 3), AT_ONCE)
            ),
            id="an answer is given in the second in which the newest one was removed",
        ),
        pytest.param(
            given_actions(Action("rate", ([4, 2], 2)), Action("rate", ([4], 1), AT_ONCE), Action("merge", (2, 4))),
            id="two papers rated by one command become one",
        ),
        pytest.param(
            given_actions(Action("rate", ([2], 3)), Action("rate", ([4], 1), AT_ONCE), Action("merge", (2, 4))),
            id="two papers rated differently in one second become one",
        ),
    ],
)
def test_taken_back_and_done_again(six_papers: str, actions: Actions) -> None:
    with open_copy(six_papers) as library:
        assert check_undo_and_redo(library, actions, dump_files) > 1


@pytest.mark.parametrize("action", [Action("export", (3,)), Action("key", (3, "own")), Action("star", ([3], True))])
def test_a_removed_paper_has_its_key_again_though_a_sync_gave_it_away(six_papers: str, action: Action) -> None:
    """Or one that is like it, if it was provisional and may change."""
    with open_copy(six_papers) as library:
        actions = given_actions(
            Action("sync", (3, "hf-daily", 21, 31, True)),
            action,
            Action("remove", ([3],)),
            Action("sync", (4, None, 21, 11, True)),
        )
        check_undo_and_redo(library, actions, user_fields)
        for _ in range(2 if action.kind == "key" else 1):
            undoing.undo(library.connection, LATER)
        papers = dump_rows.papers(library.connection)
        here, there = ("", "-4") if action.kind == "export" else ("-3", "")
        assert (papers[3].key, papers[4].key) == (f"hopper2027registry{here}", f"hopper2027registry{there}")


def test_a_merge_gives_its_frozen_key_again_though_the_provisional_one_has_given_way_meanwhile(
    six_papers: str,
) -> None:
    actions = given_actions(
        Action("sync", (3, "hf-daily", 22, 37, True)),
        Action("export", (3,)),
        Action("import bib", ([("Own10", "title = {What came as number 10}, eprint = {2611.00010}")], [])),
        Action("remove", ([3],)),
        Action("sync", (2, "hf-daily", 22, 34, True)),
        Action("merge", (2, 7)),
        Action("key", (2, "a/b:c")),
    )
    with open_copy(six_papers) as library:
        assert check_undo_and_redo(library, actions, user_fields) == 5


def test_a_key_is_set_again_though_a_source_changed_the_provisional_one_meanwhile(six_papers: str) -> None:
    with open_copy(six_papers) as library:
        for action in (
            Action("key", (3, "own")),
            Action("undo"),
            Action("sync", (3, None, 22, 8, True)),
            Action("redo"),
        ):
            perform(library, action, MOMENT)
        assert dump_rows.papers(library.connection)[3].key == "own"
        undoing.undo(library.connection, LATER)
        assert dump_rows.papers(library.connection)[3].key == "hopper2027registry"


def test_doing_an_import_again_brings_back_no_paper_that_was_removed_since(six_papers: str) -> None:
    with open_copy(six_papers) as library:
        actions = [
            Action("import daily", ([10], 22, 5, [])),
            Action("undo"),
            Action("redo"),
            Action("rate", ([7], 3)),
            Action("remove", ([7],)),
            Action("undo a step", (2,)),
            Action("redo"),
        ]
        check_stays_intact(library, given_actions(*actions))
        assert queries.paper(library.connection, 7) is None


def test_counts_that_came_after_an_import_stay_when_it_is_taken_back(six_papers: str) -> None:
    def seen(connection: sqlite3.Connection) -> list[int | None]:
        return [one.upvotes for one in dump_rows.papers(connection)[3].sightings]

    with open_copy(six_papers) as library:
        for votes in (5, 9):
            perform(library, Action("import daily", ([3], 22, votes, [])), MOMENT)
        assert seen(library.connection) == [30, 9]
        undoing.undo(library.connection, LATER, 2)
        assert seen(library.connection) == [30, 9]
        undoing.undo(library.connection, LATER, 3)
        assert seen(library.connection) == [30, 5]


def test_answers_whose_numbers_a_merged_dump_passed_on_are_taken_back(six_papers: str) -> None:
    bib = "title = {On the training of causal networks, part 4}, year = 1911, "
    hopper = ("hopper2026what", f"{bib} author = {{Curie, Marie}}, eprint = {{2611.00005}}")
    actions = given_actions(
        Action("merge dump", (), 60),
        Action("merge", (4, 5), 25200),
        Action("rate", ([10], 3), AT_ONCE),
        Action("remove", ([4],), 25200),
        Action("import bib", ([hopper], []), 25200),
        Action("import bib", ([("curie1911of", f"{bib} doi = {{10.1000/1}}")], []), 60),
        Action("merge dump", (), NEXT_DAY),
    )
    with open_copy(six_papers, share=True) as library:
        assert check_undo_and_redo(library, actions, dump_files) > 1


@pytest.mark.parametrize("order", ["together", "a to b", "b to a"])
@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(
            given_actions(),
            given_actions(
                Action("undo"),
                Action(
                    "import bib", ([("lovelace2026decay", "title = {Ours}, author = {Curie, Marie}, year = 1911")], [])
                ),
                Action("key", (7, "mine")),
                Action("import daily", ([1], 22, 34, [])),
            ),
            id="a former key here is the present key of another paper there",
        ),
        pytest.param(
            given_actions(Action("rate", ([3], 2))),
            given_actions(
                Action("rate", ([3], 1), NEXT_DAY), Action("rate", ([3], 3)), Action("rate", ([3], 1), AT_ONCE)
            ),
            id="a card is answered twice in one second",
        ),
    ],
)
def test_exchanged(six_papers: str, a: Actions, b: Actions, order: str) -> None:
    check_exchange(six_papers, order, {"a": a, "b": b})


@pytest.mark.parametrize("order", ["together", "a to b", "b to a"])
def test_one_key_of_the_readers_own_stands_for_several_papers_and_an_import_is_taken_back(
    six_papers: str, order: str
) -> None:
    def imported(key: str, fields: str) -> Action:
        return Action("import bib", ([(key, fields)], []))

    fifth = imported("curie1911of", "title = {What came as number 5}, eprint = {2611.00005}")
    third = imported("curie1911of", "title = {Ours, 3}, eprint = {2611.00003}, doi = {10.1000/3}")
    fifteenth = imported("mine", "title = {Ours, 15}, eprint = {2611.00015}, doi = {10.1000/15}")
    first = imported("curie1911of", "title = {What came as number 1}, year = 1911")
    check_exchange(
        six_papers,
        order,
        {"a": given_actions(fifth), "b": given_actions(third, fifteenth)},
        {"a": given_actions(Action("undo"), first), "b": given_actions()},
    )
