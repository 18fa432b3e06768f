"""Histories that once came out wrong, cut down to what it took."""

import sqlite3

import pytest
from random_actions import Deed, do
from random_histories import (
    LATER,
    MOMENT,
    Deeds,
    decided,
    dumped,
    exchanged,
    opened,
    sound_in_any_order,
    taken_back_and_done_again,
    told,
)

from readq.services.history import undo as undoing
from readq.store.papers import queries
from readq.store.records import read as dump_rows

AT_ONCE, NEXT_DAY = 0, 86400


@pytest.mark.parametrize(
    "deeds",
    [
        pytest.param(
            told(Deed("key", (3, "Mine")), Deed("key", (3, "own")), Deed("key", (3, "mine"))),
            id="a former key in other case is the reader's key again",
        ),
        pytest.param(
            told(
                Deed("enrol", ([3], True)),
                Deed("mark", ([5], "queued")),
                Deed("merge", (3, 5)),
                Deed("enrol", ([3], True), NEXT_DAY),
            ),
            id="a card that a merge took out of review is enrolled on another day",
        ),
        pytest.param(
            told(Deed("rate", ([4, 5], 3)), Deed("remove", ([5],), AT_ONCE), Deed("rate", ([6], 3), AT_ONCE)),
            id="an answer is given in the second in which the newest one was removed",
        ),
        pytest.param(
            told(Deed("rate", ([4, 2], 2)), Deed("rate", ([4], 1), AT_ONCE), Deed("merge", (2, 4))),
            id="two papers rated by one command become one",
        ),
        pytest.param(
            told(Deed("rate", ([2], 3)), Deed("rate", ([4], 1), AT_ONCE), Deed("merge", (2, 4))),
            id="two papers rated differently in one second become one",
        ),
    ],
)
def test_taken_back_and_done_again(six_papers: str, deeds: Deeds) -> None:
    with opened(six_papers) as desk:
        assert taken_back_and_done_again(desk, deeds, dumped) > 1


@pytest.mark.parametrize("deed", [Deed("export", (3,)), Deed("key", (3, "own")), Deed("star", ([3], True))])
def test_a_removed_paper_has_its_key_again_though_a_sync_gave_it_away(six_papers: str, deed: Deed) -> None:
    """Or one that is like it, if it was provisional and may change."""
    with opened(six_papers) as desk:
        deeds = told(
            Deed("sync", (3, "hf-daily", 21, 31, True)),
            deed,
            Deed("remove", ([3],)),
            Deed("sync", (4, None, 21, 11, True)),
        )
        taken_back_and_done_again(desk, deeds, decided)
        for _ in range(2 if deed.what == "key" else 1):
            undoing.undo(desk.connection, LATER)
        papers = dump_rows.papers(desk.connection)
        here, there = ("", "-4") if deed.what == "export" else ("-3", "")
        assert (papers[3].key, papers[4].key) == (f"hopper2027registry{here}", f"hopper2027registry{there}")


def test_a_merge_gives_its_frozen_key_again_though_the_provisional_one_has_given_way_meanwhile(
    six_papers: str,
) -> None:
    deeds = told(
        Deed("sync", (3, "hf-daily", 22, 37, True)),
        Deed("export", (3,)),
        Deed("import bib", ([("Own10", "title = {What came as number 10}, eprint = {2611.00010}")], [])),
        Deed("remove", ([3],)),
        Deed("sync", (2, "hf-daily", 22, 34, True)),
        Deed("merge", (2, 7)),
        Deed("key", (2, "a/b:c")),
    )
    with opened(six_papers) as desk:
        assert taken_back_and_done_again(desk, deeds, decided) == 5


def test_a_key_is_set_again_though_a_source_changed_the_provisional_one_meanwhile(six_papers: str) -> None:
    with opened(six_papers) as desk:
        for deed in (Deed("key", (3, "own")), Deed("undo"), Deed("sync", (3, None, 22, 8, True)), Deed("redo")):
            do(desk, deed, MOMENT)
        assert dump_rows.papers(desk.connection)[3].key == "own"
        undoing.undo(desk.connection, LATER)
        assert dump_rows.papers(desk.connection)[3].key == "hopper2027registry"


def test_doing_an_import_again_brings_back_no_paper_that_was_removed_since(six_papers: str) -> None:
    with opened(six_papers) as desk:
        deeds = [
            Deed("import daily", ([10], 22, 5, [])),
            Deed("undo"),
            Deed("redo"),
            Deed("rate", ([7], 3)),
            Deed("remove", ([7],)),
            Deed("undo a step", (2,)),
            Deed("redo"),
        ]
        sound_in_any_order(desk, told(*deeds))
        assert queries.paper(desk.connection, 7) is None


def test_counts_that_came_after_an_import_stay_when_it_is_taken_back(six_papers: str) -> None:
    def seen(connection: sqlite3.Connection) -> list[int | None]:
        return [one.upvotes for one in dump_rows.papers(connection)[3].sightings]

    with opened(six_papers) as desk:
        for votes in (5, 9):
            do(desk, Deed("import daily", ([3], 22, votes, [])), MOMENT)
        assert seen(desk.connection) == [30, 9]
        undoing.undo(desk.connection, LATER, 2)
        assert seen(desk.connection) == [30, 9]
        undoing.undo(desk.connection, LATER, 3)
        assert seen(desk.connection) == [30, 5]


def test_answers_whose_numbers_a_merged_dump_passed_on_are_taken_back(six_papers: str) -> None:
    bib = "title = {On the training of causal networks, part 4}, year = 1911, "
    hopper = ("hopper2026what", f"{bib} author = {{Curie, Marie}}, eprint = {{2611.00005}}")
    deeds = told(
        Deed("merge dump", (), 60),
        Deed("merge", (4, 5), 25200),
        Deed("rate", ([10], 3), AT_ONCE),
        Deed("remove", ([4],), 25200),
        Deed("import bib", ([hopper], []), 25200),
        Deed("import bib", ([("curie1911of", f"{bib} doi = {{10.1000/1}}")], []), 60),
        Deed("merge dump", (), NEXT_DAY),
    )
    with opened(six_papers, share=True) as desk:
        assert taken_back_and_done_again(desk, deeds, dumped) > 1


@pytest.mark.parametrize("order", ["together", "a to b", "b to a"])
@pytest.mark.parametrize(
    ("a", "b"),
    [
        pytest.param(
            told(),
            told(
                Deed("undo"),
                Deed(
                    "import bib", ([("lovelace2026decay", "title = {Ours}, author = {Curie, Marie}, year = 1911")], [])
                ),
                Deed("key", (7, "mine")),
                Deed("import daily", ([1], 22, 34, [])),
            ),
            id="a former key here is the present key of another paper there",
        ),
        pytest.param(
            told(Deed("rate", ([3], 2))),
            told(Deed("rate", ([3], 1), NEXT_DAY), Deed("rate", ([3], 3)), Deed("rate", ([3], 1), AT_ONCE)),
            id="a card is answered twice in one second",
        ),
    ],
)
def test_exchanged(six_papers: str, a: Deeds, b: Deeds, order: str) -> None:
    exchanged(six_papers, order, {"a": a, "b": b})


@pytest.mark.parametrize("order", ["together", "a to b", "b to a"])
def test_one_key_of_the_readers_own_stands_for_several_papers_and_an_import_is_taken_back(
    six_papers: str, order: str
) -> None:
    def imported(key: str, fields: str) -> Deed:
        return Deed("import bib", ([(key, fields)], []))

    fifth = imported("curie1911of", "title = {What came as number 5}, eprint = {2611.00005}")
    third = imported("curie1911of", "title = {Ours, 3}, eprint = {2611.00003}, doi = {10.1000/3}")
    fifteenth = imported("mine", "title = {Ours, 15}, eprint = {2611.00015}, doi = {10.1000/15}")
    first = imported("curie1911of", "title = {What came as number 1}, year = 1911")
    exchanged(
        six_papers,
        order,
        {"a": told(fifth), "b": told(third, fifteenth)},
        {"a": told(Deed("undo"), first), "b": told()},
    )
