"""Choose the commands that copy a text to the clipboard. Each command reads the text from its standard input.

Without any command, only the terminal can copy, by the escape sequence OSC 52. A terminal does not answer, so nobody
knows whether it has copied.
"""

import shutil
import sys
from collections.abc import Callable, Mapping, Sequence

_WAYLAND, _X11 = ("WAYLAND_DISPLAY",), ("DISPLAY",)
_TOOLS: Sequence[tuple[tuple[str, ...], tuple[str, ...]]] = (
    (_WAYLAND, ("wl-copy",)),
    (_X11, ("xclip", "-selection", "clipboard", "-in")),
    (_X11, ("xsel", "--clipboard", "--input")),
)
"""Commands that copy, the preferred one first, each with the environment variables of the display that it needs."""

_TMUX = (("tmux", "load-buffer", "-w", "-"), ("tmux", "load-buffer", "-"))
"""The option -w also passes the text on to the terminal of tmux. A tmux older than 3.2 does not know it."""


def copy_commands(
    setting: Sequence[str] | None,
    environ: Mapping[str, str],
    find: Callable[[str], str | None] = shutil.which,
    platform: str = sys.platform,
) -> list[Sequence[str]]:
    """Return the commands that can copy a text here, the preferred one first.

    `setting` is the reader's own command, None for none. It is the only one if it is set. `find` returns the path of a
    program, or None if the program is not installed. The list is empty if only the terminal can copy.
    """
    if setting is not None:
        return [tuple(setting)]
    commands: list[Sequence[str]] = list(_TMUX) if environ.get("TMUX") else []
    commands += [command for needs, command in _TOOLS if all(environ.get(name) for name in needs)]
    if platform == "darwin":
        commands.append(("pbcopy",))
    return [command for command in commands if find(command[0])]
