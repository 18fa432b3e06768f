"""Compiled queries against a library of a few papers."""

import contextlib
import sqlite3
from collections.abc import Iterator
from datetime import UTC, date, datetime
from typing import NamedTuple
from zoneinfo import ZoneInfo

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.errors import UsageError
from readq.store.schema.migrations import build
from readq.store.search.compiler import CHOICES, QueryTime, compile_query
from readq.store.search.query_parser import QueryError, join_arguments

TODAY = date(2026, 11, 23)
NOW = datetime(2026, 11, 23, 12, tzinfo=UTC)


class Entry(NamedTuple):
    """A paper of the library; `note` with the instant it was written, `cards` as (kind, due, suspended, buried)."""

    key: str
    title: str
    abstract: str | None = None
    authors: str = ""
    year: int | None = None
    published: str | None = None
    status: str = "inbox"
    decided: str | None = None
    starred: int = 0
    snoozed_until: str | None = None
    added: str = "2026-01-01T00:00:00Z"
    key_frozen: int = 0
    tags: tuple[str, ...] = ()
    note: tuple[str, str] | None = None
    cards: tuple[tuple[str, str, int, str | None], ...] = ()
    doi: str | None = None
    feed: str | None = None
    upvotes: int | None = None
    pdf: str | None = None


def library(entries: list[Entry]) -> sqlite3.Connection:
    connection = sqlite3.connect(":memory:", isolation_level=None)
    build(connection)
    for number, entry in enumerate(entries, 1):
        _insert(connection, number, entry)
    return connection


def _insert(connection: sqlite3.Connection, number: int, entry: Entry) -> None:
    connection.execute(
        "INSERT INTO paper (id, key, title, abstract, authors, year, published, status, decided, starred,"
        " snoozed_until, added, key_frozen, title_key, trust) VALUES (?,?,?,?,?,?,?,?,?,?,?,?,?,'',10)",
        (number, *entry[:12]),
    )
    connection.executemany("INSERT INTO paper_tag VALUES (?, ?)", [(number, tag) for tag in entry.tags])
    if entry.note:
        text, written = entry.note
        connection.execute("INSERT INTO note VALUES (?, ?, 1, ?, ?)", (number, text, "2025-01-01T00:00:00Z", written))
    connection.executemany(
        "INSERT INTO card (paper_id, kind, due, suspended, buried_until, created)"
        " VALUES (?, ?, ?, ?, ?, '2026-01-01T00:00:00Z')",
        [(number, *card) for card in entry.cards],
    )
    if entry.doi:
        connection.execute("INSERT INTO identifier VALUES ('doi', ?, ?)", (entry.doi, number))
    if entry.pdf:
        connection.execute(
            "INSERT INTO pdf (paper_id, path, added) VALUES (?, ?, '2026-01-01T00:00:00Z')", (number, entry.pdf)
        )
    if entry.feed:
        connection.execute("INSERT OR IGNORE INTO feed (name, added) VALUES (?, '2026-01-01T00:00:00Z')", (entry.feed,))
        connection.execute(
            "INSERT INTO sighting (paper_id, feed_id, day, upvotes)"
            " SELECT ?, id, '2026-11-20', ? FROM feed WHERE name = ?",
            (number, entry.upvotes, entry.feed),
        )


def found(
    connection: sqlite3.Connection, query: str, *, typing: bool = False, now: datetime = NOW, today: date = TODAY
) -> set[str]:
    condition = compile_query(query, QueryTime(today, now), prefix_last=typing)
    rows = connection.execute(f"SELECT p.key FROM paper p WHERE {condition.sql}", condition.params)
    return {key for (key,) in rows}


ENTRIES = [
    Entry(
        "vaswani2017attention", "Attention Is All You Need", "Transformers with structural recursion of layers",
        authors="Ashish Vaswani\nŁukasz Kaiser", year=2017, published="2017-06-12", status="done",
        decided="2026-11-23T09:00:00Z", starred=1, key_frozen=1, tags=("rl", "nlp"), doi="10.1/x",
        pdf="/pdf/vaswani.pdf",
        cards=(("paper", "2026-11-20", 0, None),), note=("an idea about memory", "2026-04-10T10:00:00Z"),
        feed="hf-daily", upvotes=120,
    ),
    Entry(
        "survey2021", "A Survey of Transformers", "recursion, structural or not",
        authors="Søren Jørgensen\nHanna Wallach", year=2021, published="2021-05-01", tags=("planning",),
        added="2026-11-20T08:00:00Z", feed="arxiv-cs.LG", upvotes=50, cards=(("paper", "2026-11-23", 0, "2026-11-24"),),
    ),
    Entry(
        "hinton2022memory", "Load-balancing Memory", "the decay $\\alpha$ of weights", authors="Geoffrey Hinton",
        year=2022, published="2024-03-15", status="queued", decided="2026-11-22T23:00:00Z",
        snoozed_until="2026-12-01", tags=("planning", "robotics"), cards=(("question", "2026-11-26", 0, None),),
        note=("plain", "2026-05-31T22:00:00Z"), feed="hf-daily", upvotes=10,
    ),
    Entry(
        "godel1931", "Über formal unentscheidbare Sätze", None, authors="Kurt Gödel", status="dropped",
        snoozed_until="2026-11-23", cards=(("paper", "2026-11-01", 1, None),), added="2026-11-16T11:59:59Z",
    ),
    Entry("bare_key", "α decay", published="2026-11-22", added="2026-11-23T03:00:00Z"),
]  # fmt: skip
VASWANI, SURVEY, HINTON, GODEL, BARE = (entry.key for entry in ENTRIES)
ALL = {VASWANI, SURVEY, HINTON, GODEL, BARE}


@pytest.fixture(scope="module")
def papers() -> Iterator[sqlite3.Connection]:
    with contextlib.closing(library(ENTRIES)) as connection:
        yield connection


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("", ALL),
        # words: stemmed, in every column, ignoring case, diacritics and LaTeX
        ('transformer "structural recursion" NOT survey', {VASWANI}),
        ("TRANSFORMING recurs*", {VASWANI, SURVEY}),
        ("structural recursion", {VASWANI, SURVEY}),
        ("load-balancing", {HINTON}),
        ("load balancing", {HINTON}),
        ('"balancing load"', set()),
        ("Godel", {GODEL}),
        ("gödel", {GODEL}),
        (r"G\"odel", {GODEL}),
        (r'"Kurt G{\"o}del"', {GODEL}),
        ("uber SATZE", {GODEL}),
        ("lukasz", {VASWANI}),
        (r"{\L}ukasz", {VASWANI}),
        ("Łukasz", {VASWANI}),
        (r'author:"soren jorgensen",kaiser', {VASWANI}),
        (r"author:soren author:j{\o}rgensen", {SURVEY}),
        ("alpha", {HINTON, BARE}),
        (r"$\alpha$", {HINTON, BARE}),
        ("α", {HINTON, BARE}),
        # fields
        ("status:inbox,queued", {SURVEY, HINTON, BARE}),
        ("status:inbox,queued tag:planning -tag:robotics", {SURVEY}),
        ("tag:RL", {VASWANI}),
        ("tag:r*", {VASWANI, HINTON}),
        ("tag:*", {VASWANI, SURVEY, HINTON}),
        ("author:hinton title:memory", {HINTON}),
        ("author:memory", set()),
        ("note:idea", {VASWANI}),
        ("key:vaswani*", {VASWANI}),
        ("key:VASWANI2017attention", {VASWANI}),
        ("key:vaswani", set()),
        ("key:bare*,survey2021", {BARE, SURVEY}),
        ("key:bare-key", set()),
        ("key:bar__key", set()),
        ("key:%", set()),
        ("feed:hf-daily", {VASWANI, HINTON}),
        ("feed:hf-*,arxiv-cs.lg", {VASWANI, SURVEY, HINTON}),
        ("year:2020..2024", {SURVEY, HINTON}),
        ("year:2017,2022..", {VASWANI, HINTON}),
        ("year>=2021", {SURVEY, HINTON}),
        ('year:">2021"', {HINTON}),
        ("-year:2020..2024", {VASWANI, GODEL, BARE}),
        ("upvotes:50..", {VASWANI, SURVEY}),
        ("upvotes:..10", {HINTON}),
        ("upvotes:<50", {HINTON}),
        ("NOT upvotes:0..", {GODEL, BARE}),
        ("published:2024-03..", {HINTON, BARE}),
        ("published:2021", {SURVEY}),
        ("published:7d", {BARE}),
        ("published:>5y", {VASWANI, SURVEY}),
        # instants: ages are exact, days are local and begin at 4 am
        ("added:7d", {SURVEY, BARE}),
        ("added:>7d", {VASWANI, HINTON, GODEL}),
        ("added:<=1w", {SURVEY, BARE}),
        ("added:2w..3d", {SURVEY, GODEL}),
        ("added:10h", {BARE}),
        ("added:today", set()),
        ("added:yesterday", {BARE}),
        ("added:3m", {SURVEY, GODEL, BARE}),
        ("added:2026-01-01..2026-01-31", set()),
        ("added:2025-12-31", {VASWANI, HINTON}),
        ("noted:2026-03..2026-05", {VASWANI, HINTON}),
        ("noted:2026-06..", set()),
        ("decided:today", {VASWANI}),
        ("decided:2026", {VASWANI, HINTON}),
        ("NOT decided:2026", {SURVEY, GODEL, BARE}),
        # review: suspended cards are never due, buried ones later
        ("due:today", {VASWANI}),
        ("due:tomorrow", {VASWANI, SURVEY}),
        ("due:3d", {VASWANI, SURVEY, HINTON}),
        ("due:thu", {VASWANI, SURVEY, HINTON}),
        ("due:tomorrow..", {SURVEY, HINTON}),
        ("due:..2026-11-20", {VASWANI}),
        # properties
        ("is:starred", {VASWANI}),
        ("is:snoozed", {HINTON}),
        ("is:enrolled", {VASWANI, SURVEY}),
        ("is:frozen", {VASWANI}),
        ("is:starred,snoozed", {VASWANI, HINTON}),
        ("has:note", {VASWANI, HINTON}),
        ("has:pdf", {VASWANI}),
        ("-has:pdf", ALL - {VASWANI}),
        ("has:doi", {VASWANI}),
        ("has:abstract -has:tag", set()),
        # operators
        ("(tag:rl OR tag:planning) NOT status:done", {SURVEY, HINTON}),
        ("tag:rl OR tag:planning NOT status:inbox", {VASWANI, HINTON}),
        ("memory OR tag:planning survey", {VASWANI, SURVEY, HINTON}),
        ("-(memory OR survey)", {GODEL, BARE}),
        ("survey & !!!", {SURVEY}),
    ],
)
def test_queries_select_the_expected_papers(papers: sqlite3.Connection, query: str, keys: set[str]) -> None:
    assert found(papers, query) == keys


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("key:grün1999", {"grün1999"}),
        ("key:GRüN1999", {"grün1999"}),
        ("key:gru\u0308n1999", {"grün1999"}),
        ("key:grü*", {"grün1999"}),
        ("key:GRÜN1999", {"grün1999"}),
        ("key:grun1999", {"grün1999"}),
        ("key:gru*", {"grün1999"}),
        ("key:ОЗЕРО", {"Озеро"}),
        ("key:Озеро", {"Озеро"}),
        ("key:Οδός_1", {"Οδός_1"}),
        ("NOT key:Озеро,grün1999", {"Οδός_1", "muller2001"}),
        ("key:Müller2001", {"muller2001"}),
        ("key:MÜLL*", {"muller2001"}),
    ],
)
def test_a_key_is_found_with_the_letters_it_has(query: str, keys: set[str]) -> None:
    entries = [Entry(key, "x") for key in ("grün1999", "Озеро", "Οδός_1", "muller2001")]
    with contextlib.closing(library(entries)) as connection:
        assert found(connection, query) == keys


def test_arguments_of_the_command_line(papers: sqlite3.Connection) -> None:
    assert found(papers, join_arguments(["structural recursion"])) == {VASWANI}
    assert found(papers, join_arguments(["structural", "recursion"])) == {VASWANI, SURVEY}


@pytest.mark.parametrize(
    "word", ["attention", "transformers", "generalization", "running", "queries", "relational", "hopefulness", "Łukasz"]
)
def test_a_word_is_found_from_its_first_letter_to_its_last(word: str) -> None:
    with contextlib.closing(library([Entry("it", f"On {word} today"), Entry("other", "zzz")])) as connection:
        for length in range(1, len(word) + 1):
            assert found(connection, word[:length], typing=True) == {"it"}, word[:length]
            assert found(connection, word[:length] + "*") == {"it"}, word[:length]


def test_only_an_unfinished_last_word_is_a_prefix(papers: sqlite3.Connection) -> None:
    assert found(papers, "struct", typing=True) == {VASWANI, SURVEY}
    assert found(papers, "struct ", typing=True) == set()
    assert found(papers, "struct") == set()
    assert found(papers, "struct recursion", typing=True) == set()
    assert found(papers, "author:hint", typing=True) == {HINTON}
    assert found(papers, "tag:plan", typing=True) == {SURVEY, HINTON}


def test_days_are_those_of_the_readers_zone() -> None:
    entries = [Entry("late", "x", added="2026-11-23T08:59:59Z"), Entry("early", "x", added="2026-11-23T09:00:00Z")]
    now = datetime(2026, 11, 23, 12, tzinfo=ZoneInfo("America/New_York"))
    with contextlib.closing(library(entries)) as connection:
        assert found(connection, "added:today", now=now) == {"early"}
        assert found(connection, "added:yesterday", now=now) == {"late"}


@pytest.mark.parametrize(
    ("query", "named"),
    [("status:done", True), ("a OR -status:dropped", True), ("(tag:a (b status:inbox))", True), ("done", False)],
)
def test_whether_a_query_names_the_status(query: str, named: bool) -> None:
    assert compile_query(query, QueryTime(TODAY, NOW)).fields.isdisjoint({"status"}) is not named


@pytest.mark.parametrize(
    ("query", "at", "what"),
    [
        ("a status:inbx", 9, "inbox, queued, reading, done, dropped"),
        ("is:bogus", 3, "starred, snoozed"),
        ("has:file", 4, "note, pdf"),
        ("year:abc", 5, "not a number"),
        ("year:2024..2020", 5, "backwards"),
        ("year:..", 5, "a start or an end"),
        ("upvotes:99999999999999999999", 8, "not a number"),
        ("added:soon", 6, "7d"),
        ("added:fri", 6, "7d"),
        ("added:2026-13", 6, "there is no 2026-13"),
        ("added:999999y", 6, "out of range"),
        ("added:9999-12-31", 6, "out of range"),
        ("published:0001-01-01..999999w", 10, "out of range"),
        ("due:someday", 4, "tomorrow"),
        ("tag:a,b:c", 6, "punctuation"),
        ('title:"?"', 6, "no letter or digit"),
    ],
)
def test_a_bad_value_is_an_error_at_its_place(query: str, at: int, what: str) -> None:
    with pytest.raises(QueryError, match=what) as caught:
        compile_query(query, QueryTime(TODAY, NOW))
    assert caught.value.at == at


def test_adjacent_words_are_one_match_expression() -> None:
    condition = compile_query("deep status:inbox learning (author:a OR b)", QueryTime(TODAY, NOW))
    assert condition.sql.count("MATCH") == 1


ALPHABET = st.sampled_from(
    (
        *'ab19 "()*:-,.<>\\\'{}$^%_\x00é\u0301ł中', "\ud800", " OR ", " AND ", " NOT ", "NEAR(", "title:", "year:",
        "added:", "tag:", "due:", "key:", "..", "7d", "today", "2026-01", "\\alpha",
    )
)  # fmt: skip


@settings(max_examples=200)
@given(st.lists(ALPHABET, max_size=20).map("".join) | st.text(max_size=30), st.booleans())
def test_any_text_is_compiled_or_refused(papers: sqlite3.Connection, query: str, typing: bool) -> None:
    with contextlib.suppress(UsageError):
        assert found(papers, query, typing=typing) <= ALL


@settings(max_examples=60)
@given(st.lists(ALPHABET, max_size=8).map("".join), st.booleans())
def test_any_arguments_are_compiled_or_refused(papers: sqlite3.Connection, argument: str, twice: bool) -> None:
    with contextlib.suppress(UsageError):
        assert found(papers, join_arguments([argument, argument] if twice else [argument])) <= ALL


def test_the_largest_queries_are_within_the_limits_of_sqlite(papers: sqlite3.Connection) -> None:
    nested = "(" * 19 + "a OR (b tag:x) " + "OR b)" * 19
    mixed = " ".join(f"({'OR '.join(['year:1 ', 'word '])})" for _ in range(100))
    for query in (" ".join(["idealllll*"] * 200), " OR ".join(["year:1..2"] * 200), nested, mixed, "a-" * 1999):
        assert found(papers, query) <= ALL


@pytest.mark.parametrize(
    "query",
    [
        *(f"{name}:{choice}" for name, choices in CHOICES.items() for choice in choices),
        *("due:3d", "decided:2026", "noted:2026", "added:7d", "published:2021..", "year:2017", "upvotes:..10"),
        *("interest:50..", "key:survey*", "tag:planning", "feed:hf-*", "links:survey2021", "pdf:word", "note:idea"),
    ],
)
def test_not_selects_all_other_papers(papers: sqlite3.Connection, query: str) -> None:
    assert found(papers, f"-{query}") == ALL - found(papers, query)


# Boolean algebra: papers hold every combination of three words, two tags and a status.
ATOMS = ("red", "green", '"blue sky"', "tag:hot", "status:done")
COMBINATIONS = {
    f"p{bits}": frozenset(atom for place, atom in enumerate(ATOMS) if bits >> place & 1)
    for bits in range(2 ** len(ATOMS))
}


@pytest.fixture(scope="module")
def combinations() -> Iterator[sqlite3.Connection]:
    entries = [
        Entry(
            key,
            " ".join(["paper", *(atom.strip('"') for atom in ATOMS[:3] if atom in atoms)]),
            tags=("hot",) if "tag:hot" in atoms else (),
            status="done" if "status:done" in atoms else "inbox",
        )
        for key, atoms in COMBINATIONS.items()
    ]
    with contextlib.closing(library(entries)) as connection:
        yield connection


class Sample(NamedTuple):
    """A query with the papers it must find, by set algebra."""

    text: str
    keys: frozenset[str]


def _atom(atom: str) -> Sample:
    return Sample(atom, frozenset(key for key, atoms in COMBINATIONS.items() if atom in atoms))


def _combined(parts: st.SearchStrategy[Sample]) -> st.SearchStrategy[Sample]:
    everything = frozenset(COMBINATIONS)
    pairs = st.tuples(parts, parts)
    return st.one_of(
        parts.map(lambda part: Sample(f"NOT ({part.text})", everything - part.keys)),
        parts.map(lambda part: Sample(f"-({part.text})", everything - part.keys)),
        pairs.map(lambda pair: Sample(f"({pair[0].text}) ({pair[1].text})", pair[0].keys & pair[1].keys)),
        pairs.map(lambda pair: Sample(f"({pair[0].text}) AND ({pair[1].text})", pair[0].keys & pair[1].keys)),
        pairs.map(lambda pair: Sample(f"({pair[0].text}) OR ({pair[1].text})", pair[0].keys | pair[1].keys)),
    )


@settings(max_examples=150)
@given(st.recursive(st.sampled_from(ATOMS).map(_atom), _combined, max_leaves=8))
def test_operators_are_set_algebra(combinations: sqlite3.Connection, sample: Sample) -> None:
    assert found(combinations, sample.text) == sample.keys


@given(st.lists(st.tuples(st.booleans(), st.sampled_from(ATOMS)), min_size=1, max_size=4), st.sampled_from(ATOMS))
def test_and_binds_tighter_than_or(combinations: sqlite3.Connection, terms: list[tuple[bool, str]], other: str) -> None:
    together = frozenset(COMBINATIONS)
    for negated, atom in terms:
        together = together - _atom(atom).keys if negated else together & _atom(atom).keys
    flat = " ".join(f"{'NOT ' if negated else ''}{atom}" for negated, atom in terms)
    assert found(combinations, f"{flat} OR {other}") == together | _atom(other).keys


@pytest.mark.parametrize("query", ["status:{}", "year:{}", "{}:a", "added:{}", "has:{}", "(({}", 'title:"{}'])
def test_a_message_does_not_repeat_a_long_query(query: str) -> None:
    with pytest.raises(UsageError) as caught:
        compile_query(query.format("x" * 900), QueryTime(TODAY, NOW))
    assert len(caught.value.message) < 300


VIEWS = {
    "rl": "tag:planning,rl",
    "read": "status:done,dropped",
    "both": "view:rl OR view:read",
    "two words": "memory",
    "a": "view:b",
    "b": "rl view:a",
    "gone": "view:nowhere",
    "broken": "tag:",
    "empty": " ",
    "large": " ".join(["word"] * 150),
    "larger": "view:large view:large",
}


@pytest.mark.parametrize(
    ("query", "same"),
    [
        ("view:rl", "tag:planning,rl"),
        ("view:rl is:starred", "tag:planning,rl is:starred"),
        ("-view:rl", "-(tag:planning,rl)"),
        ("view:read", "status:done,dropped"),
        ("view:both", "(tag:planning,rl) OR status:done,dropped"),
        ("view:rl,read", "(tag:planning,rl) OR status:done,dropped"),
        ('view:"two words"', "memory"),
    ],
)
def test_a_view_stands_for_its_query(papers: sqlite3.Connection, query: str, same: str) -> None:
    condition = compile_query(query, QueryTime(TODAY, NOW), VIEWS)
    rows = papers.execute(f"SELECT p.key FROM paper p WHERE {condition.sql}", condition.params)
    expected = found(papers, same)
    assert {key for (key,) in rows} == expected
    assert expected


@pytest.mark.parametrize(("query", "named"), [("view:rl", False), ("view:read", True), ("x OR -view:both", True)])
def test_a_view_with_a_status_names_the_status(query: str, named: bool) -> None:
    assert compile_query(query, QueryTime(TODAY, NOW), VIEWS).fields.isdisjoint({"status"}) is not named


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("view:nowhere", "there is no view 'nowhere': at 'nowhere', column 6"),
        ("view:gone", "the view 'gone' cannot be read: there is no view 'nowhere'"),
        ("view:broken", "the view 'broken' cannot be read: a value is missing"),
        ("view:empty", "the view 'empty' has no query"),
        ("view:a", "these views name each other: a > b > a"),
        ("view:larger", "more than 200 words and values together"),
        ("view:rl*", "view takes no `*`"),
    ],
)
def test_a_view_that_cannot_be_read_is_named(query: str, message: str) -> None:
    with pytest.raises(QueryError) as raised:
        compile_query(query, QueryTime(TODAY, NOW), VIEWS)
    assert message in str(raised.value)


@pytest.mark.parametrize(
    ("query", "keys"),
    [
        ("学习", {"zh"}),
        ("title:网络", {"zh"}),
        ("title:摘要", set()),
        ("摘要 python", {"zh"}),
        ('"深度学习, 的"', {"zh"}),
        ("-学习", {"ja", "en"}),
        ("学習 OR graphs", {"ja", "en"}),
        ("title:学习,学習", {"zh", "ja"}),
        ("title:graphs,学習", {"en", "ja"}),
        ("author:小明", {"zh"}),
        ("100%の学習", {"ja"}),
        ('"1_0%の学習"', set()),
        ("学習-1 OR 1-学習", {"ja"}),
    ],
)
def test_words_are_found_inside_text_without_spaces(query: str, keys: set[str]) -> None:
    entries = [
        Entry("zh", "基于深度学习, 的图神经网络", "摘要。Python", authors="王小明"),
        Entry("ja", "100%の学習について"),
        Entry("en", "On graphs"),
    ]
    with contextlib.closing(library(entries)) as connection:
        assert found(connection, query) == keys
