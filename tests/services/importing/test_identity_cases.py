"""Records of one work and of two, imported one after the other into an empty library."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

Run = Callable[..., Any]

CASES = Path(__file__).resolve().parents[3] / ".." / "shared" / "cases"
NAMES = {"bib": "refs.bib", "json": "daily.json", "xml": "feed.xml"}


def _pairs() -> list[Any]:
    path = CASES / "identity" / "pairs.json"
    return json.loads(path.read_text(encoding="utf-8")) if path.is_file() else []


shared = pytest.mark.skipif(not CASES.is_dir(), reason=f"no cases at {CASES}")


def papers(run_cli: Run) -> list[dict[str, Any]]:
    every = "status:inbox,queued,reading,done,dropped"
    return [paper for paper in run_cli("list", every, "--json").json if paper["title"] != "Unrelated Filler"]


@pytest.mark.recorded
@shared
@pytest.mark.parametrize("turned", [False, True], ids=["in turn", "turned"])
@pytest.mark.parametrize("pair", _pairs(), ids=[pair["what"] for pair in _pairs()])
def test_a_pair_of_records(pair: dict[str, Any], turned: bool, run_cli: Run, tmp_path: Path) -> None:
    for number, record in enumerate(reversed(pair["records"]) if turned else pair["records"]):
        path = tmp_path / str(number) / NAMES[record["form"]]
        path.parent.mkdir()
        path.write_text(record["text"], encoding="utf-8")
        assert run_cli("import", path).status == 0
    assert len(papers(run_cli)) == pair["papers"]


@pytest.mark.recorded
@shared
@pytest.mark.parametrize(
    ("name", "found"),
    [
        ("identity/letters.bib", 6),
        ("identity/editorials.bib", 4),
        ("identity/same-title.xml", 4),
        ("feeds/same-guid.xml", 3),
        ("feeds/biorxiv-v2.bib", 1),
    ],
)
def test_a_file_of_cases(name: str, found: int, run_cli: Run, tmp_path: Path) -> None:
    for _ in range(2):
        assert run_cli("import", CASES / name).status == 0
        assert len(papers(run_cli)) == found
    if name.startswith("identity") and name.endswith(".bib"):
        text = run_cli("export").out
        keys = [line.partition("{")[2].rstrip(",") for line in text.splitlines() if line.startswith("@")]
        assert len(keys) == found
        for entry in (CASES / name).read_text().splitlines():
            assert entry.partition("{")[2].partition(",")[0] in keys


def bib(tmp_path: Path, name: str, text: str) -> Path:
    path = tmp_path / name
    path.write_text(text, encoding="utf-8")
    return path


LETTERS = """
@article{a:1, author = {Ada Heron}, title = {Letters}, journal = {J}, volume = 1, pages = {1}, year = 1980}
@article{a:2, author = {Bob Pond}, title = {Letters}, journal = {J}, volume = 2, pages = {127}, year = 1981}
@article{a:3, author = {Bob Pond}, title = {Letters}, journal = {J}, volume = 2, pages = {130}, year = 1981}
@article{a:4, author = {Cy Reed}, title = {The Typographer at Work}, journal = {J}, volume = 3, pages = 1, year = 1982}
@article{a:5, author = {Di Lake}, title = {The Typographer at Work}, journal = {J}, volume = 9, pages = 4, year = 1988}
"""


def test_rubrics_of_one_file_are_papers_of_their_own_also_the_second_time(run_cli: Run, tmp_path: Path) -> None:
    path = bib(tmp_path, "letters.bib", LETTERS)
    first = run_cli("import", path, "--json").json
    assert (first["new"], first["joined"], first["look_alikes"]) == (5, [], 0)
    again = run_cli("import", path, "--json").json
    assert (again["unchanged"], again["new"], again["updated"]) == (5, 0, 0)
    assert sorted(paper["key"] for paper in papers(run_cli)) == ["a:1", "a:2", "a:3", "a:4", "a:5"]
    assert len(run_cli("undo", "--list", "--json").json) == 1


def test_a_corrected_entry_corrects_its_paper(run_cli: Run, tmp_path: Path) -> None:
    path = bib(tmp_path, "letters.bib", LETTERS)
    run_cli("import", path)
    path.write_text(LETTERS.replace("pages = {127}", "pages = {128}").replace("Bob Pond", "Bob Ponder", 1))
    report = run_cli("import", path, "--json").json
    assert (report["updated"], report["unchanged"], report["new"]) == (1, 4, 0)
    assert run_cli("show", "a:2", "--json").json["authors"] == ["Bob Ponder"]
    assert "128" in run_cli("export").out
    run_cli("undo")
    assert run_cli("show", "a:2", "--json").json["authors"] == ["Bob Pond"]


def test_a_moved_file_brings_nothing_new(run_cli: Run, tmp_path: Path) -> None:
    run_cli("import", bib(tmp_path, "letters.bib", LETTERS))
    report = run_cli("import", bib(tmp_path, "moved.bib", LETTERS), "--json").json
    assert (report["unchanged"], report["joined"], report["look_alikes"]) == (5, [], 0)


def test_a_key_over_another_work_is_another_paper_and_named(run_cli: Run, tmp_path: Path) -> None:
    run_cli("import", bib(tmp_path, "letters.bib", LETTERS))
    other = "@article{a:1, author = {Flo Marsh}, title = {Letters}, journal = {K}, volume = 7, year = 2001}"
    result = run_cli("import", bib(tmp_path, "other.bib", other), "--json")
    assert (result.json["new"], result.json["renamed"]) == (1, [{"from": "a:1", "to": "a:1a"}])
    assert "a:1a" in result.err


def test_a_key_that_its_file_gives_to_the_next_part_is_another_paper(run_cli: Run, tmp_path: Path) -> None:
    entry = "@article{{doe, title = {{Gardens {0}}}, author = {{Jane Doe}}, year = 2026, eprint = {{2611.0000{0}}}}}"
    for part in (1, 2):
        result = run_cli("import", bib(tmp_path, "parts.bib", entry.format(part)), "--json")
    assert (result.json["new"], result.json["renamed"]) == (1, [{"from": "doe", "to": "doea"}])
    assert run_cli("check").out == "no problems\n"


def test_two_keys_of_one_file_are_two_papers_unless_an_id_joins_them(run_cli: Run, tmp_path: Path) -> None:
    entry = "@article{{{0}, author = {{Doe, Jane}}, title = {{A Long and Particular Title}}, year = 2020{1}}}\n"
    apart = run_cli("import", bib(tmp_path, "a.bib", entry.format("one", "") + entry.format("two", "")), "--json")
    assert (apart.json["new"], apart.json["joined"]) == (2, [])
    doi = ", doi = {10.1000/1}"
    joined = run_cli("import", bib(tmp_path, "b.bib", entry.format("x", doi) + entry.format("y", doi)), "--json")
    assert joined.json["joined"][-1] == {"from": "y", "into": "x", "why": "doi"}
    assert "y is the paper x (doi)" in joined.err


@pytest.mark.parametrize(("title", "is_named"), [("Bridges of Ice", True), ("A long and particular titel", False)])
def test_a_record_without_a_key_that_has_the_doi_of_another_title_is_named(
    run_cli: Run, tmp_path: Path, title: str, is_named: bool
) -> None:
    """Its DOI may have been copied from another record."""
    entry = "@article{x, author = {Doe, Jane}, title = {A Long and Particular Title}, doi = {10.1000/1}}"
    run_cli("import", bib(tmp_path, "refs.bib", entry))
    record = f"TY  - JOUR\nTI  - {title}\nAU  - Roe, Max\nDO  - 10.1000/1\nER  -\n"
    path = bib(tmp_path, "records.ris", record)
    joined = run_cli("import", path, "--json").json["joined"]
    assert joined == ([{"from": f"{path}: record 1", "into": "x", "why": "doi"}] if is_named else [])
    listed = run_cli("import", bib(tmp_path, "list.txt", "10.1000/1\n"), "--json")
    assert listed.json["joined"] == []


@pytest.mark.parametrize("form", ["bibtex", "biblatex"])
def test_its_own_export_changes_nothing(run_cli: Run, tmp_path: Path, daily_file: Run, form: str) -> None:
    run_cli("import", bib(tmp_path, "letters.bib", LETTERS), daily_file(3))
    text = run_cli("export", "--format", form).out
    before = papers(run_cli)
    report = run_cli("import", bib(tmp_path, "export.bib", text), "--json").json
    assert (report["unchanged"], report["new"], report["updated"]) == (8, 0, 0)
    assert papers(run_cli) == before
    assert len(run_cli("undo", "--list", "--json").json) == 1


def test_its_export_for_biber_changes_nothing_though_keys_are_spelt_otherwise(run_cli: Run, tmp_path: Path) -> None:
    entries = "@misc{o'hara, title = {Cellos}, doi = {10.1234/o}}\n@misc{o'keeffe, title = {On Violas and Violins}}"
    run_cli("import", bib(tmp_path, "refs.bib", entries))
    for form in ("bibtex", "biblatex", "biblatex"):
        path = bib(tmp_path, "export.bib", run_cli("export", "--format", form).out)
        assert ("{o'hara," in path.read_text()) == (form == "bibtex")
        report = run_cli("import", path, "--json").json
        assert (report["unchanged"], report["joined"]) == (2, [])


FEED = """\
<rss version="2.0" xmlns:dc="http://purl.org/dc/elements/1.1/"><channel><title>A Journal</title>{}</channel></rss>"""
ITEM = "<item><title>{title}</title><link>https://j.example/{number}</link><guid>{number}</guid>{more}</item>"


def test_next_months_editorial_is_new(run_cli: Run, tmp_path: Path) -> None:
    for number in (1, 2, 3):
        items = ITEM.format(title="Editorial", number=number, more="<dc:creator>Jane Doe</dc:creator>")
        run_cli("import", bib(tmp_path, f"{number}.xml", FEED.format(items)))
        run_cli("mark", "dropped", number)
    assert len(papers(run_cli)) == 3
    run_cli("import", tmp_path / "1.xml", tmp_path / "2.xml")
    assert [paper["status"] for paper in papers(run_cli)] == ["dropped"] * 3


def test_next_months_editorial_is_new_also_if_only_its_date_differs(run_cli: Run, tmp_path: Path) -> None:
    item = "<item><title>{}</title><pubDate>{} 2026 08:00:00 GMT</pubDate></item>"
    months = [item.format(title, month) for month in ("01 Sep", "01 Oct") for title in ("Editorial", "On Ponds")]
    first, second = (bib(tmp_path, f"{n}.xml", FEED.format("".join(months[2 * n : 2 * n + 2]))) for n in (0, 1))
    for path in (first, second):
        assert run_cli("import", "--feed", "j", path).status == 0
    found = [(paper["title"], paper["published"]) for paper in papers(run_cli)]
    assert sorted(found)[:2] == [("Editorial", "2026-09-01"), ("Editorial", "2026-10-01")]
    assert len(found) == 3
    assert run_cli("import", "--json", "--feed", "j", second).json["unchanged"] == 2


def test_a_title_that_changes_at_its_address_is_followed(run_cli: Run, tmp_path: Path) -> None:
    for title in ("A Draft", "The Finished Paper"):
        run_cli("import", bib(tmp_path, "feed.xml", FEED.format(ITEM.format(title=title, number=7, more=""))))
    (paper,) = papers(run_cli)
    assert paper["title"] == "The Finished Paper"


def test_the_title_of_a_browsers_tab_is_the_papers(run_cli: Run, tmp_path: Path) -> None:
    item = ITEM.format(title="[1706.03762] Attention Is All You Need", number=1, more="")
    run_cli("import", bib(tmp_path, "feed.xml", FEED.format(item)))
    (paper,) = papers(run_cli)
    assert (paper["title"], paper["arxiv_id"]) == ("Attention Is All You Need", "1706.03762")


DAILY = """[{"paper": {"id": "2601.00004", "title": "On the decay of sparse networks, part 4", "summary": "It decays.",
 "authors": [{"name": "Ada Lovelace"}], "publishedAt": "2026-01-05T00:00:00.000Z"}}]"""


def entry(title: str, rest: str) -> str:
    return f"@article{{decay, title = {{{title}}}, {rest}}}"


def test_an_entry_is_compared_with_its_own_last_version(run_cli: Run, tmp_path: Path) -> None:
    # The last version is like the paper of the feed in its title, and like the first version in author and year.
    bib(tmp_path, "daily.json", DAILY)
    run_cli("import", tmp_path / "daily.json")
    by_curie = "author = {Marie Curie}, year = 1911"
    run_cli("import", bib(tmp_path, "refs.bib", entry("Of radium", f"{by_curie}, eprint = {{2601.00004}}")))
    assert len(papers(run_cli)) == 1
    title = "On the decay of dense networks, part 4"
    run_cli("import", bib(tmp_path, "refs.bib", entry(title, f"{by_curie}, doi = {{10.1000/15}}")))
    assert len(papers(run_cli)) == 2
    assert run_cli("check").status == 0


def test_a_corrected_entry_keeps_its_paper_and_is_no_damage(run_cli: Run, tmp_path: Path) -> None:
    by_lovelace = "author = {Ada Lovelace}, year = 2026"
    first = entry("On the decay of sparse networks, part 4", f"{by_lovelace}, eprint = {{2601.00004}}")
    run_cli("import", bib(tmp_path, "of-a-colleague.bib", first), bib(tmp_path, "refs.bib", first))
    published = entry("On the decay of sparse and dense networks", f"{by_lovelace}, doi = {{10.1000/15}}")
    run_cli("import", bib(tmp_path, "refs.bib", published))
    assert len(papers(run_cli)) == 1
    assert run_cli("check").status == 0


def test_a_key_that_its_author_uses_again_makes_a_new_paper(run_cli: Run, tmp_path: Path) -> None:
    by_curie = "author = {Marie Curie}, year = 1911"
    run_cli("import", bib(tmp_path, "refs.bib", entry("Of radium", f"{by_curie}, doi = {{10.1000/1}}")))
    run_cli("import", bib(tmp_path, "refs.bib", entry("The half-life of polonium", f"{by_curie}, volume = 2")))
    assert len(papers(run_cli)) == 2


@pytest.mark.parametrize("turned", [False, True], ids=["in turn", "turned"])
def test_two_entries_of_one_title_stay_two_papers_if_one_has_the_key_of_another_work(
    turned: bool, run_cli: Run, tmp_path: Path
) -> None:
    path, other = tmp_path / "refs.bib", tmp_path / "other.bib"
    warm = "title={Warm ponds of the north}, author={Ott, Ida}, year=1911, eprint={2611.00004}}"
    path.write_text("@article{k, " + warm)
    other.write_text("@article{o, " + warm.replace("1911", "1912"))
    # Two sources: the record of each is stored.
    run_cli("import", path, other)
    assert len(papers(run_cli)) == 1
    entries = [
        "@article{k, title={Cold lakes of the south}, author={Ott, Ida}, year=1911, eprint={2611.00003}}",
        "@article{l, title={Cold lakes of the south}, author={Ott, Ida}, year=1911, doi={10.1000/8}}",
    ]
    path.write_text("\n".join(reversed(entries) if turned else entries))
    for _ in range(2):
        run_cli("import", path)
        assert len(papers(run_cli)) == 3
        assert run_cli("check").status == 0


def test_an_entry_of_another_title_is_still_its_paper_if_the_paper_has_this_title(run_cli: Run, tmp_path: Path) -> None:
    path, other = tmp_path / "refs.bib", tmp_path / "other.bib"
    path.write_text("@misc{k, title={Warm ponds of the north}, author={Ott, Ida}, year=1911, eprint={2611.00004}}")
    other.write_text("@misc{l, title={Cold lakes of the south}, author={Ott, Ida}, year=1911, eprint={2611.00004}}")
    run_cli("import", path, other)
    assert len(papers(run_cli)) == 1
    path.write_text("@misc{k, title={Cold lakes of the south}, author={Ott, Ida}, year=1911}")
    run_cli("import", path)
    assert len(papers(run_cli)) == 1
