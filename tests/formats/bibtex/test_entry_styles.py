"""Types of preprints, names of journals, cited versions: the style of entries that the reader sets."""

from dataclasses import replace

import pytest

from readq.formats.bibtex.journal_names import full_name, short_name
from readq.formats.bibtex.writer import entry
from readq.formats.entry_style import JOURNALS, PREPRINTS, PROTECTION, VERSIONS, EntryStyle
from readq.formats.exchange.record import Record
from readq.formats.field_choice import USUAL
from readq.latex.encode import Dialect
from readq.model.citable import Citable
from readq.model.values import Author

PREPRINT = Citable(
    key="doe2017nets",
    title="On Nets",
    authors=(Author("Jane Doe"),),
    year=2017,
    arxiv_id="1706.03762",
    published="2017-06-12",
)
PUBLISHED = replace(PREPRINT, venue="Physical Review Letters", year=2018, doi="10.1103/x", published="2018-01-03")


def written(paper: Citable, dialect: Dialect = Dialect.BIBTEX, **style: str) -> str:
    return entry(paper, dialect, USUAL._replace(style=EntryStyle(**style)))


@pytest.mark.parametrize(
    ("dialect", "preprints", "kind", "field"),
    [
        (Dialect.BIBTEX, "", "@misc", "note = {arXiv:1706.03762}"),
        (Dialect.BIBTEX, "online", "@misc", "note = {arXiv:1706.03762}"),
        (Dialect.BIBTEX, "article", "@article", "journal = {arXiv preprint arXiv:1706.03762}"),
        (Dialect.BIBLATEX, "", "@online", "eprinttype = {arxiv}"),
        (Dialect.BIBLATEX, "misc", "@misc", "eprinttype = {arxiv}"),
        (Dialect.BIBLATEX, "article", "@article", "journaltitle = {arXiv preprint arXiv:1706.03762}"),
    ],
)
def test_preprints_have_the_type_that_the_reader_wants(dialect: Dialect, preprints: str, kind: str, field: str) -> None:
    text = written(PREPRINT, dialect, preprints=preprints)
    assert text.startswith(f"{kind}{{")
    assert field in text
    # A published paper has the type of its venue.
    assert written(PUBLISHED, dialect, preprints=preprints).startswith("@article{")


def test_no_article_is_without_a_date_or_an_author() -> None:
    assert written(replace(PREPRINT, authors=()), preprints="article").startswith("@misc{")


def test_journals_are_named_in_full_or_short() -> None:
    assert "journal = {Physical Review Letters}" in written(PUBLISHED)
    assert "journal = {Phys. Rev. Lett.}" in written(PUBLISHED, journals="short")
    short = replace(PUBLISHED, venue="Phys. Rev. Lett.")
    assert "journal = {Physical Review Letters}" in written(short, journals="full")
    unknown = replace(PUBLISHED, venue="Journal of Unheard-of Nets")
    assert "Journal of Unheard-of Nets" in written(unknown, journals="short")


def test_the_names_of_an_entry_come_first() -> None:
    fields = (("title", "On Nets"), ("journal", "Physical Review Letters"), ("shortjournal", "PRL"), ("year", "2018"))
    paper = replace(PUBLISHED, fields=fields, entry_type="article")
    assert "journal = {PRL}" in written(paper, journals="short")
    assert "journal = {Physical Review Letters}" in written(paper)
    without = replace(paper, fields=(fields[0], fields[1], fields[3]))
    assert "journal = {Phys. Rev. Lett.}" in written(without, journals="short")
    macro = replace(paper, fields=(fields[0], ("journal", r"\aap"), fields[3]))
    assert r"journal = {\aap}" in written(macro, journals="full")


def test_the_table_of_journals_is_sound() -> None:
    for full in ("Physical Review Letters", "The Astrophysical Journal", "journal of the acm", "Nature Physics"):
        short = short_name(full)
        assert short is not None
        assert short_name(full_name(short) or "") == short
    assert short_name("Nets") is None
    assert full_name("Nets") is None


def test_a_preprint_is_cited_on_demand() -> None:
    text = written(PUBLISHED, version="preprint")
    assert text.startswith("@misc{")
    assert "year = {2017}" in text
    assert "10.1103" not in text
    assert "Physical" not in text
    # Without a preprint there is nothing else to cite.
    assert "Physical" in written(replace(PUBLISHED, arxiv_id=None), version="preprint")
    assert Record(PUBLISHED, USUAL._replace(style=EntryStyle(version="preprint"))).venue == ""


def test_an_imported_preprint_is_cited_as_published_on_demand() -> None:
    fields = (("author", "Doe, Jane"), ("title", "On Nets"), ("eprint", "1706.03762"), ("year", "2017"))
    paper = replace(PUBLISHED, fields=fields, entry_type="misc")
    text = written(paper, version="published")
    assert text.startswith("@article{")
    assert "journal = {Physical Review Letters}" in text
    # An entry that is about the published version leaves as it came in.
    given = replace(paper, entry_type="article", fields=(*fields, ("journal", r"\prl")))
    assert written(given, version="published") == written(given)


def test_the_settings_have_the_names_of_the_styles() -> None:
    from readq.config import SETTINGS

    for name, values in (("protect", PROTECTION), ("preprints", PREPRINTS), ("journals", JOURNALS)):
        assert all(SETTINGS[f"export.{name}"].is_valid(value) for value in values)
    assert EntryStyle().version in VERSIONS
