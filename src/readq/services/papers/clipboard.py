"""Choose the commands that copy a text to the clipboard. Each command reads the text from its standard input.

If there is no command, only the terminal can copy, with the escape sequence OSC 52. A terminal does not reply, so the
program cannot know whether the text was copied.
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
"""The commands that copy to the clipboard, preferred commands first.

Each is a pair: the environment variables that the command needs, and the command.
"""

_TMUX = (("tmux", "load-buffer", "-w", "-"), ("tmux", "load-buffer", "-"))
"""The commands of tmux that copy a text. With the option -w, tmux also copies it to the clipboard of the terminal.

The command without -w is for versions before 3.2, which do not have this option.
"""


def copy_commands(
    setting: Sequence[str] | None,
    environ: Mapping[str, str],
    find: Callable[[str], str | None] = shutil.which,
    platform: str = sys.platform,
) -> list[Sequence[str]]:
    """Return the commands that can copy a text on this computer, the preferred command first.

    If `setting` is not None, it is the user's own command, and the only command in the result. `find` returns the
    path of a program, or None if the program is not installed. The result is empty if only the terminal can copy.
    """
    if setting is not None:
        return [tuple(setting)]
    commands: list[Sequence[str]] = list(_TMUX) if environ.get("TMUX") else []
    commands += [command for needs, command in _TOOLS if all(environ.get(name) for name in needs)]
    if platform == "darwin":
        commands.append(("pbcopy",))
    return [command for command in commands if find(command[0])]
