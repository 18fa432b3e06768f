"""Citation keys that a reader's own .bib gives: kept, or replaced by name."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.formats.bibtex.reader import read

Run = Callable[..., Any]


def bib(folder: Path, *keys: str, extra: str = "") -> Path:
    path = folder / "refs.bib"
    entries = (
        f"@article{{{key}, title={{Ponds number {place} of the north}}, author={{Heron, Ada{place}}}, journal={{L}},"
        f" year={{{1990 + place}}}{extra}}}\n"
        for place, key in enumerate(keys)
    )
    path.write_text("".join(entries), encoding="utf-8")
    return path


def keys_of(run_cli: Run) -> list[str]:
    return sorted(str(paper["key"]) for paper in run_cli("list", "--json").json)


KEPT = [
    *("grün1999", "Ödön2001", "1999", "007", "reed2000*", "O'Reed1999", "Озеро2001", "湖2003", "a&b2004", "a!b", "x|y"),
    *(
        "10.1000/ab(c)1",
        "_lead",
        "-lead",
        "a;b",
        "a<b>c",
        "湖",
        "DBLP:conf/x/Y",
        "a^b",
        "a@b",
        "a$b",
        'a"b',
        'e"f"g',
        "c=d",
        "h=i=j",
    ),
]


@pytest.mark.parametrize("key", KEPT)
def test_a_key_that_tex_accepts_stays(run_cli: Run, tmp_path: Path, key: str) -> None:
    path = bib(tmp_path, key)
    report = run_cli("import", "--json", path)
    assert (report.status, report.err, report.json["renamed"]) == (0, "", [])
    assert keys_of(run_cli) == [key]
    assert run_cli("show", "--json", f"key:{key}").json["key"] == key
    assert f"{{{key},\n" in run_cli("export").out
    assert run_cli("export", "--format", "biblatex").status == 0
    again = run_cli("import", "--json", path)
    assert (again.json["unchanged"], again.json["renamed"], again.err) == (1, [], "")


@pytest.mark.parametrize(
    ("key", "kept"),
    [("grün 1999", "grün1999"), ("a#b", "ab"), ("a\\b", "ab"), ("*", "paper"), ("a~b", "ab")],
)
def test_a_key_that_tex_refuses_is_replaced_by_name(run_cli: Run, tmp_path: Path, key: str, kept: str) -> None:
    path = bib(tmp_path, key)
    report = run_cli("import", "--json", path)
    assert report.json["renamed"] == [{"from": key, "to": kept}]
    assert (report.status, report.err) == (0, f"{key} cannot be a citation key: {kept} instead\n")
    assert keys_of(run_cli) == [kept]
    assert run_cli("show", "--json", f"key:{key}").json["key"] == kept
    again = run_cli("import", "--json", path)
    assert (again.json["unchanged"], again.json["renamed"]) == (1, [])


def test_keys_that_differ_by_case_alone_and_keys_given_twice_are_told_apart(run_cli: Run, tmp_path: Path) -> None:
    report = run_cli("import", "--json", bib(tmp_path, "Reed_1", "reed_1", "same", "same", "Озеро", "озеро"))
    assert keys_of(run_cli) == ["Reed_1", "reed_1a", "same", "samea", "Озеро", "озероa"]
    assert report.json["renamed"] == [
        {"from": "reed_1", "to": "reed_1a"},
        {"from": "same", "to": "samea"},
        {"from": "озеро", "to": "озероa"},
    ]


def test_keys_of_other_scripts_are_compared_with_those_of_the_library(run_cli: Run, tmp_path: Path) -> None:
    run_cli("import", bib(tmp_path, "Озеро"))
    other = tmp_path / "other.bib"
    other.write_text("@misc{ОЗЕРО, title={Something else entirely}, author={Otter, B}, year=2020}", encoding="utf-8")
    assert run_cli("import", "--json", other).json["renamed"] == [{"from": "ОЗЕРО", "to": "ОЗЕРОa"}]
    assert keys_of(run_cli) == ["ОЗЕРОa", "Озеро"]


def test_ids_become_former_keys(run_cli: Run, tmp_path: Path) -> None:
    path = bib(tmp_path, "new", extra=", ids={old, older,  Старый}")
    assert run_cli("import", path).status == 0
    for former in ("old", "older", "key:Старый"):
        assert run_cli("show", "--json", former).json["key"] == "new"
    assert run_cli("import", "--json", path).json["unchanged"] == 1


def test_ids_that_are_keys_of_other_papers_stay_theirs(run_cli: Run, tmp_path: Path) -> None:
    run_cli("import", bib(tmp_path, "owner"))
    path = tmp_path / "other.bib"
    path.write_text("@misc{new, title={Something else entirely}, author={Otter, B}, year=2020, ids={owner}}", "utf-8")
    assert run_cli("import", path).status == 0
    assert run_cli("show", "--json", "owner").json["key"] == "owner"


def test_biblatex_finds_an_entry_under_a_key_that_biber_refuses(run_cli: Run, tmp_path: Path) -> None:
    run_cli("import", bib(tmp_path, "O'Reed1999"))
    assert "1 key that biber refuses: O'Reed1999" in run_cli("export").err
    exported = run_cli("export", "--format", "biblatex")
    assert exported.err == ""
    text = exported.out
    assert "{OReed1999,\n" in text
    assert "ids = {O'Reed1999}" in text
    assert run_cli("show", "--json", "OReed1999").json["key"] == "O'Reed1999"
    path = tmp_path / "again.bib"
    path.write_text(text, encoding="utf-8")
    again = run_cli("import", "--json", path).json
    assert (again["new"], again["renamed"]) == (0, [])


def test_a_dump_keeps_given_and_former_keys(run_cli: Run, tmp_path: Path) -> None:
    run_cli("import", bib(tmp_path, "grün 1999", "2001", "湖", "O'Reed"))
    assert run_cli("dump", tmp_path / "dump").status == 0
    other = tmp_path / "other.db"
    assert run_cli("--db", other, "import", tmp_path / "dump").status == 0
    listed = run_cli("--db", other, "list", "--json").json
    assert sorted(paper["key"] for paper in listed) == ["2001", "O'Reed", "grün1999", "湖"]
    assert run_cli("--db", other, "show", "--json", "key:grün 1999").json["key"] == "grün1999"


def test_key_always_names_a_key(run_cli: Run, tmp_path: Path) -> None:
    run_cli("import", bib(tmp_path, "2", "second"))
    assert run_cli("show", "--json", "2").json["key"] == "second"
    assert run_cli("show", "--json", "key:2").json["key"] == "2"
    assert run_cli("show", "--json", "key:1").status == 1


@pytest.mark.parametrize("key", ["2", "002", "20010101", ".", "key:second", "second"])
def test_what_list_prints_first_names_this_paper_and_no_other(run_cli: Run, tmp_path: Path, key: str) -> None:
    run_cli("import", bib(tmp_path, key, "third"))
    printed = next(line for line in run_cli("list").out.splitlines() if not line.startswith("third\t"))
    assert run_cli("mark", "queued", "-", stdin=f"{printed}\n").status == 0
    marked = [paper["key"] for paper in run_cli("list", "--json", "status:queued").json]
    assert marked == [key]
    assert run_cli("list", "--format", "{key}", "status:queued").out == f"{key}\n"


def test_entries_without_a_key_get_one_of_ours(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "nokey.bib"
    path.write_text(
        "@article{,\n title={Empty Pond}, author={Heron, Ada}, journal={L}, year={2001}\n}\n"
        "@inproceedings{\ntitle={Missing Pond},\nauthor={Otter, Bo}, booktitle={Proc. L}, year={2002}\n}\n"
        "@book{ , title={Space Pond}, author={Reed, Cy}, publisher={P}, year={2003}}\n@MISC{ Title = {Loud Pond}}\n",
        encoding="utf-8",
    )
    report = run_cli("import", "--json", path)
    assert (report.status, report.json["new"], report.json["renamed"]) == (0, 4, [])
    assert keys_of(run_cli) == ["heron2001empty", "loudpond", "otter2002missing", "reed2003space"]


def test_a_first_field_without_a_key_before_it_is_no_key(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "nokey.bib"
    path.write_text(
        "@misc{year=2001, title={Empty Pond}, author={Heron, Ada}}\n"
        '@misc{title="Reeds", author={Otter, Bo}, year=2002, abstract={see\n@misc{a"b, or so}}}\n',
        encoding="utf-8",
    )
    assert run_cli("import", path).status == 0
    assert keys_of(run_cli) == ["heron2001empty", "otter2002reeds"]


@pytest.mark.parametrize(
    ("fields", "title"),
    [
        ("booktitle={Proc. of {L}akes}", "Proc. of Lakes"),
        (r"howpublished={\url{https://l.example/x}}", "https://l.example/x"),
        ("journal={Lakes}, volume=7, number=2, pages={11--20}, year=1999", "Lakes 7, 11–20 (1999)"),
        ("journaltitle={Lakes}, volume=7, date={1999-04}", "Lakes 7 (1999)"),
        ("journal={Lakes}, pages=5", "Lakes, 5"),
        ("maintitle={Waters}, booktitle={Lakes}", "Waters"),
        ("title={}, booktitle={Lakes}", "Lakes"),
    ],
)
def test_an_entry_without_a_title_has_another_field_as_its_title(
    run_cli: Run, tmp_path: Path, fields: str, title: str
) -> None:
    path = tmp_path / "untitled.bib"
    path.write_text(f"@misc{{k, author={{Heron, Ada}}, {fields}}}", encoding="utf-8")
    assert run_cli("import", path).status == 0
    assert [paper["title"] for paper in run_cli("list", "--json").json] == [title]
    for form in ("bibtex", "biblatex"):
        text = run_cli("export", "--format", form).out
        assert "  title = " not in text
        (again,) = read(text)[0]
        assert again.title == title


def test_an_entry_with_nothing_that_could_be_a_title_is_named(run_cli: Run, tmp_path: Path) -> None:
    path = tmp_path / "untitled.bib"
    path.write_text("@misc{k, author={Heron, Ada}, year=1999}", encoding="utf-8")
    assert "no title" in run_cli("import", path).err


def test_an_entry_that_a_file_repeats_word_for_word_is_one_paper_and_named(run_cli: Run, tmp_path: Path) -> None:
    entry = "@misc{twin, title={Editorial}, year=2020}\n"
    path = tmp_path / "repeated.bib"
    path.write_text(entry * 3 + entry.replace("2020", "2021"), encoding="utf-8")
    report = run_cli("import", "--json", path).json
    assert (report["found"], report["new"], report["unchanged"]) == (4, 2, 2)
    assert report["joined"] == [{"from": "twin", "into": "twin", "why": "the same entry twice"}] * 2
    assert keys_of(run_cli) == ["twin", "twina"]
    assert run_cli("import", "--json", path).json["unchanged"] == 4


@pytest.mark.parametrize("order", [(1, 0, 2), (2, 1, 0), (1,), (2,), (2, 0)])
def test_entries_with_one_key_stay_their_papers_in_another_order(
    run_cli: Run, tmp_path: Path, order: tuple[int, ...]
) -> None:
    path = bib(tmp_path, "same", "same", "same")
    entries = path.read_text(encoding="utf-8").splitlines(keepends=True)
    run_cli("import", path)
    before = run_cli("list", "--json").json
    for changed in (order, (0, 1, 2)):
        path.write_text("".join(entries[place] for place in changed), encoding="utf-8")
        again = run_cli("import", "--json", path).json
        assert (again["new"], again["updated"], again["unchanged"]) == (0, 0, len(changed))
    assert run_cli("list", "--json").json == before
