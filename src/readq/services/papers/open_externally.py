"""Opening addresses and files in the reader's own programs: as argument lists, without a shell, never waiting."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping

from readq.errors import ReadqError
from readq.model.identifiers import is_safe_link


def open_link(url: str, environ: Mapping[str, str]) -> str | None:
    """Open `url` in the browser; where there is none to open (over SSH, say) return it, to be shown instead.

    Raises ReadqError for what is no plain http(s) address, and when the browser cannot be started.
    """
    if not is_safe_link(url):
        raise ReadqError(f"not an address to open: {url}", "only http and https are")
    command = browser_command(environ)
    if command is None:
        return url
    filled = [part.replace("%s", url) for part in command]
    _start(filled if filled != command else [*command, url], "set BROWSER")
    return None


def open_file(path: str, setting: str, environ: Mapping[str, str]) -> str | None:
    """Open a file by the command of the config, in which `{file}` stands for it, else by the system's viewer.

    Where there is nothing to open it with return its path, to be shown instead. Raises ReadqError for a command that
    cannot be read or started.
    """
    if not setting:
        system = system_opener(environ)
        if system is None:
            return path
        _start([*system, path], "set open.pdf in the config")
        return None
    try:
        command = shlex.split(setting)
    except ValueError as error:
        raise ReadqError(f"[open] pdf cannot be read: {error}", "mend its quotes in the config") from error
    filled = [part.replace("{file}", path) for part in command]
    _start(filled if filled != command else [*command, path], "see open.pdf in the config")
    return None


def _start(command: list[str], hint: str) -> None:
    try:
        subprocess.Popen(  # noqa: S603 - the reader's own program, as an argument list
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise ReadqError(f"cannot start {command[0]}: {error.strerror}", hint) from error


def browser_command(environ: Mapping[str, str]) -> list[str] | None:
    """How to open an address: `$BROWSER`, else the platform's opener; None where no window could appear.

    Raises ReadqError when the setting cannot be read.
    """
    own = environ.get("BROWSER", "").split(os.pathsep)[0]
    try:
        command = shlex.split(own)
    except ValueError as error:
        raise ReadqError(f"$BROWSER cannot be read: {own!r}: {error}", "mend its quotes") from error
    return command or system_opener(environ)


def system_opener(environ: Mapping[str, str]) -> list[str] | None:
    """What the platform opens addresses and files with; None where no window could appear."""
    if sys.platform == "darwin":
        return ["open"]
    if sys.platform == "win32":
        return ["explorer"]
    has_display = bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    return ["xdg-open"] if has_display and shutil.which("xdg-open") else None
