"""The search for regular expressions that take quadratic time finds one, and reads those of the modules."""

import re
import signal

import pytest
from expressions import Expression, expressions, give_up, steep


def test_a_search_that_begins_at_each_space_of_a_run_is_steep() -> None:
    before = signal.signal(signal.SIGALRM, give_up)
    try:
        found = steep(Expression("quadratic", re.compile(r"\s+(?=https?://)"), frozenset(("split",))))
    finally:
        signal.signal(signal.SIGALRM, before)
    assert found is not None
    assert found.run == " "


@pytest.mark.parametrize(
    ("name", "method"),
    [("formats.bibtex.verbatim_fields._NEXT_ADDRESS", "split"), ("model.note_links._TOKEN", "finditer")],
)
def test_the_expressions_of_a_module_come_with_their_methods(name: str, method: str) -> None:
    methods = {one.name: one.methods for one in expressions()}
    assert method in methods[f"readq.{name}"]


@pytest.mark.parametrize(
    "name",
    [
        "feeds.arxiv.atom_api._DOI_SEPARATORS",
        "feeds.syndication.author_names._AND",
        "feeds.syndication.author_names._GIVEN_WITH_SUFFIX",
        "feeds.syndication.journal_text._JMLR",
        "formats.bibtex.verbatim_fields._NEXT_ADDRESS",
        "formats.bibtex.verbatim_fields._DOI_PREFIX",
        "formats.record_values._DASHES",
        "log_file._SECRET",
        "model.note_links._TOKEN",
        "pdf.identify._REFERENCES",
        "registries.published_record._IN_TITLE",
        "review.prompts._LINE",
    ],
)
def test_text_of_others_is_searched_in_linear_time(name: str) -> None:
    (found,) = (one for one in expressions() if one.name == f"readq.{name}")
    before = signal.signal(signal.SIGALRM, give_up)
    try:
        assert steep(found) is None
    finally:
        signal.signal(signal.SIGALRM, before)
