"""Links between notes are shown both ways, and survive new keys, merging and undo."""

import sqlite3
from datetime import datetime

import pytest

from readq.model.note_links import linked_keys
from readq.services.history import undo
from readq.services.papers import corrections, merge, notes
from readq.services.views import list_selection
from readq.store.notes.links import linked_papers, linking_papers
from readq.store.papers import queries
from readq.store.papers.notes import find_note


def key_of(connection: sqlite3.Connection, paper_id: int) -> str:
    return queries.papers(connection, [paper_id])[0].key


def text_of(connection: sqlite3.Connection, paper_id: int) -> str:
    note = find_note(connection, paper_id)
    return note.text if note else ""


def found(connection: sqlite3.Connection, query: str, now: datetime) -> set[int]:
    return set(queries.list_ids(connection, list_selection(query, now, connection)))


@pytest.fixture
def linked(papers: sqlite3.Connection, now: datetime) -> sqlite3.Connection:
    """Note 1 links to 2 and to no paper, note 3 to 2 by another form; note 4 only names the key."""
    key = key_of(papers, 2)
    notes.save(papers, 1, f"see [[{key}]] and [[nobody2020]]", now)
    notes.save(papers, 3, f"see [[@{key.upper()}|that]]", now)
    notes.save(papers, 4, f"about {key}, `[[{key}]]`", now)
    return papers


def test_papers_whose_links_are_renamed_are_counted(linked: sqlite3.Connection, now: datetime) -> None:
    outcome = corrections.set_key(linked, 2, "other2020", now)
    assert (outcome.changed, outcome.unchanged) == (3, 0)


def test_links_are_found_both_ways(linked: sqlite3.Connection) -> None:
    assert [(link.key, link.id) for link in linked_papers(linked, linked_keys(text_of(linked, 1)))] == [
        (key_of(linked, 2), 2),
        ("nobody2020", None),
    ]
    assert {link.id for link in linking_papers(linked, 2)} == {1, 3}
    assert linking_papers(linked, 1) == []


def test_queries_find_links(linked: sqlite3.Connection, now: datetime) -> None:
    assert found(linked, "has:link", now) == {1, 3}
    key = key_of(linked, 2)
    assert found(linked, f"links:{key}", now) == {1, 3}
    assert found(linked, "links:nobody2020", now) == {1}
    assert found(linked, "links:lovelace", now) == set()
    corrections.set_key(linked, 2, "turing1936", now)
    assert found(linked, f"links:{key}", now) == found(linked, "links:@Turing1936", now) == {1, 3}


@pytest.mark.parametrize(
    "text",
    ["[[ {} ]]", "[[@ {}]]", "[[{}#proof|the proof]]", "```\ncode\n```\n[[{}]]"],
)
def test_queries_find_the_links_that_a_paper_shows(papers: sqlite3.Connection, now: datetime, text: str) -> None:
    key = key_of(papers, 2)
    notes.save(papers, 1, text.format(key), now)
    assert {link.id for link in linking_papers(papers, 2)} == {1}
    assert found(papers, f"links:{key}", now) == found(papers, "has:link", now) == {1}


@pytest.mark.parametrize("text", ["`[[{}]]`", "~~~\n[[{}]]\n~~~", "[[{}", "[[{}\n]]", "[[{}|a[b]]", "{} [[ ]]"])
def test_queries_find_no_links_that_a_paper_does_not_show(papers: sqlite3.Connection, now: datetime, text: str) -> None:
    key = key_of(papers, 2)
    notes.save(papers, 1, text.format(key), now)
    assert linking_papers(papers, 2) == []
    assert found(papers, f"links:{key}", now) == found(papers, "has:link", now) == set()


def test_queries_ignore_the_case_of_all_letters_of_a_link(papers: sqlite3.Connection, now: datetime) -> None:
    notes.save(papers, 1, "after [[MÜLLER2020]]", now)
    assert found(papers, "links:müller2020", now) == found(papers, "links:Müller2020", now) == {1}


def test_a_new_key_renames_the_links_as_a_part_of_the_step(linked: sqlite3.Connection, now: datetime) -> None:
    before = [text_of(linked, number) for number in (1, 3, 4)]
    outcome = corrections.set_key(linked, 2, "turing1936", now)
    assert text_of(linked, 1) == "see [[turing1936]] and [[nobody2020]]"
    assert text_of(linked, 3) == "see [[@turing1936|that]]"
    assert text_of(linked, 4) == before[2]
    assert outcome.step is not None
    undo.undo(linked, now)
    assert [text_of(linked, number) for number in (1, 3, 4)] == before
    undo.redo(linked, now)
    assert linked_papers(linked, linked_keys(text_of(linked, 1)))[0].id == 2


def test_links_to_a_merged_paper_lead_to_the_other(linked: sqlite3.Connection, now: datetime) -> None:
    merge.merge(linked, 5, 2, now)
    left = 2 if queries.paper(linked, 2) else 5
    assert linked_papers(linked, linked_keys(text_of(linked, 1)))[0].id == left
    assert {link.id for link in linking_papers(linked, left)} == {1, 3}
    undo.undo(linked, now)
    assert {link.id for link in linking_papers(linked, 2)} == {1, 3}
