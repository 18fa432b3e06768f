"""Open URLs and files in the user's programs.

The programs are started without a shell, and readq does not wait for them to end.
"""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping

from readq.errors import ReadqError
from readq.model.identifiers import is_safe_link
from readq.text import quoted


def open_link(url: str, environ: Mapping[str, str]) -> str | None:
    """Open `url` in the browser, and return None. If there is no browser, return `url`, for the caller to show.

    There is no browser if `browser_command` returns None, for example over SSH. Raises ReadqError if `url` is not a
    plain `http` or `https` URL, or if the browser cannot be started.
    """
    if not is_safe_link(url):
        raise ReadqError(f"not a URL to open: {url}", "only http and https are")
    command = browser_command(environ)
    if command is None:
        return url
    _start(_with_argument(command, "%s", url), "set BROWSER")
    return None


def open_file(path: str, setting: str, environ: Mapping[str, str], name: str = "open.pdf") -> str | None:
    """Open the file at `path` with a program, and return None.

    `setting` is the command. `{file}` in it stands for the path. Without `{file}`, the path is added at the end. If
    `setting` is empty, the system's program for such files is used. If the system has none, return `path`, for the
    caller to show. Raises ReadqError if the command cannot be parsed or started. `name` is the name of the setting in
    the config, for this error.
    """
    if not setting:
        system = system_opener(environ)
        if system is None:
            return path
        _start([*system, path], f"set {name} in the config")
        return None
    try:
        command = shlex.split(setting)
    except ValueError as error:
        raise ReadqError(f"{name} cannot be read: {error}", "correct its quotes in the config") from error
    _start(_with_argument(command, "{file}", path), f"see {name} in the config")
    return None


def _with_argument(command: list[str], placeholder: str, argument: str) -> list[str]:
    """Return `command` with the placeholder replaced, or with the argument appended if there is none."""
    filled = [part.replace(placeholder, argument) for part in command]
    return filled if filled != command else [*command, argument]


def _start(command: list[str], hint: str) -> None:
    try:
        subprocess.Popen(  # noqa: S603 - the user's program, as an argument list
            command,
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise ReadqError(f"cannot start {command[0]}: {error.strerror}", hint) from error


def browser_command(environ: Mapping[str, str]) -> list[str] | None:
    """Return the command that opens a URL: `$BROWSER` if it is set, else the result of `system_opener`.

    Raises ReadqError if `$BROWSER` cannot be parsed.
    """
    setting = environ.get("BROWSER", "").split(os.pathsep)[0]
    try:
        command = shlex.split(setting)
    except ValueError as error:
        raise ReadqError(f"$BROWSER cannot be read: {quoted(setting)}: {error}", "correct its quotes") from error
    return command or system_opener(environ)


def system_opener(environ: Mapping[str, str]) -> list[str] | None:
    """Return the command of the platform that opens URLs and files.

    On other systems than macOS and Windows, return None if there is no display or no `xdg-open`.
    """
    if sys.platform == "darwin":
        return ["open"]
    if sys.platform == "win32":
        return ["explorer"]
    has_display = bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    return ["xdg-open"] if has_display and shutil.which("xdg-open") else None
