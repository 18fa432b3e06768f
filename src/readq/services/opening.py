"""Opening an address in the reader's browser: as an argument list, never through a shell, and never waiting."""

import os
import shlex
import shutil
import subprocess
import sys
from collections.abc import Mapping

from readq.errors import ReadqError
from readq.model.identity import is_safe_link


def open_link(url: str, environ: Mapping[str, str]) -> str | None:
    """Open `url` in the browser; where there is none to open (over SSH, say) return it, to be shown instead.

    Raises ReadqError for what is no plain http(s) address, and when the browser cannot be started.
    """
    if not is_safe_link(url):
        raise ReadqError(f"not an address to open: {url}", "only http and https are")
    command = browser_command(environ)
    if command is None:
        return url
    try:
        subprocess.Popen(  # noqa: S603 - the reader's own browser, as an argument list
            [part.replace("%s", url) for part in command] if any("%s" in part for part in command) else [*command, url],
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
            start_new_session=True,
        )
    except OSError as error:
        raise ReadqError(f"cannot start {command[0]}: {error.strerror}", "set BROWSER") from error
    return None


def browser_command(environ: Mapping[str, str]) -> list[str] | None:
    """How to open an address: `$BROWSER`, else the platform's opener; None where no window could appear.

    Raises ReadqError when the setting cannot be read.
    """
    own = environ.get("BROWSER", "").split(os.pathsep)[0]
    try:
        command = shlex.split(own)
    except ValueError as error:
        raise ReadqError(f"$BROWSER cannot be read: {own!r}: {error}", "mend its quotes") from error
    if command:
        return command
    if sys.platform == "darwin":
        return ["open"]
    if sys.platform == "win32":
        return ["explorer"]
    has_display = bool(environ.get("DISPLAY") or environ.get("WAYLAND_DISPLAY"))
    return ["xdg-open"] if has_display and shutil.which("xdg-open") else None
