"""Large files are parsed in parts, and the import is the same as that of a file read as a whole."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.services.importing import input_formats, recognise

Run = Callable[..., Any]

CSL = [
    {"id": "a", "type": "article-journal", "title": "Ponds", "author": [{"family": "Doe", "given": "Jane"}]},
    "no object",
    {"id": "b", "type": "article-journal", "author": []},
    {"id": "c", "type": "book", "title": "Lakes", "issued": {"date-parts": [[2020]]}},
]
BIB = "@inproceedings{a, title = {Newts}, crossref = {p}}\n@misc{b, title = {\n@proceedings{p, title = {Ponds}}\n"
RIS = "TY  - JOUR\nTI  - Ponds\nER  - \nTY  - JOUR\nAU  - Doe, Jane\nER  - \nTY  - JOUR\nTI  - cut\n"
NBIB = "PMID- 12\nTI  - Ponds\nAU  - Doe J\nFAU - Doe, Jane\nDP  - 2020\n\nPMID- 13\nAU  - Doe J\n\n"


@pytest.fixture(params=["daily.json", "csl.json", "refs.bib", "refs.ris", "refs.nbib", "latin.bib"])
def file(request: pytest.FixtureRequest, tmp_path: Path, daily_file: Run) -> Path:
    path = tmp_path / str(request.param)
    if request.param == "daily.json":
        return Path(daily_file(5))
    texts = {"csl.json": json.dumps(CSL), "refs.bib": BIB, "refs.ris": RIS, "refs.nbib": NBIB}
    latin = "@misc{k, title = {Grüneisen}}\n@misc{l, title = {Ångström}}\n".encode("latin-1")
    path.write_bytes(texts[path.name].encode() if path.name in texts else latin)
    return path


@pytest.fixture
def in_parts(monkeypatch: pytest.MonkeyPatch) -> Callable[[], None]:
    """Return a function from whose call on every file is large."""

    def turn_on() -> None:
        monkeypatch.setattr(recognise, "_LARGE", 4)
        monkeypatch.setattr(input_formats, "_PART", 1)

    return turn_on


def test_parts_give_the_import_that_the_whole_gives(
    file: Path, run_cli: Run, tmp_path: Path, in_parts: Callable[[], None], monkeypatch: pytest.MonkeyPatch
) -> None:
    def content(library: str, *words: object, **more: object) -> tuple[object, ...]:
        done = run_cli("--db", tmp_path / library, "import", "--json", *words, **more)
        return done.status, done.err, done.json, run_cli("--db", tmp_path / library, "list", "--json").json

    whole = content("whole.db", file)
    in_parts()
    monkeypatch.setattr(recognise, "_parsed", None)
    assert content("parts.db", file) == whole


def test_standard_input_is_read_in_parts(run_cli: Run, in_parts: Callable[[], None]) -> None:
    in_parts()
    done = run_cli("import", "--json", "-", stdin=RIS)
    assert (done.json["new"], len(done.json["rejected"])) == (1, 2)


def test_an_error_in_the_middle_leaves_out_the_file_and_no_other(
    run_cli: Run, tmp_path: Path, in_parts: Callable[[], None]
) -> None:
    in_parts()
    broken, good = tmp_path / "broken.json", tmp_path / "good.ris"
    broken.write_text(json.dumps(CSL)[:-2] + "!]", encoding="utf-8")
    good.write_text("TY  - JOUR\nTI  - Rivers\nER  - \n", encoding="utf-8")
    done = run_cli("import", "--json", broken, good)
    assert (done.status, done.json["new"]) == (1, 1)
    assert [part["where"] for part in done.json["rejected"]] == [str(broken)]
    assert "broken JSON: Expecting" in done.json["rejected"][0]["why"]
    assert [paper["title"] for paper in run_cli("list", "--json").json] == ["Rivers"]


def test_an_object_is_read_as_a_whole(run_cli: Run, tmp_path: Path, in_parts: Callable[[], None]) -> None:
    in_parts()
    (tmp_path / "csl.json").write_text(json.dumps({"items": CSL}), encoding="utf-8")
    assert run_cli("import", "--json", tmp_path / "csl.json").json["new"] == 2


@pytest.mark.parametrize("text", ["[ ]", "[1, 2]", '[{"a": 1}]'])
def test_an_array_without_papers(run_cli: Run, tmp_path: Path, in_parts: Callable[[], None], text: str) -> None:
    file = tmp_path / "other.json"
    file.write_text(text, encoding="utf-8")
    whole = run_cli("import", file)
    in_parts()
    assert run_cli("import", file) == whole
