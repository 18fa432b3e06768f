"""The commands that can copy, by the environment and the programs that are installed."""

from collections.abc import Collection

import pytest

from readq.services.papers.clipboard import copy_commands

ALL = ("tmux", "wl-copy", "xclip", "xsel", "pbcopy")
TMUX = [("tmux", "load-buffer", "-w", "-"), ("tmux", "load-buffer", "-")]
X11 = [("xclip", "-selection", "clipboard", "-in"), ("xsel", "--clipboard", "--input")]


def commands(
    environ: dict[str, str], installed: Collection[str] = ALL, platform: str = "linux", own: list[str] | None = None
) -> list[object]:
    return list(copy_commands(own, environ, lambda name: name if name in installed else None, platform))


def test_without_a_display_only_the_terminal_can_copy() -> None:
    assert commands({}) == []


def test_tmux_comes_before_the_displays() -> None:
    environ = {"TMUX": "/tmp/tmux-0/default,1,0", "WAYLAND_DISPLAY": "wayland-0", "DISPLAY": ":0"}
    assert commands(environ) == [*TMUX, ("wl-copy",), *X11]


@pytest.mark.parametrize(
    ("environ", "expected"),
    [({"DISPLAY": ":0"}, X11), ({"WAYLAND_DISPLAY": "wayland-0"}, [("wl-copy",)]), ({"DISPLAY": ""}, [])],
)
def test_a_command_needs_its_display(environ: dict[str, str], expected: list[object]) -> None:
    assert commands(environ) == expected


def test_a_command_that_is_not_installed_is_left_out() -> None:
    assert commands({"DISPLAY": ":0", "TMUX": "x"}, installed=("xsel",)) == [X11[1]]


def test_macos_has_its_own_command() -> None:
    assert commands({}, platform="darwin") == [("pbcopy",)]


def test_the_readers_own_command_is_the_only_one() -> None:
    assert commands({"TMUX": "x", "DISPLAY": ":0"}, own=["my-copy", "--now"]) == [("my-copy", "--now")]
