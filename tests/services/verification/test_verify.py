"""Verifying bibliographies at made-up registries on 127.0.0.1."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from arxiv_search import Record
from loopback import Reply, Seen
from papers_web import PapersWeb, json_reply

Run = Callable[..., Any]

TOPICS = "lattices glaciers enzymes robots comets soils proteins markets reefs vowels".split()  # noqa: SIM905
METHODS = "spectral stochastic neural convex causal discrete robust sparse adaptive Bayesian".split()  # noqa: SIM905
FAMILIES = "Noether Lovelace Hopper Curie Meitner Franklin Johnson Germain Ibn Ångström".split()  # noqa: SIM905


class Registry(PapersWeb):
    """Crossref with updates and search, OpenAlex with retractions."""

    def __init__(self, server: Any) -> None:  # noqa: ANN401 - of the fixture
        super().__init__(server)
        self.notices: list[dict[str, Any]] = []
        self.retracted_at_openalex: set[str] = set()
        self.asked: list[str] = []
        self.refused = "nothing"
        """The beginning of the filters for which the server is down."""

    def _works(self, seen: Seen) -> Reply:
        self.asked.append(seen.path)
        query = seen.query
        if words := query.get("query.bibliographic"):
            wanted = set(words.lower().split())
            ranked = sorted(self.works.values(), key=lambda item: -len(wanted & set(item["title"][0].lower().split())))
            return json_reply({"message": {"items": ranked[:5]}})
        filters = query.get("filter", "")
        if filters.startswith(self.refused):
            return Reply(b"", 500)
        if filters.startswith("updates:"):
            dois = {name.removeprefix("updates:") for name in filters.split(",")}
            found = [one for one in self.notices if dois & {update["DOI"] for update in one["update-to"]}]
            return json_reply({"message": {"items": found}})
        if filters.startswith("is_retracted"):
            dois = set(filters.partition("doi:")[2].split("|"))
            return json_reply(
                {
                    "results": [
                        {"doi": f"https://doi.org/{doi}", "is_retracted": True}
                        for doi in dois & self.retracted_at_openalex
                    ]
                }
            )
        return super()._works(seen)


@pytest.fixture
def registry(papers_server: Any, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Registry:  # noqa: ANN401
    web = Registry(papers_server)
    for name, value in web.environ.items():
        monkeypatch.setenv(name, value)
    monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
    return web


@pytest.fixture
def papers_server(loopback: Any) -> Any:  # noqa: ANN401
    return loopback


def title(number: int) -> str:
    return f"{METHODS[number % 10].capitalize()} methods for {TOPICS[number // 10 % 10]} in setting {number}"


def registered(registry: Registry, number: int, **facts: object) -> str:
    """Register a work. Return the entry that cites it."""
    doi, family, year = f"10.5555/work.{number}", FAMILIES[number % 10], 1990 + number % 30
    registry.registers(
        doi,
        title=[title(number)],
        author=[{"family": family, "given": "Ada"}, {"family": "Other", "given": "B."}],
        issued={"date-parts": [[year, 3]]},
        **facts,
    )
    return entry(f"k{number}", title(number), family, year, f"doi = {{{doi}}}")


def entry(key: str, name: str, family: str, year: int, more: str = "") -> str:
    return (
        f"@article{{{key}, author = {{{family}, Ada and Other, B.}}, title = {{{name}}}, journal = {{J}},"
        f" year = {year}, {more}}}\n"
    )


def verified(run_cli: Run, bib: Path, entries: list[str]) -> tuple[int, dict[str, dict[str, Any]]]:
    bib.write_text("".join(entries), encoding="utf-8")
    done = run_cli("verify", "--bib", bib, "--json")
    return done.status, {one["key"]: one for one in done.json}


def findings(verdicts: dict[str, dict[str, Any]]) -> set[str]:
    return {key for key, one in verdicts.items() if one["found"] is False or one["retracted"] or one["differs"]}


def test_forty_retractions_and_two_hundred_good_entries(registry: Registry, run_cli: Run, tmp_path: Path) -> None:
    good = [registered(registry, number) for number in range(100, 250)]
    # Cited without DOI, by a subtitle less, or with braces and LaTeX.
    good += [registered(registry, number).partition("doi =")[0] + "}\n" for number in range(250, 275)]
    for number in range(275, 300):
        text = registered(registry, number, subtitle=["A long account of it"])
        good.append(text.replace("Ångström", '{\\AA}ngstr{\\"o}m').replace("methods", "{Methods}"))
    retracted = []
    for number in range(40):
        kind = ("retraction", "withdrawal", "Retraction", "removal")[number % 4]
        update = {"DOI": f"10.5555/notice.{number}", "type": kind, "label": "Retraction"}
        if number < 16:
            retracted.append(registered(registry, number, **{"updated-by": [update]}))
        elif number < 28:
            retracted.append(registered(registry, number))
            doi = f"10.5555/work.{number}"
            registry.notices.append(
                {"DOI": update["DOI"], "title": ["Notice"], "update-to": [{"DOI": doi, "type": kind}]}
            )
        elif number < 34:
            retracted.append(registered(registry, number))
            registry.retracted_at_openalex.add(f"10.5555/work.{number}")
        else:
            text = registered(registry, number)
            registry.works[f"10.5555/work.{number}"]["title"] = [f"RETRACTED: {title(number)}"]
            retracted.append(text)
    corrected = registered(registry, 300, **{"updated-by": [{"DOI": "10.5555/c", "type": "correction"}]})
    status, verdicts = verified(run_cli, tmp_path / "refs.bib", [*good, *retracted, corrected])
    assert status == 1
    assert len(verdicts) == 241
    assert {key for key, one in verdicts.items() if one["retracted"]} == {f"k{number}" for number in range(40)}
    assert findings(verdicts) == {f"k{number}" for number in range(40)}
    assert verdicts["k20"]["notice"] == "10.5555/notice.20"


def test_invented_references_are_named(registry: Registry, run_cli: Run, tmp_path: Path) -> None:
    good = [registered(registry, number) for number in range(20)]
    invented = [
        entry("i0", "Emergent weather of silicon oceans", "Nobody", 2021),
        entry("i1", "Emergent weather of silicon oceans", "Nobody", 2021, "doi = {10.5555/none.1}"),
        entry("i2", "A title that nobody wrote on anything", "Noether", 2001, "doi = {10.5555/work.3}"),
        entry("i3", title(4), "Somebody", 2022),
        entry("i4", title(5), FAMILIES[5], 2022, "doi = {10.5555/work.5}"),
        entry("i5", "Attention of the fourth kind", "Vaswani", 2017, "eprint = {2699.99999}, archiveprefix = {arXiv}"),
        entry("i6", title(6), FAMILIES[6], 1996, "doi = {10.5555/none.6}"),
        entry("i7", f"{title(7)}, part II", FAMILIES[7], 1997),
        entry("i8", "Robust methods for", "Nobody", 1997),
        entry("i9", "深い学習の未来", "山田", 2019),
    ]
    status, verdicts = verified(run_cli, tmp_path / "refs.bib", [*good, *invented])
    assert status == 1
    assert findings(verdicts) == {f"i{number}" for number in range(10)}
    assert verdicts["i6"]["differs"] == [{"field": "doi", "here": "10.5555/none.6", "there": "10.5555/work.6"}]
    assert [one["field"] for one in verdicts["i4"]["differs"]] == ["year"]
    assert "author" in [one["field"] for one in verdicts["i3"]["differs"]]


def test_a_work_of_a_kind_that_registries_rarely_list_is_not_invented(
    registry: Registry, run_cli: Run, tmp_path: Path
) -> None:
    entries = [
        "@misc{page, title = {Rules of a lamp forum}, author = {{Lamp Forum}}, howpublished = {\\url{https://l.example}}}",
        "@software{code, title = {Lampcode}, author = {Falk, Mia}, year = 2020}",
        "@misc{gone, title = {Not by anybody}, author = {Falk, M.}, eprint = {2612.99999}, archiveprefix = {arXiv}}",
    ]
    status, verdicts = verified(run_cli, tmp_path / "refs.bib", entries)
    assert (status, {key: one["found"] for key, one in verdicts.items()}) == (
        1,
        {"page": None, "code": None, "gone": False},
    )
    (tmp_path / "blog.xml").write_text(
        '<rss version="2.0"><channel><title>Lamps</title><item><title>Why lamps draw moths in June</title>'
        "<link>https://lamps.example/why</link></item></channel></rss>"
    )
    run_cli("import", tmp_path / "blog.xml")
    (verdict,) = run_cli("verify", "--json").json
    assert (verdict["found"], verdict["why"]) == (None, "the registries list few works of type misc")


@pytest.mark.parametrize("reply", [Reply(b"", 406), Reply(b"<html>the paper</html>", content_type="text/html")])
def test_a_doi_whose_agency_sends_no_record_is_not_invented(
    registry: Registry, run_cli: Run, tmp_path: Path, reply: Reply
) -> None:
    registry.route("/10.5555/far.1", reply)
    registry.route("/doiRA/10.5555/far.1", json_reply([{"DOI": "10.5555/far.1", "RA": "ISTIC"}]))
    registry.route("/doiRA/10.5555/none.1", json_reply([{"DOI": "10.5555/none.1", "status": "DOI does not exist"}]))
    entries = [
        entry("far", "Lamps of a far province", "Falk", 2010, "doi = {10.5555/far.1}"),
        entry("none", "Emergent weather of silicon oceans", "Nobody", 2021, "doi = {10.5555/none.1}"),
    ]
    status, verdicts = verified(run_cli, tmp_path / "refs.bib", entries)
    assert (status, verdicts["far"]["found"], verdicts["none"]["found"]) == (1, None, False)
    assert verdicts["far"]["why"] == "istic registered the DOI 10.5555/far.1, but sent no record of the work"


def test_another_spelling_of_an_umlaut_is_no_difference(registry: Registry, run_cli: Run, tmp_path: Path) -> None:
    registry.registers("10.5555/u.1", title=[title(1)], author=[{"family": "Mueller", "given": "Ada"}])
    registry.registers("10.5555/u.2", title=[title(2)], author=[{"family": "Schröder", "given": "Ada"}])
    entries = [
        entry("a", title(1), 'M{\\"u}ller', 2010, "doi = {10.5555/u.1}"),
        entry("b", title(2), "Schroeder", 2010, "doi = {10.5555/u.2}"),
        entry("c", title(2), "Schrader", 2010, "doi = {10.5555/u.2}"),
    ]
    _, verdicts = verified(run_cli, tmp_path / "refs.bib", entries)
    assert findings(verdicts) == {"c"}


def test_preprints_are_asked_at_arxiv(registry: Registry, run_cli: Run, tmp_path: Path) -> None:
    registry.has(
        Record("2401.00001", "Sound work on something", ("Ada Lovelace",), "Text."),
        Record("2401.00002", "Unsound work on something", ("Ada Lovelace",), "This paper has been withdrawn."),
        Record("2401.00003", "Work on drugs", ("Ada Lovelace",), "Subjects were withdrawn from treatment."),
    )
    more = "eprint = {{2401.0000{}}}, archiveprefix = {{arXiv}}"
    entries = [
        entry("a", "Sound work on something", "Lovelace", 2024, more.format(1)),
        entry("b", "Unsound work on something", "Lovelace", 2024, more.format(2)),
        entry("c", "Sound work on something", "Lovelace", 2026, more.format(1)),
        entry("e", "Work on drugs", "Lovelace", 2024, more.format(3)),
        entry("d", "Sound work on something", "Lovelace", 2011, more.format(1)),
    ]
    _, verdicts = verified(run_cli, tmp_path / "refs.bib", entries)
    assert {key for key, one in verdicts.items() if one["retracted"]} == {"b"}
    assert findings(verdicts) == {"b", "d"}
    assert {one["source"] for one in verdicts.values()} == {"arxiv"}


def test_answers_are_asked_for_in_batches_and_kept(registry: Registry, run_cli: Run, tmp_path: Path) -> None:
    entries = [registered(registry, number) for number in range(80)]
    verified(run_cli, tmp_path / "refs.bib", entries)
    assert len(registry.asked) <= 6
    registry.asked.clear()
    assert verified(run_cli, tmp_path / "refs.bib", entries)[0] == 0
    assert registry.asked == []
    (tmp_path / "cache" / "readq" / "verified.json").write_text("{ broken")
    assert verified(run_cli, tmp_path / "refs.bib", entries)[0] == 0


@pytest.mark.parametrize(
    "reply",
    [
        Reply(b"", 500),
        Reply(b"<html>busy</html>", content_type="text/html"),
        Reply(b"[[[[", content_type="application/json"),
        json_reply(
            {"message": {"items": [{"DOI": "10.5555/another", "title": ["Another"]}, 7, {"DOI": 9, "title": {}}]}}
        ),
    ],
)
def test_services_that_are_down_or_lie_invent_no_finding(
    registry: Registry, run_cli: Run, tmp_path: Path, reply: Reply
) -> None:
    entries = [registered(registry, 1)]
    registry.route("/works", reply)
    registry.route("/works/10.5555/work.1", reply)
    registry.route("/dois/10.5555/work.1", Reply(b"", 500))
    _, verdicts = verified(run_cli, tmp_path / "refs.bib", entries)
    assert findings(verdicts) == set()
    assert verdicts["k1"]["found"] is None
    assert verdicts["k1"]["why"]


@pytest.mark.parametrize("service", ["updates:", "is_retracted"])
@pytest.mark.parametrize("by", ["doi", "title"])
def test_a_work_that_could_not_be_checked_for_a_retraction_is_not_sound(
    registry: Registry, run_cli: Run, tmp_path: Path, service: str, by: str
) -> None:
    bib, text = tmp_path / "refs.bib", registered(registry, 1)
    entries = [text if by == "doi" else text.partition("doi =")[0] + "}\n"]
    registry.retracted_at_openalex.add("10.5555/work.1")
    registry.refused = service
    for _ in range(2):
        status, verdicts = verified(run_cli, bib, entries)
        assert (status, verdicts["k1"]["found"], verdicts["k1"]["retracted"]) == (1, True, None)
        assert "500" in verdicts["k1"]["why"]
    printed = run_cli("verify", "--bib", bib)
    assert printed.out.startswith("k1\tnot checked for a retraction: ")
    assert printed.err == "1 entry: 0 with problems, 1 not checked\n"
    registry.refused = "nothing"
    status, verdicts = verified(run_cli, bib, entries)
    assert (status, verdicts["k1"]["retracted"], verdicts["k1"]["source"]) == (1, True, "openalex")


def test_a_notice_that_was_found_counts_although_openalex_is_down(
    registry: Registry, run_cli: Run, tmp_path: Path
) -> None:
    entries = [registered(registry, number) for number in (1, 2)]
    update = {"DOI": "10.5555/work.1", "type": "retraction"}
    registry.notices.append({"DOI": "10.5555/notice", "title": ["Notice"], "update-to": [update]})
    registry.refused = "is_retracted"
    _, verdicts = verified(run_cli, tmp_path / "refs.bib", entries)
    assert [verdicts[key]["retracted"] for key in ("k1", "k2")] == [True, None]
    assert verdicts["k1"]["notice"] == "10.5555/notice"


def test_a_preprint_is_not_invented_because_arxiv_is_down(registry: Registry, run_cli: Run, tmp_path: Path) -> None:
    registry.has(Record("2401.00001", "Sound work on something", ("Ada Lovelace",), "Text."))
    entries = [
        entry("a", "Sound work on something", "Lovelace", 2024),
        registered(registry, 1).partition("doi =")[0] + "}\n",
    ]
    there = registry.server.routes["/api/query"]
    registry.route("/api/query", Reply(b"", 500))
    for _ in range(2):
        status, verdicts = verified(run_cli, tmp_path / "refs.bib", entries)
        assert status == 1
        assert (verdicts["a"]["found"], verdicts["k1"]["found"]) == (None, True)
        assert "500" in verdicts["a"]["why"]
    registry.route("/api/query", there)
    status, verdicts = verified(run_cli, tmp_path / "refs.bib", entries)
    assert (status, verdicts["a"]["found"]) == (0, True)


def test_papers_of_the_library_and_what_is_printed(registry: Registry, run_cli: Run, tmp_path: Path) -> None:
    bib = tmp_path / "in.bib"
    bib.write_text(registered(registry, 1) + entry("gone", "Emergent weather of silicon oceans", "Nobody", 2021))
    run_cli("import", bib)
    done = run_cli("verify")
    assert done.status == 1
    assert done.out.startswith("gone\tnot found: no work with this title")
    assert done.err.endswith("2 entries: 1 with problems\n")
    assert run_cli("verify", "key:k1") == (0, "", "1 entry: 0 with problems\n")
    assert run_cli("verify", "--bib", tmp_path / "no.bib").status == 1
    assert run_cli("verify", "x", "--bib", bib).status == 2
    (tmp_path / "empty.bib").write_text("nothing")
    assert run_cli("verify", "--bib", tmp_path / "empty.bib").status == 65


def test_the_cache_is_private_and_small(registry: Registry, run_cli: Run, tmp_path: Path) -> None:
    verified(run_cli, tmp_path / "refs.bib", [registered(registry, 1)])
    kept = tmp_path / "cache" / "readq" / "verified.json"
    assert kept.stat().st_mode & 0o077 == 0
    assert list(json.loads(kept.read_text())["answers"]) == ["doi 10.5555/work.1"]
