"""Histories that once revealed errors, reduced to the necessary actions."""

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
    perform_all,
    user_fields,
)

from readq.services.history import undo
from readq.store.papers import queries
from readq.store.records import read

AT_ONCE, NEXT_DAY = 0, 86400


@pytest.mark.parametrize(
    "actions",
    [
        pytest.param(
            given_actions(Action("key", (3, "Mine")), Action("key", (3, "own")), Action("key", (3, "mine"))),
            id="a former key is set again in other case",
        ),
        pytest.param(
            given_actions(
                Action("enrol", ([3], True)),
                Action("mark", ([5], "queued")),
                Action("merge", (3, 5)),
                Action("enrol", ([3], True), NEXT_DAY),
            ),
            id="a card that a merge suspended is enrolled on another day",
        ),
        *(
            pytest.param(
                given_actions(Action("enrol", ([1], True)), Action("suspend", (1,)), again._replace(seconds=NEXT_DAY)),
                id=f"a suspended card without ratings is due on another day after {again.kind}",
            )
            for again in (Action("enrol", ([1], True)), Action("mark", ([1], "done")), Action("rate", ([1], 3)))
        ),
        pytest.param(
            given_actions(
                Action("rate", ([4, 5], 3)), Action("remove", ([5],), AT_ONCE), Action("rate", ([6], 3), AT_ONCE)
            ),
            id="a card is answered in the second in which the newest answer was removed",
        ),
        pytest.param(
            given_actions(
                Action("import daily", ([7], 21, 1, ())),
                *(Action("rate", ([7], rating), 5 * NEXT_DAY) for rating in (4, 1, 4, 4)),
            ),
            id="answers after a lapse, to a card that the undo of an import removed",
        ),
        pytest.param(
            given_actions(Action("rate", ([4, 2], 2)), Action("rate", ([4], 1), AT_ONCE), Action("merge", (2, 4))),
            id="two papers that one command rated are merged",
        ),
        pytest.param(
            given_actions(Action("rate", ([2], 3)), Action("rate", ([4], 1), AT_ONCE), Action("merge", (2, 4))),
            id="two papers with different ratings in one second are merged",
        ),
    ],
)
def test_undo_and_redo_restore_every_state(six_papers: str, actions: Actions) -> None:
    with open_copy(six_papers) as library:
        assert check_undo_and_redo(library, actions, dump_files) > 1


@pytest.mark.parametrize("action", [Action("export", (3,)), Action("key", (3, "own")), Action("star", ([3], True))])
def test_a_restored_paper_has_its_key_even_if_a_sync_gave_it_to_another_paper(six_papers: str, action: Action) -> None:
    """A provisional key gets a suffix instead."""
    with open_copy(six_papers) as library:
        actions = given_actions(
            Action("sync", (3, "hf-daily", 21, 31, True)),
            action,
            Action("remove", ([3],)),
            Action("sync", (4, None, 21, 11, True)),
        )
        check_undo_and_redo(library, actions, user_fields)
        for _ in range(2 if action.kind == "key" else 1):
            undo.undo(library.connection, LATER)
        papers = read.papers(library.connection)
        suffixes = ("", "-4") if action.kind == "export" else ("-3", "")
        assert (papers[3].key, papers[4].key) == tuple(f"hopper2027registry{suffix}" for suffix in suffixes)


def test_redoing_a_merge_sets_the_frozen_key_even_if_the_provisional_one_has_changed(
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


def test_redo_sets_a_key_even_if_a_sync_changed_the_provisional_one(six_papers: str) -> None:
    with open_copy(six_papers) as library:
        for action in (
            Action("key", (3, "own")),
            Action("undo"),
            Action("sync", (3, None, 22, 8, True)),
            Action("redo"),
        ):
            perform(library, action, MOMENT)
        assert read.papers(library.connection)[3].key == "own"
        undo.undo(library.connection, LATER)
        assert read.papers(library.connection)[3].key == "hopper2027registry"


def test_a_merge_that_changes_only_the_prompt_of_an_answer_is_redone(six_papers: str) -> None:
    with open_copy(six_papers) as library:
        perform(library, Action("rate", ([1, 2], 3)), MOMENT)
        library.connection.execute("UPDATE review SET prompt = iif(card_id = 1, 'claim', 'how')")
        check_undo_and_redo(library, given_actions(Action("merge", (1, 2)), Action("star", ([1], True))), dump_files)


def test_redoing_an_enrolment_keeps_the_day_that_a_later_one_set(six_papers: str) -> None:
    with open_copy(six_papers) as library:
        actions = given_actions(*(Action("enrol", ([1], on), NEXT_DAY) for on in (True, False, True, False, True)))
        _, _, (second,), _, _ = (steps for _, steps in perform_all(library, actions))
        before = dump_files(library.connection)
        assert undo.undo(library.connection, LATER, second) is not None
        assert dump_files(library.connection) != before
        assert undo.redo(library.connection, LATER) is not None
        assert dump_files(library.connection) == before


def test_redoing_an_import_does_not_restore_a_paper_that_was_removed_later(six_papers: str) -> None:
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


def test_undoing_an_import_keeps_later_counts(six_papers: str) -> None:
    def upvotes(connection: sqlite3.Connection) -> list[int | None]:
        return [one.upvotes for one in read.papers(connection)[3].sightings]

    with open_copy(six_papers) as library:
        for votes in (5, 9):
            perform(library, Action("import daily", ([3], 22, votes, [])), MOMENT)
        assert upvotes(library.connection) == [30, 9]
        undo.undo(library.connection, LATER, 2)
        assert upvotes(library.connection) == [30, 9]
        undo.undo(library.connection, LATER, 3)
        assert upvotes(library.connection) == [30, 5]


def test_undo_of_answers_whose_numbers_a_merged_dump_exceeded(six_papers: str) -> None:
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
            id="a former key is the present key of another paper in the other library",
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
def test_libraries_are_equal_after_an_exchange(six_papers: str, a: Actions, b: Actions, order: str) -> None:
    check_exchange(six_papers, order, {"a": a, "b": b})


@pytest.mark.parametrize("order", ["together", "a to b", "b to a"])
def test_exchange_with_one_key_for_several_papers_and_an_undone_import(six_papers: str, order: str) -> None:
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
