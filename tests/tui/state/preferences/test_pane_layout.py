import json
import os
from pathlib import Path

import pytest

from readq.tui.state.preferences.pane_layout import (
    DEFAULTS,
    LayoutFile,
    PaneLayout,
    Placement,
    TerminalSize,
    default_path,
    terminal_size,
)


@pytest.mark.parametrize(
    ("columns", "lines", "size", "placement"),
    [
        (160, 40, "wide", "beside"),
        (200, 60, "wide", "beside"),
        (159, 40, "medium", "below"),
        (60, 20, "medium", "below"),
        (59, 20, "small", "off"),
        (60, 19, "small", "off"),
        (300, 19, "small", "off"),
        (1, 1, "small", "off"),
    ],
)
def test_the_default_layout_follows_from_the_size(columns: int, lines: int, size: str, placement: str) -> None:
    assert terminal_size(columns, lines) == size
    assert DEFAULTS[TerminalSize(size)].placement == placement


def test_the_placements_come_round_and_the_split_stays_within_its_limits() -> None:
    layout = PaneLayout(Placement.BESIDE, 55)
    placements = [layout.placement]
    for _ in range(3):
        layout = layout.next_placement()
        placements.append(layout.placement)
    assert placements == ["beside", "below", "off", "beside"]
    assert layout.move_split(1).share == 60
    assert layout.move_split(-1).share == 50
    assert layout.move_split(99).share == 80
    assert layout.move_split(-99).share == 20


def test_a_layout_is_written_only_after_a_change_and_read_again(tmp_path: Path) -> None:
    path = tmp_path / "state" / "layout.json"
    layouts = LayoutFile(str(path))
    assert layouts.save() == ""
    assert not path.exists()
    layouts.change(TerminalSize.WIDE, "inbox", PaneLayout(Placement.BELOW, 40))
    assert layouts.save() == ""
    assert LayoutFile(str(path)).layout(TerminalSize.WIDE, "inbox") == PaneLayout(Placement.BELOW, 40)
    assert LayoutFile(str(path)).layout(TerminalSize.MEDIUM, "inbox") == DEFAULTS[TerminalSize.MEDIUM]
    assert path.stat().st_mode & 0o777 == 0o600
    assert path.parent.stat().st_mode & 0o777 == 0o700


def test_two_programs_keep_each_others_layouts(tmp_path: Path) -> None:
    path = str(tmp_path / "layout.json")
    one, other = LayoutFile(path), LayoutFile(path)
    one.change(TerminalSize.WIDE, "inbox", PaneLayout(Placement.OFF, 30))
    other.change(TerminalSize.SMALL, "inbox", PaneLayout(Placement.BELOW, 70))
    assert one.save() == other.save() == ""
    assert LayoutFile(path).layout(TerminalSize.WIDE, "inbox") == PaneLayout(Placement.OFF, 30)
    assert LayoutFile(path).layout(TerminalSize.SMALL, "inbox") == PaneLayout(Placement.BELOW, 70)


@pytest.mark.parametrize(
    "content",
    [
        b"",
        b"\xff\xfe",
        b"[]",
        b"[" * 100_000,
        b'{"huge": {"paper": "off", "list_percent": 50}}',
        b'{"wide": {"paper": "above", "list_percent": 50}}',
        b'{"wide": {"paper": "off", "list_percent": 99}}',
        b'{"wide": {"paper": "off", "list_percent": "50"}}',
        b'{"wide": {"paper": ["off"], "list_percent": 50}}',
        b'{"wide": {"paper": "off", "list_percent": true}}',
        b'{"wide": {"paper": "off"}}',
        b'{"wide": 1}',
        b'{"views": 1}',
        b'{"views": {"inbox": 1}}',
        b'{"views": {"inbox": {"huge": {"paper": "off", "list_percent": 50}}}}',
    ],
    ids=range(15),
)
def test_a_file_with_other_content_is_named_and_replaced_by_a_change(tmp_path: Path, content: bytes) -> None:
    path = tmp_path / "layout.json"
    path.write_bytes(content)
    layouts = LayoutFile(str(path))
    assert str(path) in layouts.problem
    assert layouts.layout(TerminalSize.WIDE, "inbox") == DEFAULTS[TerminalSize.WIDE]
    assert layouts.save() == ""
    assert path.read_bytes() == content
    layouts.change(TerminalSize.WIDE, "inbox", PaneLayout(Placement.OFF, 50))
    assert layouts.save() == ""
    layout = {"wide": {"paper": "off", "list_percent": 50}}
    assert json.loads(path.read_text()) == {**layout, "views": {"inbox": layout}}


def test_a_layout_that_cannot_be_written_is_reported(tmp_path: Path) -> None:
    (tmp_path / "file").touch()
    layouts = LayoutFile(str(tmp_path / "file" / "layout.json"))
    layouts.change(TerminalSize.WIDE, "inbox", PaneLayout(Placement.OFF, 50))
    assert "cannot be written: " in layouts.save()
    assert layouts.layout(TerminalSize.WIDE, "inbox") == PaneLayout(Placement.OFF, 50)


def test_the_file_is_in_the_state_folder(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("XDG_STATE_HOME", str(tmp_path))
    assert default_path().startswith(str(tmp_path) if os.name == "posix" else "")
    assert default_path().endswith("layout.json")


def test_each_view_has_its_layout_and_others_have_the_one_chosen_last(tmp_path: Path) -> None:
    path = str(tmp_path / "layout.json")
    layouts = LayoutFile(path)
    first, last = PaneLayout(Placement.OFF, 30), PaneLayout(Placement.BELOW, 70)
    layouts.change(TerminalSize.WIDE, "inbox", first)
    layouts.change(TerminalSize.WIDE, "view:rl", last)
    layouts.rename_view("view:rl", "view:agents")
    assert layouts.save() == ""
    read = LayoutFile(path)
    assert [read.layout(TerminalSize.WIDE, view) for view in ("inbox", "view:agents", "queue")] == [first, last, last]
    assert read.layout(TerminalSize.SMALL, "inbox") == DEFAULTS[TerminalSize.SMALL]


def test_a_file_from_before_views_had_layouts_holds_for_all_views(tmp_path: Path) -> None:
    path = tmp_path / "layout.json"
    path.write_text('{"wide": {"paper": "off", "list_percent": 50}}')
    assert LayoutFile(str(path)).layout(TerminalSize.WIDE, "queue") == PaneLayout(Placement.OFF, 50)
