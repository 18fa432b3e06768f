"""`readq view`: saved queries."""

import os
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq.model.values import WatchResult
from readq.services.feeds.sync_reports import SyncReport, as_json
from readq.tui.state.preferences import pane_layout, view_orders
from readq.tui.state.preferences.pane_layout import LayoutFile, PaneLayout, Placement, TerminalSize
from readq.tui.state.preferences.view_orders import ViewOrders

Run = Callable[..., Any]


def test_views_are_saved_listed_removed_and_restored_by_undo(six_papers: str, run_cli: Run) -> None:
    assert run_cli("view", "save", "mine", "tag:rl", "is:starred", "--sort=-year").out == "saved view mine (step 2)\n"
    assert run_cli("view", "list").out == "mine\ttag:rl is:starred\t-year\n"
    assert run_cli("view", "--json").json == [
        {
            "name": "mine", "query": "tag:rl is:starred", "sort": "-year", "position": 1,
            "watch": None, "caught": 0, "error": None,
        }
    ]  # fmt: skip
    assert run_cli("view", "remove", "mine", "--json").json == {
        "changed": 1, "unchanged": 0, "missing": [], "step": 3
    }  # fmt: skip
    assert run_cli("view", "list") == (0, "", "")
    assert run_cli("undo").out == "undone: removed view mine (step 3)\n"
    assert run_cli("view", "list").out.startswith("mine\t")
    run_cli("view", "save", "mine", "tag:rl", "--sort", "-title", "--watch", "raise")
    assert run_cli("view", "list").out.startswith("mine\ttag:rl\t-title\t")


def test_saving_the_first_view_creates_a_library(library: str, run_cli: Run) -> None:
    assert run_cli("view", "list") == (0, "", "")
    assert not os.path.exists(library)
    assert run_cli("view", "save", "two words", "graph networks").status == 0
    assert run_cli("view", "list").out == 'two words\t"graph networks"\tseen\n'


def test_saving_the_same_view_again_changes_nothing(six_papers: str, run_cli: Run) -> None:
    run_cli("view", "save", "mine", "tag:rl")
    assert run_cli("view", "save", "mine", "tag:rl").out == "nothing changed\n"


def test_replacing_a_view_keeps_its_watch_and_its_order(six_papers: str, run_cli: Run) -> None:
    saved = run_cli("view", "save", "mine", "tag:rl", "--sort=-year", "--watch", "raise").out
    assert saved == "saved view mine, a watch: raise (step 2)\n"
    replaced = run_cli("view", "save", "mine", "tag:nlp")
    assert replaced.out == "replaced view mine, still a watch: raise (step 3)\n"
    (view,) = run_cli("view", "--json").json
    assert (view["query"], view["sort"], view["watch"]) == ("tag:nlp", "-year", "raise")
    changed = run_cli("view", "save", "mine", "tag:nlp", "--sort", "title", "--watch", "drop")
    assert changed.out == "replaced view mine, a watch: drop (step 4)\n"
    assert run_cli("view", "list").out == "mine\ttag:nlp\ttitle\tdrop: caught 0 this month\n"


def test_watch_none_ends_a_watch_and_keeps_the_view(six_papers: str, run_cli: Run) -> None:
    run_cli("view", "save", "mine", "tag:rl", "--watch", "drop")
    ended = run_cli("view", "save", "mine", "tag:rl", "--watch", "none")
    assert ended.out == "replaced view mine, no longer a watch (step 3)\n"
    assert run_cli("view", "list").out == "mine\ttag:rl\tseen\n"
    assert run_cli("view", "save", "new", "tag:rl", "--watch", "none").out == "saved view new (step 4)\n"
    assert "--watch none" in run_cli("view", "--help").out
    run_cli("undo")
    run_cli("undo", "3")
    assert run_cli("view", "--json").json[0]["watch"] == "drop"


def test_removing_a_missing_view(six_papers: str, run_cli: Run) -> None:
    result = run_cli("view", "remove", "mine")
    assert (result.status, result.err) == (1, "error: no view 'mine' (see readq view list)\n")


def test_a_view_changed_since_is_named(six_papers: str, run_cli: Run) -> None:
    run_cli("view", "save", "mine", "tag:rl")
    run_cli("view", "save", "mine", "tag:nlp")
    result = run_cli("undo", 2, "--json")
    assert result.status == 1
    assert result.json["left_alone"] == ["view mine"]
    assert result.err.splitlines() == [
        "error: view mine was changed since and stays as it is",
        "nothing undone: step 2 (saved view mine) stays as it was (readq undo --list has others)",
    ]


@pytest.mark.parametrize(
    "words",
    [
        ("save", "mine"), ("save", "mine", "nosuch:x"), ("save", "", "x"), ("save", "x" * 61, "x"), ("remove",),
        ("save", "mine", "x", "--sort", "size"), ("save", "mine", "x", "--sort", ""), ("drop", "mine"),
        ("list", "mine"),
    ],
)  # fmt: skip
def test_wrong_usage_changes_nothing(six_papers: str, run_cli: Run, words: tuple[str, ...]) -> None:
    assert run_cli("view", *words).status == 2
    assert run_cli("view", "list").out == ""


def test_undo_of_the_import_of_a_dump_removes_its_views(
    six_papers: str, run_cli: Run, tmp_path: Path, library: str
) -> None:
    run_cli("view", "save", "mine", "tag:rl")
    run_cli("dump", tmp_path / "dump")
    other = str(tmp_path / "other.db")
    run_cli("import", tmp_path / "dump", "--db", other)
    assert run_cli("view", "list", "--db", other).out == "mine\ttag:rl\tseen\n"
    run_cli("undo", "--db", other)
    assert run_cli("view", "list", "--db", other).out == ""
    run_cli("redo", "--db", other)
    assert run_cli("view", "list", "--db", other).out == "mine\ttag:rl\tseen\n"


def test_an_import_and_a_sync_say_in_json_what_the_watches_did(
    library: str, run_cli: Run, daily_file: Callable[..., str]
) -> None:
    run_cli("view", "save", "graphs", "graph", "--watch", "raise")
    run_cli("view", "save", "none", "zebra", "--watch", "drop")
    run_cli("view", "save", "tagged", "tag:unknown", "--watch", "drop")
    results = (WatchResult("graphs", "raise", 1), WatchResult("tagged", "drop", 0, "no paper has the tag unknown"))
    expected = [
        {"watch": "graphs", "action": "raise", "caught": 1, "error": None},
        {"watch": "tagged", "action": "drop", "caught": 0, "error": "no paper has the tag unknown"},
    ]
    report = run_cli("import", "--json", daily_file(4))
    assert report.json["watches"] == expected
    assert "watch graphs: raised 1 paper" in report.err
    assert as_json(SyncReport({}, watches=results))["watches"] == expected


def test_a_renamed_view_keeps_its_order_and_layout_on_the_screen(six_papers: str, run_cli: Run) -> None:
    orders, layouts = ViewOrders(view_orders.default_path()), LayoutFile(pane_layout.default_path())
    beside = PaneLayout(Placement.BESIDE, 40)
    orders.choose("view:mine", "-year")
    layouts.change(TerminalSize.MEDIUM, "view:mine", beside)
    assert (orders.save(), layouts.save()) == ("", "")
    run_cli("view", "save", "mine", "tag:rl")
    run_cli("view", "rename", "none", "other")
    assert run_cli("view", "rename", "mine", " my  own ").err == ""
    for name in ('view:"my own"', "view:mine"):
        assert ViewOrders(view_orders.default_path()).chosen(name) == "-year"
        assert LayoutFile(pane_layout.default_path()).layout(TerminalSize.MEDIUM, name) == beside
    assert ViewOrders(view_orders.default_path()).chosen("view:other") is None


def test_a_view_is_renamed_also_where_the_choices_of_the_screen_cannot_be_kept(six_papers: str, run_cli: Run) -> None:
    orders = ViewOrders(view_orders.default_path())
    orders.choose("view:mine", "-year")
    orders.save()
    run_cli("view", "save", "mine", "tag:rl")
    Path(orders.path).unlink()
    Path(orders.path).mkdir()
    result = run_cli("view", "rename", "mine", "own")
    assert (result.status, result.out) == (0, "renamed view mine to own (step 3)\n")
