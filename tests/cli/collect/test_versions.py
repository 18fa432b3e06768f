"""Once a week a sync asks arXiv for the present versions of the papers to be read."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from arxiv_search import ArxivApi, Record
from loopback import Reply
from papers_web import PapersWeb

Run = Callable[..., Any]

PONDS = Record("2611.00042", "Ponds that Freeze", ("Ada Heron",), "We look at ponds.", "2026-11-02")
LAKES = Record("2611.00043", "Lakes that Freeze", ("Bo Otter",), "We look at lakes.", "2026-11-02")
WITHDRAWN = PONDS._replace(abstract="This paper has been withdrawn by the author.", version=2)
REPLACED = LAKES._replace(title="Lakes that Freeze Late", abstract="We look at late lakes.", version=3)


@pytest.fixture
def reading(run_cli: Run, web: PapersWeb, monkeypatch: pytest.MonkeyPatch) -> PapersWeb:
    """A library with a queued, a reading and a dropped paper of arXiv, added on Monday, 23 November."""
    web.has(PONDS, LAKES, Record("2611.00044", "Rivers that Freeze", ("Cy Reed",)))
    assert run_cli("add", "2611.00042", "2611.00043", "2611.00044").status == 0
    assert run_cli("mark", "reading", "2611.00043").status == 0
    assert run_cli("mark", "dropped", "2611.00044").status == 0
    web.arxiv = ArxivApi([])
    return web


def sync_on(monkeypatch: pytest.MonkeyPatch, run_cli: Run, day: str) -> str:
    monkeypatch.setenv("READQ_NOW", f"{day}T12:00:00+01:00")
    result = run_cli("sync")
    assert result.status == 0
    return str(result.err)


def test_a_withdrawal_and_a_new_version_are_noticed_in_one_request(
    reading: PapersWeb, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    reading.has(WITHDRAWN, REPLACED)
    err = sync_on(monkeypatch, run_cli, "2026-12-01")
    assert "2 papers to be read changed on arXiv" in err
    assert "withdrawn: #1 Ponds that Freeze" in err
    assert len(reading.arxiv.asked) == 1
    assert sorted(reading.arxiv.asked[0]["id_list"].split(",")) == ["2611.00042", "2611.00043"]
    ponds, lakes = (run_cli("show", one, "--json").json for one in ("1", "2"))
    assert (ponds["status"], ponds["version"], ponds["abstract"]) == ("queued", 2, WITHDRAWN.abstract)
    assert (lakes["status"], lakes["version"], lakes["title"]) == ("reading", 3, "Lakes that Freeze Late")
    assert ponds["sightings"] == []


def test_arxiv_is_asked_once_a_week(reading: PapersWeb, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    reading.has(PONDS, LAKES)
    asked = []
    for day in ("2026-11-25", "2026-12-01", "2026-12-02", "2026-12-07", "2026-12-09"):
        err = sync_on(monkeypatch, run_cli, day)
        assert "changed" not in err
        asked.append(len(reading.arxiv.asked))
    assert asked == [0, 1, 1, 1, 2]


def test_a_failure_is_tried_again_at_the_next_sync(
    reading: PapersWeb, run_cli: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    answers = reading.server.routes["/api/query"]
    reading.server.routes["/api/query"] = Reply(b"no", 404)
    assert "withdrawn" not in sync_on(monkeypatch, run_cli, "2026-12-01")
    reading.server.routes["/api/query"] = answers
    reading.has(WITHDRAWN)
    assert "withdrawn: #1" in sync_on(monkeypatch, run_cli, "2026-12-02")


def test_a_withdrawal_is_told_once(reading: PapersWeb, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    reading.has(WITHDRAWN)
    assert "withdrawn: #1" in sync_on(monkeypatch, run_cli, "2026-12-01")
    assert "withdrawn" not in sync_on(monkeypatch, run_cli, "2026-12-09")


def test_a_withdrawal_is_told_once_also_if_the_paper_keeps_the_abstract_of_its_bib_file(
    reading: PapersWeb, run_cli: Run, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    refs = tmp_path / "refs.bib"
    refs.write_text(
        "@misc{own, title={Creeks that Freeze}, author={Dee Vole}, year=2026, eprint={2611.00050},"
        " archiveprefix={arXiv}, abstract={We look at creeks.}}\n"
    )
    assert run_cli("import", "--status", "queued", refs).status == 0
    creeks = Record("2611.00050", "Creeks that Freeze", ("Dee Vole",), "We look at creeks.", "2026-11-02")
    reading.has(creeks._replace(abstract=WITHDRAWN.abstract, version=2))
    assert "withdrawn: #4 Creeks" in sync_on(monkeypatch, run_cli, "2026-12-01")
    assert run_cli("show", "own", "--json").json["abstract"] == "We look at creeks."
    for day in ("2026-12-09", "2026-12-17"):
        assert "withdrawn" not in sync_on(monkeypatch, run_cli, day)
    assert run_cli("import", "--json", refs).json["unchanged"] == 1
