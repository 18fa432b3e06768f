"""REFs in every form."""

import sqlite3

import pytest

from readq.store.connection.transactions import writing
from readq.store.references import find, resolve

ROWS = (
    "INSERT INTO paper (id, key, title, title_key, trust, added) VALUES"
    " (1, 'vaswani2017attention', 'A', 'a', 1, '2026-11-23T08:00:00Z'),"
    " (2, 'Mixed:Case/2020', 'B', 'b', 1, '2026-11-23T08:00:00Z'),"
    " (7, 'witten1995string', 'C', 'c', 1, '2026-11-23T08:00:00Z')",
    "INSERT INTO alias (key, paper_id) VALUES ('attention2017', 1), ('mixed:case/2020old', 2)",
    "INSERT INTO identifier (scheme, value, paper_id) VALUES ('arxiv', '1706.03762', 1), ('doi', '10.1145/3292500', 2),"
    " ('arxiv', 'hep-th/9503124', 7), ('acl', 'N19-1423', 2), ('openreview', 'S1lhbnRqF7', 7),"
    " ('url', 'https://example.org/paper', 2)",
)


@pytest.fixture
def papers(connection: sqlite3.Connection) -> sqlite3.Connection:
    with writing(connection):
        for statement in ROWS:
            connection.execute(statement)
    return connection


@pytest.mark.parametrize(
    ("reference", "number"),
    [
        ("1", 1),
        ("#7", 7),
        (" 2 ", 2),
        ("007", 7),
        ("vaswani2017attention", 1),
        ("VASWANI2017Attention", 1),
        ("mixed:case/2020", 2),
        ("attention2017", 1),
        ("Mixed:Case/2020OLD", 2),
        ("1706.03762", 1),
        ("1706.03762v5", 1),
        ("arXiv:1706.03762", 1),
        ("https://arxiv.org/abs/1706.03762v2", 1),
        ("http://arxiv.org/pdf/1706.03762.pdf", 1),
        ("https://huggingface.co/papers/1706.03762", 1),
        ("10.48550/arXiv.1706.03762", 1),
        ("hep-th/9503124", 7),
        ("10.1145/3292500", 2),
        ("doi:10.1145/3292500", 2),
        ("https://doi.org/10.1145/3292500", 2),
        ("https://aclanthology.org/N19-1423/", 2),
        ("https://openreview.net/forum?id=S1lhbnRqF7", 7),
        ("http://example.org/paper/?utm_source=x", 2),
    ],
)
def test_a_reference_names_its_paper(papers: sqlite3.Connection, reference: str, number: int) -> None:
    assert find(papers, reference) == number


@pytest.mark.parametrize(
    "reference",
    [
        "",
        "3",
        "#3",
        "#",
        "-1",
        "1.0",
        "9" * 30,
        "#" + "9" * 30,
        "nobody2020",
        "1706.03763",
        "10.1/none",
        ".",
        "\0",
        "\udc80",
        "²",
        "१",
    ],
    ids=ascii,
)
def test_references_that_name_no_paper(papers: sqlite3.Connection, reference: str) -> None:
    assert find(papers, reference) is None


def test_a_present_key_takes_precedence_over_a_former_one(papers: sqlite3.Connection) -> None:
    papers.execute("UPDATE paper SET key = 'attention2017' WHERE id = 7")
    assert find(papers, "attention2017") == 7


def test_the_paper_last_opened(papers: sqlite3.Connection) -> None:
    papers.execute("INSERT INTO last_opened (one, paper_id) VALUES (1, 7)")
    assert find(papers, ".") == 7
    papers.execute("DELETE FROM paper WHERE id = 7")
    assert find(papers, ".") is None


def test_resolve_returns_each_paper_once_in_order_and_the_missing(papers: sqlite3.Connection) -> None:
    found = resolve(papers, ["7", "nowhere", "1706.03762", "#1", "also-nowhere", "witten1995string"])
    assert found == ((7, 1), ("nowhere", "also-nowhere"))
