"""What readq exports, in every format that it reads, comes in unchanged, and the next export has the same bytes."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import HealthCheck, Phase, given, settings
from hypothesis import strategies as st

Run = Callable[..., Any]
FORMS = ("bibtex", "biblatex", "csl-json", "ris")

_WORDS = st.sampled_from(
    [
        "Moths",
        "of",
        "the",
        r"{\"U}ber",
        r"\emph{Dusk}",
        "$x^2$",
        r"\& Co",
        "BERT",
        "{GPT}",
        "5\\%",
        "naïve",
        "湖",
        "a_b",
    ]
)
_TEXTS = st.lists(_WORDS, min_size=1, max_size=5).map(" ".join)
_NAMES = st.sampled_from(
    ["Falk, Mia", "van der Aal, Theo", "{Lamp Group}", "Otter, Jr., Ida", "Heron", r"M{\"u}ller, J.-P.", "others"]
)
_PEOPLE = st.lists(_NAMES, min_size=1, max_size=3).map(" and ".join)
_DATES = st.sampled_from(
    [
        {"year": "2012"},
        {"year": "2012", "month": "mar"},
        {"year": "1999", "month": "{June 12--15}"},
        {"date": "{2016-05/2016-07}"},
        {"date": "{-0051~}"},
        {"date": "{2014-21}"},
        {"date": "{2020-03-04}"},
        {"year": "{in press}"},
        {},
    ]
)
_FIELDS = {
    "journal": _TEXTS,
    "booktitle": _TEXTS,
    "publisher": _TEXTS,
    "school": _TEXTS,
    "series": _TEXTS,
    "note": _TEXTS,
    "type": _TEXTS,
    "abstract": _TEXTS,
    "keywords": st.sampled_from(["dusk, wings", "one; two"]),
    "volume": st.sampled_from(["3", "IV"]),
    "number": st.sampled_from(["4", "TR-42"]),
    "pages": st.sampled_from(["1--20", "e12", "7"]),
    "edition": st.sampled_from(["2", "Second"]),
    "isbn": st.just("978-0-262-03384-8"),
    "issn": st.just("1234-5678"),
    "doi": st.sampled_from(["10.5555/AbC", "https://doi.org/10.5555/x_y"]),
    "eprint": st.just("2005.00001"),
    "url": st.sampled_from(["https://moths.example/a_b", "http://arxiv.org/abs/2005.00002"]),
    "urldate": st.just("2021-01-01"),
    "editor": _PEOPLE,
    "langid": st.sampled_from(["german", "english"]),
}
_KINDS = st.sampled_from(
    "article book inbook incollection inproceedings manual mastersthesis misc phdthesis proceedings techreport "  # noqa: SIM905
    "unpublished online report thesis dataset software patent periodical collection inreference booklet".split()
)


@st.composite
def entries(draw: st.DrawFn) -> str:
    fields = {name: f"{{{draw(value)}}}" for name, value in _FIELDS.items() if draw(st.booleans())}
    fields |= draw(_DATES)
    if draw(st.integers(0, 4)):
        fields["author"] = f"{{{draw(_PEOPLE)}}}"
    fields["title"] = f"{{{draw(_TEXTS)}}}"
    # One identifier would join the entries.
    for name in ("doi", "eprint", "isbn", "url"):
        if name in fields and draw(st.integers(0, 2)):
            del fields[name]
    return f"@{draw(_KINDS)}{{KEY,\n" + "".join(f"  {name} = {value},\n" for name, value in fields.items()) + "}\n"


def assert_nothing_changes(run: Run, source: Path, folder: Path) -> None:
    assert run("import", source, "--format", "bibtex").status == 0
    before = {form: run("export", "--format", form).out for form in FORMS}
    for form in FORMS:
        copy = folder / f"copy.{form}"
        copy.write_text(before[form], encoding="utf-8")
        report = run("import", copy, "--format", "bibtex" if form == "biblatex" else form, "--json").json
        assert report["unchanged"] == report["found"], (form, report, before[form])
    assert {form: run("export", "--format", form).out for form in FORMS} == before


@pytest.mark.slow
@settings(
    max_examples=6,
    # To shrink an example takes longer than the time limit of a test.
    phases=[Phase.explicit, Phase.reuse, Phase.generate],
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(drawn=st.lists(entries(), min_size=3, max_size=8))
def test_an_export_of_random_entries_comes_in_unchanged(
    drawn: list[str], run_cli: Run, library: str, tmp_path: Path
) -> None:
    Path(library).unlink(missing_ok=True)
    source = tmp_path / "source.bib"
    source.write_text("\n".join(text.replace("KEY", f"k{n}") for n, text in enumerate(drawn)), encoding="utf-8")
    assert_nothing_changes(run_cli, source, tmp_path)


def test_a_record_that_was_edited_is_an_update(run_cli: Run, tmp_path: Path) -> None:
    source, copy = tmp_path / "source.bib", tmp_path / "copy"
    source.write_text("@article{k, title={Moths of Dusk}, author={Falk, Mia}, journal={J}, year=2012}\n")
    run_cli("import", source)
    exported = run_cli("export", "--format", "csl-json").out
    copy.write_text(exported.replace('"title": "Moths', '"volume": "7", "title": "Moths'))
    assert run_cli("import", copy, "--format", "csl-json", "--json").json["updated"] == 1
    assert "volume = {7}" in run_cli("export").out


def test_an_entry_without_a_title_is_known_again(run_cli: Run, tmp_path: Path) -> None:
    source = tmp_path / "source.bib"
    source.write_text("@article{k, shorttitle={Moths}}\n")
    assert_nothing_changes(run_cli, source, tmp_path)


UNUSUAL = r"""
@inproceedings{1, title={Lamps}, author={Ng, Mia}}
@book{9.49:2, title={The Book of Dusk}, date={-2000~}}
@book{bc, title={Old Wings}, year={51 BC--44 BC}}
@book{LONG, title={Rights of Moths}, author={Mia Falk}, note={Once, twice.}, month={Jan}, year=2004, volume=1}
@article{seasons, title={Of Seasons}, author={Falk, Mia}, journal={Night}, date={2012-22/2012-23}}
@article{winter, title={Of Winter}, author={Falk, Mia}, journal={Night}, date={2012-24/2013-12}}
@proceedings{p, title={Talks}, editor={Otter}, eventtitle={The Event}, venue={Turku}, year={2009}}
@inproceedings{talk, crossref={p}, title={A Talk}, author={Falk, Mia}, pages={3--}, booktitle={Own}, year={2009}}
@mvbook{mv, author={Vince Various}, editor={Otter, Ida}, title={On Varia}, date={1934}}
@book{volume, title={Misc}, date={1923}, crossref={mv}}
@inbook{part, title={Perhaps}, date={1911}, crossref={volume}}
"""


def test_unusual_keys_dates_and_parents_come_in_unchanged(run_cli: Run, tmp_path: Path) -> None:
    source = tmp_path / "source.bib"
    source.write_text(UNUSUAL.replace("LONG", f"Falk-{'RightsOfMoths' * 11}"), encoding="utf-8")
    assert_nothing_changes(run_cli, source, tmp_path)
    assert len(run_cli("export", "--format", "csl-json").json) == 11


def test_the_number_of_a_foreign_record_is_no_key(run_cli: Run, tmp_path: Path) -> None:
    """EndNote numbers its records, so a record with the number of another one is another paper."""
    source, other = tmp_path / "source.bib", tmp_path / "other.ris"
    source.write_text("@article{5, title={Moths of Dusk}, author={Falk, Mia}, journal={J}, year=2012}\n")
    other.write_text("TY  - JOUR\nID  - 5\nTI  - Lamps of Dawn\nAU  - Otter, Ida\nPY  - 2013\nER  - \n")
    run_cli("import", source)
    assert run_cli("import", other, "--json").json["new"] == 1
    assert {one["id"] for one in run_cli("export", "--format", "csl-json").json} == {"5", "otter2013lamps"}


EDITED = r"""
@article{k, title={Moths of Dusk}, author={Falk, Mia}, journal={Night}, year=2012}
@book{b, title={A Book of Moths}, author={Otter, Ida}, publisher={Press}, year=2011, abstract={Old}, note={Old}}
"""


@pytest.mark.parametrize(
    ("key", "variable", "value", "exported"),
    [
        ("k", "abstract", "On moths.", "abstract = {On moths.}"),
        ("k", "page", "1-9", "pages = {1--9}"),
        ("k", "issued", {"date-parts": [[2012, 5]]}, "date = {2012-05}"),
        ("k", "editor", [{"family": "Aal", "given": "Theo"}], "editor = {Aal, Theo}"),
        ("k", "language", "de-DE", "langid = {german}"),
        ("b", "volume", "7", "volume = {7}"),
        ("b", "DOI", "10.5555/77", "doi = {10.5555/77}"),
    ],
)
def test_what_was_added_to_a_record_by_hand_is_taken(
    key: str, variable: str, value: object, exported: str, run_cli: Run, tmp_path: Path
) -> None:
    report = edited_and_imported(run_cli, tmp_path, key, variable, value).json
    assert (report["updated"], report["unchanged"], report["kept"]) == (1, 1, [])
    assert exported in run_cli("export", "--format", "biblatex", "--fields", "+abstract").out


@pytest.mark.parametrize(
    ("variable", "value", "field"),
    [
        ("publisher", "Other", "publisher"),
        ("abstract", "Other.", "abstract"),
        ("note", "Other", "note"),
        ("issued", {"date-parts": [[2010]]}, "date"),
    ],
)
def test_what_was_changed_in_a_record_by_hand_is_named(
    variable: str, value: object, field: str, run_cli: Run, tmp_path: Path
) -> None:
    result = edited_and_imported(run_cli, tmp_path, "b", variable, value)
    assert (result.json["unchanged"], result.json["kept"]) == (2, [{"key": "b", "fields": [field]}])
    assert result.err == f"b keeps its {field}; the file differs (readq edit b)\n"
    exported = run_cli("export", "--fields", "+abstract").out
    assert ("Other" in exported, "2010" in exported) == (False, False)


def edited_and_imported(run: Run, folder: Path, key: str, variable: str, value: object) -> Any:  # noqa: ANN401 - JSON
    (folder / "source.bib").write_text(EDITED)
    run("import", folder / "source.bib")
    items = run("export", "--format", "csl-json").json
    (folder / "copy.json").write_text(
        json.dumps([one | ({variable: value} if one["id"] == key else {}) for one in items])
    )
    return run("import", folder / "copy.json", "--format", "csl-json", "--json")


@pytest.mark.parametrize(("line", "kept"), [("VL  - 7", []), ("CY  - Turku", []), ("JO  - Day", ["journal"])])
def test_so_it_is_in_ris(line: str, kept: list[str], run_cli: Run, tmp_path: Path) -> None:
    (tmp_path / "source.bib").write_text(EDITED)
    run_cli("import", tmp_path / "source.bib")
    records = run_cli("export", "--format", "ris").out
    (tmp_path / "copy.ris").write_text(records.replace("JO  - Night", line if kept else f"JO  - Night\n{line}"))
    report = run_cli("import", tmp_path / "copy.ris", "--json").json
    assert report["kept"] == [{"key": "k", "fields": kept}] * len(kept)
    assert report["updated"] == 1 - len(kept)


def test_an_entry_of_a_coauthor_fills_gaps_and_what_differs_is_named(run_cli: Run, tmp_path: Path) -> None:
    (tmp_path / "source.bib").write_text(EDITED)
    (tmp_path / "other.bib").write_text(
        "@book{b, title={{A Book} of Moths}, author={Ida Otter}, publisher={{P}ress and Sons}, series={S}, year=2011}"
    )
    run_cli("import", tmp_path / "source.bib")
    assert run_cli("import", tmp_path / "other.bib", "--json").json["updated"] == 1
    assert "series = {S}" in run_cli("export").out
