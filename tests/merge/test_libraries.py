"""Merging generated libraries is symmetric, and merging again changes nothing."""

from dataclasses import replace
from typing import Any

from example_settings import repeatable
from hypothesis import given, settings
from hypothesis import strategies as st
from paper_records import PAPER

from readq.merge.libraries import merge
from readq.merge.records import join, join_answers, join_notes
from readq.model.fields.edit_marks import mark
from readq.model.records import (
    AnswerRecord,
    CardRecord,
    FeedRecord,
    LibraryRecord,
    PaperRecord,
    SightingRecord,
    ViewRecord,
)
from readq.model.values import CONFLICT_HEADING, Author, Status

INSTANTS = st.sampled_from(["2026-11-20T08:00:00Z", "2026-11-21T08:00:00Z", "2026-11-22T08:00:00Z"])
DAYS = st.sampled_from(["2026-11-20", "2026-11-21", "2026-11-22"])
KEYS = ["ada2026growth", "ada2026growtha", "ada2026growthb", "Noether", "emmy:1918"]
IDENTIFIERS = [
    ("arxiv", "2611.00001"),
    ("arxiv", "2611.00002"),
    ("doi", "10.1000/one"),
    ("url", "https://example.org/a"),
    ("openreview", "S1lhbnRqF7"),
]
TAGS = ["nlp", "rl", "to-do"]


def _sorted(values: list[Any], **options: Any) -> st.SearchStrategy[tuple[Any, ...]]:  # noqa: ANN401
    return st.lists(st.sampled_from(values), unique=True, **options).map(lambda found: tuple(sorted(found)))


EDITED = st.lists(
    st.builds(
        lambda name, at: mark(name, at) if at else name, st.sampled_from(["title", "venue"]), st.just("") | INSTANTS
    ),
    unique_by=lambda one: one.partition("@")[0],
    max_size=2,
).map(lambda marks: tuple(sorted(marks)))
ANSWERS = st.lists(
    st.builds(
        AnswerRecord,
        at=INSTANTS,
        day=DAYS,
        utc_offset=st.just(3600),
        rating=st.integers(1, 2),
        retention=st.just(0.8),
        algorithm=st.just("fsrs-6"),
    ),
    max_size=3,
).map(tuple)


@st.composite
def _cards(draw: st.DrawFn) -> tuple[CardRecord, ...]:
    cards: list[CardRecord] = []
    for kind, question in (("paper", None), ("question", "Why?")):
        if not draw(st.booleans()):
            continue
        answers = join_answers(draw(ANSWERS), ())
        enrolled = draw(st.booleans())
        buried = draw(st.none() | DAYS)
        if kind == "paper" and not (enrolled or answers or buried):
            continue
        due = draw(DAYS) if enrolled and not answers else None
        cards.append(CardRecord(kind, question, None, enrolled, due, buried, 0, answers))
    return tuple(cards)


@st.composite
def _papers(draw: st.DrawFn, key: str = KEYS[0]) -> PaperRecord:
    status = draw(st.sampled_from([str(status) for status in Status]))
    seen = draw(
        st.none() | st.builds(SightingRecord, st.just("hf"), DAYS, st.none(), st.integers(0, 2), st.none(), st.none())
    )
    return PaperRecord(
        key=key,
        key_frozen=draw(st.booleans()),
        aliases=(),
        title=draw(st.sampled_from(["On growth", "On Growth", "On decay"])),
        authors=draw(st.sampled_from([(), (Author("Ada Lovelace"),), (Author("Lovelace, Ada", "Lovelace", "Ada"),)])),
        abstract=draw(st.sampled_from([None, "Short.", "Another."])),
        year=draw(st.sampled_from([None, 2025, 2026])),
        published=None,
        venue=draw(st.sampled_from([None, "NeurIPS"])),
        primary_class=None,
        url=None,
        pdf_url=None,
        entry_type=None,
        fields=draw(st.sampled_from([(), (("title", "On growth"),)])),
        trust=draw(st.sampled_from([10, 30])),
        edited=draw(EDITED),
        identifiers=(),
        sightings=(seen,) if seen else (),
        status=status,
        decided=None if status == "inbox" else draw(INSTANTS),
        starred=draw(st.booleans()),
        snoozed_until=draw(st.none() | DAYS),
        added=draw(INSTANTS),
        tags=draw(_sorted(TAGS)),
        note=draw(st.sampled_from([None, "one", "two", "one\nmore", f"two\n\n{CONFLICT_HEADING}\n\none"])),
        cards=draw(_cards()),
    )


@st.composite
def _libraries(draw: st.DrawFn) -> LibraryRecord:
    """Generate a library in which no two papers share a key, an alias or an identifier, as in any library, or a title.

    Papers with equal titles and without identifiers cannot be told apart by their records.
    """
    titles = list(draw(st.permutations(["On growth", "On decay", "On Noether", "Mass"])))
    names = list(draw(st.permutations(KEYS)))
    identifiers = list(draw(st.permutations(IDENTIFIERS)))
    papers = []
    for _ in range(draw(st.integers(0, 3))):
        paper = draw(_papers(key=names.pop()))
        aliases = (names.pop(),) if len(names) > 3 and draw(st.booleans()) else ()
        own = [identifiers.pop() for _ in range(draw(st.integers(0, min(2, len(identifiers)))))]
        papers.append(replace(paper, title=titles.pop(), aliases=aliases, identifiers=tuple(sorted(own))))
    feeds = draw(
        st.lists(
            st.builds(FeedRecord, st.sampled_from(["ml", "hf", "ml-2"]), st.sampled_from(["a", "b", "c"]), INSTANTS),
            max_size=2,
            unique_by=(lambda feed: feed.name, lambda feed: feed.spec),
        )
    )
    views = draw(
        st.lists(
            st.builds(
                ViewRecord,
                st.sampled_from("xy"),
                st.sampled_from(["tag:a", "tag:b"]),
                st.just("added"),
                st.integers(0, 2),
                st.sampled_from([None, "raise", "drop"]),
            ),
            max_size=2,
            unique_by=lambda view: view.name,
        )
    )
    return LibraryRecord(tuple(papers), tuple(sorted(feeds)), tuple(sorted(views)))


_PLAIN = replace(PAPER, key="", title="", authors=(), abstract=None, year=None, trust=10, identifiers=(), added="")


def _merged(ours: LibraryRecord, theirs: LibraryRecord) -> LibraryRecord:
    merged = merge(ours, theirs)
    papers = sorted((paper.paper for paper in merged.papers), key=lambda paper: paper.key.casefold())
    return LibraryRecord(tuple(papers), merged.feeds, merged.views)


@repeatable
@given(_papers(), _papers())
def test_joining_two_records_is_symmetric_and_idempotent(one: PaperRecord, other: PaperRecord) -> None:
    key = min(one.key, other.key)
    joined = join((one, other), key)
    assert joined == join((other, one), key)
    assert join((joined, one), key) == joined == join((joined, other), key)
    assert join((joined, joined), key) == joined


@repeatable
@given(st.lists(_papers(), min_size=3, max_size=4))
def test_joining_many_records_does_not_depend_on_their_order_and_keeps_metadata_when_repeated(
    records: list[PaperRecord],
) -> None:
    joined = join(records, KEYS[0])
    assert join(records[::-1], KEYS[0]) == joined
    for record in records:
        again = join((joined, record), KEYS[0])
        assert replace(again, cards=joined.cards, note=joined.note) == joined


@repeatable
@given(_libraries(), _libraries())
def test_merging_two_libraries_is_symmetric_and_idempotent(one: LibraryRecord, other: LibraryRecord) -> None:
    _assert_symmetric_and_idempotent(one, other)


def test_papers_with_one_doi_and_different_arxiv_ids_are_not_joined() -> None:
    doi = ("doi", "10.1000/one")
    one = replace(_PLAIN, key="k", title="One", identifiers=(("arxiv", "2611.00001"), doi))
    two = replace(_PLAIN, key="m", title="Two", identifiers=(("arxiv", "2611.00002"), doi))
    assert len(merge(LibraryRecord((one,)), LibraryRecord((two,))).papers) == 2
    _assert_symmetric_and_idempotent(LibraryRecord((one,)), LibraryRecord((two,)))


def test_three_records_with_different_due_days_merge_symmetrically() -> None:
    def enrolled(due: str) -> tuple[CardRecord, ...]:
        return (CardRecord("paper", None, None, True, due, None, 0, ()),)

    address, review = ("url", "https://example.org/a"), ("openreview", "S1lhbnRqF7")
    early = replace(_PLAIN, key="k", title="One", identifiers=(review, address), cards=enrolled("2026-11-20"))
    decided = replace(_PLAIN, status="queued", decided="2026-11-20T08:00:00Z")
    read = replace(decided, key="k", title="One", identifiers=(review,))
    reviewed = replace(decided, key="m", title="Two", identifiers=(address,), cards=enrolled("2026-11-21"))
    _assert_symmetric_and_idempotent(LibraryRecord((early,)), LibraryRecord((read, reviewed)))


def _assert_symmetric_and_idempotent(one: LibraryRecord, other: LibraryRecord) -> None:
    merged = _merged(one, other)
    assert merged == _merged(other, one)
    assert _merged(merged, one) == merged
    assert _merged(merged, other) == merged
    assert _merged(merged, merged) == merged


def test_papers_with_swapped_key_suffixes_merge_symmetrically() -> None:
    early = replace(_PLAIN, title="On Noether", added="2026-11-20T08:00:00Z")
    late = replace(_PLAIN, title="On decay", added="2026-11-22T08:00:00Z")
    one = (replace(early, key="growtha"), replace(late, key="growth"))
    other = (replace(early, key="growth"), replace(late, key="growtha"))
    _assert_symmetric_and_idempotent(LibraryRecord(one), LibraryRecord(other))


@st.composite
def _libraries_with_clashing_keys(draw: st.DrawFn) -> LibraryRecord:
    """Generate a library of up to three of four works, sometimes two joined as one, with keys that may clash."""
    names = draw(st.permutations(["k", "ka", "kb", "kaa", "m"]))
    papers: list[PaperRecord] = []
    for number in draw(st.lists(st.integers(1, 4), unique=True, min_size=1, max_size=3)):
        key, *former = [names.pop() for _ in range(min(len(names), draw(st.integers(1, 3))))] or [f"k{number}"]
        papers.append(
            replace(
                _PLAIN,
                key=draw(st.sampled_from([key, key.upper()])),
                key_frozen=draw(st.booleans()),
                aliases=tuple(sorted(former)),
                title=f"Title {number}",
                trust=draw(st.sampled_from([10, 30])),
                identifiers=(("arxiv", f"2611.{number:05}"),),
                added=draw(INSTANTS),
            )
        )
    if len(papers) > 1 and draw(st.booleans()):
        one, other = papers.pop(), papers[0]
        papers[0] = replace(other, identifiers=tuple(sorted((*one.identifiers, *other.identifiers))))
    return LibraryRecord(tuple(papers))


@settings(repeatable, max_examples=800)
@given(_libraries_with_clashing_keys(), _libraries_with_clashing_keys())
def test_libraries_with_clashing_keys_merge_symmetrically(one: LibraryRecord, other: LibraryRecord) -> None:
    _assert_symmetric_and_idempotent(one, other)


@repeatable
@given(_libraries(), _libraries())
def test_no_two_merged_papers_share_a_key_or_an_identifier(one: LibraryRecord, other: LibraryRecord) -> None:
    papers = _merged(one, other).papers
    names = [key.casefold() for paper in papers for key in (paper.key, *paper.aliases)]
    identifiers = [identifier for paper in papers for identifier in paper.identifiers]
    assert len(names) == len(set(names))
    assert len(identifiers) == len(set(identifiers))
    assert {key for paper in (*one.papers, *other.papers) if paper.key_frozen for key in [paper.key.casefold()]} <= set(
        names
    )


@repeatable
@given(st.lists(st.sampled_from(["one", "two", "one\nmore", "three"]), min_size=2, max_size=4))
def test_no_line_of_a_note_is_lost_or_repeated(texts: list[str]) -> None:
    joined: str | None = None
    for text in texts:
        joined = join_notes(joined, text)
    assert joined is not None
    lines = [line for line in joined.split("\n") if line and line != CONFLICT_HEADING]
    assert sorted(lines) == sorted({line for text in texts for line in text.split("\n")})
