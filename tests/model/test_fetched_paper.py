"""`readq.model.fetched_paper`: no FetchedPaper holds hostile text, whoever makes it."""

from dataclasses import fields, replace

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from readq.model.fetched_paper import FetchedPaper
from readq.model.values import Appearance, Author, Trust
from readq.text import is_printable

HOSTILE = st.text(
    st.sampled_from("ab \n\t|\x00\x07\x1b[]m\x9b\u202e\u2066\u200b\u200d\ud83d\ufffe\u0301\u0344é\u00a0👩"), max_size=12
)
PAPERS = st.builds(
    FetchedPaper,
    **dict.fromkeys(("title", "where"), HOSTILE),
    **dict.fromkeys(
        ("abstract", "published", "venue", "primary_class", "url", "pdf_url", "entry_type", "key", "note", "name"),
        st.none() | HOSTILE,
    ),
    **dict.fromkeys(("tags", "former_keys"), st.lists(HOSTILE, max_size=2).map(tuple)),
    authors=st.lists(st.builds(Author, HOSTILE, *[st.none() | HOSTILE] * 3), max_size=2).map(tuple),
    fields=st.lists(st.tuples(HOSTILE, HOSTILE), max_size=2).map(tuple),
    identifiers=st.lists(st.tuples(st.sampled_from(["url", "doi", "\x00"]), HOSTILE), max_size=2).map(tuple),
    appearance=st.none() | st.builds(Appearance, submitted_by=st.none() | HOSTILE),
    trust=st.just(Trust.PAGE),
)
WITH_LINES = ("abstract", "note")


def texts(value: object) -> list[str]:
    """Return all text in a value, at any depth."""
    if isinstance(value, str):
        return [value]
    return [text for part in value for text in texts(part)] if isinstance(value, tuple) else []


@settings(max_examples=300)
@given(PAPERS)
def test_all_text_is_clean_and_cleaning_again_changes_nothing(paper: FetchedPaper) -> None:
    for one in fields(paper):
        for text in texts(getattr(paper, one.name)):
            assert is_printable(text), one.name
            if one.name not in (*WITH_LINES, "fields"):
                assert "\n" not in text, one.name
                assert "\t" not in text, one.name
    assert replace(paper) == paper


def test_clean_text_stays_as_it_is() -> None:
    paper = FetchedPaper(
        title="Ponds | Lakes of Erdős",
        authors=(Author("Ada Heron", "Heron", "Ada"),),
        abstract="One.\n\n  Two\tthree.",
        fields=(("note", "a  b\n c"),),
        trust=Trust.PAGE,
        note="- a\n    code\n\n\n\tb",
    )
    assert (paper.title, paper.abstract) == ("Ponds | Lakes of Erdős", "One.\n\n  Two\tthree.")
    assert (paper.fields, paper.note) == ((("note", "a  b\n c"),), "- a\n    code\n\n\n\tb")


@pytest.mark.parametrize(
    ("title", "name", "defect"),
    [
        ("Ponds", "Ada\x00", "an author's name with a NUL character"),
        ("\u200b\u202e", "Ada", "a title of invisible characters only"),
        ("Po\x00nds", "A\x1b[31mda", None),
        (" ", "\u200b", None),
    ],
)
def test_what_is_no_text_is_a_defect_that_stays(title: str, name: str, defect: str | None) -> None:
    paper = FetchedPaper(title=title, authors=(Author(name),), trust=Trust.PAGE)
    assert paper.defect == defect
    assert replace(paper, where="entry 2").defect == defect
