"""Edit text in the user's editor (`$VISUAL`, else `$EDITOR`), without a shell, in a private folder."""

import contextlib
import os
import shlex
import signal
import stat
import subprocess
import tempfile
import termios
import threading
from collections.abc import Callable, Iterator, Mapping
from types import FrameType

from readq.errors import ReadqError
from readq.text import quoted

_LONGEST_TEXT = 4 * 1024 * 1024
_POLL_INTERVAL = 0.5
"""The time between two checks for a save while the editor is open, in seconds."""


class EditorFailedError(ReadqError):
    """Raised if the editor fails after a save. The saved text may be incomplete."""


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """Return the command of the user's editor as a list of arguments: `$VISUAL`, else `$EDITOR`, else `vi`.

    Raises ReadqError if the variable is blank or cannot be parsed.
    """
    setting = environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    try:
        command = shlex.split(setting)
    except ValueError as error:
        raise ReadqError(
            f"$VISUAL or $EDITOR cannot be read: {quoted(setting)}: {error}", "correct its quotes"
        ) from error
    if not command:
        raise ReadqError("no editor is set", "set VISUAL or EDITOR")
    return command


def edit(
    text: str,
    name: str,
    environ: Mapping[str, str],
    on_save: Callable[[str], None] | None = None,
    *,
    suffix: str = ".md",
) -> str | None:
    """Open `text` in the user's editor, in a file with the name `name` + `suffix`. Return the saved text.

    Return None if the editor exits with an error and the text was not changed (`:cq` in vi). While the editor is open,
    `on_save` is called with the text after each save.

    Raises ReadqError if the editor cannot be started, or if the file cannot be read after the edit. Raises
    EditorFailedError if the editor fails after it saved a changed text. If the edited file is kept, the hint of the
    error names it.
    """
    command = editor_command(environ)
    folder = tempfile.mkdtemp(prefix="readq-")
    path = os.path.join(folder, "".join(c if c.isalnum() or c in "-_." else "_" for c in name)[:100] + suffix)
    with open(os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w", encoding="utf-8") as file:
        file.write(text)
    try:
        status = _run([*command, path], path, on_save)
        edited = _read(path)
    except _UnreadableTextError as error:
        raise ReadqError(str(error), _kept_file_hint(folder, path)) from error
    except BaseException:
        _remove(folder)
        raise
    if status != 0 and edited != text:
        ended = f"failed with status {status}" if status > 0 else f"was killed by signal {-status}"
        raise EditorFailedError(f"the editor {ended}", f"nothing was changed; what it saved is in {path}")
    _remove(folder)
    return edited if status == 0 else None


def save_to_file(text: str, suffix: str) -> str:
    """Write a text to a file that only the user can read, because the text could not be stored in the library.

    Return the path of the file, which ends with `suffix`. The file is in the folder for temporary files. If it cannot
    be written there, it is in the home folder. Raises OSError if both fail.
    """
    try:
        return _write_private_file(text, tempfile.gettempdir(), suffix)
    except OSError:
        return _write_private_file(text, os.path.expanduser("~"), suffix)


def _write_private_file(text: str, folder: str, suffix: str) -> str:
    handle, path = tempfile.mkstemp(prefix="readq-", suffix=suffix, dir=folder)
    try:
        with open(handle, "w", encoding="utf-8") as file:
            file.write(text)
            file.flush()
            os.fsync(file.fileno())
    except OSError:
        os.unlink(path)
        raise
    return path


class _UnreadableTextError(Exception):
    """The editor left no file, or a file that is not readable text."""


def _run(command: list[str], path: str, on_save: Callable[[str], None] | None) -> int:
    # Read before the editor starts, because it may save before the first check.
    seen = _fingerprint(path)
    with _terminal_lent():
        try:
            process = subprocess.Popen(command)  # noqa: S603 - the user's editor, as an argument list
        except OSError as error:
            hint = "set VISUAL or EDITOR"
            raise ReadqError(f"cannot start the editor {command[0]}: {error.strerror}", hint) from error
        while True:
            try:
                return process.wait(_POLL_INTERVAL)
            except subprocess.TimeoutExpired:
                current = _fingerprint(path)
                if on_save is not None and current not in (None, seen):
                    seen = current
                    # The editor may be in the middle of a save; the next check reads the file again.
                    with contextlib.suppress(_UnreadableTextError):
                        on_save(_read(path))


@contextlib.contextmanager
def _terminal_lent() -> Iterator[None]:
    """Leave the keyboard's signals to another program. At the end, restore the modes of the terminal.

    Ctrl+c and Ctrl+backslash do nothing in this process. Ctrl+z stops this process together with the program, because a
    shell takes the terminal back only when both are stopped.
    """
    # A child process would inherit SIG_IGN, but it does not inherit a handler.
    handlers: dict[signal.Signals, Callable[[int, FrameType | None], None] | signal.Handlers] = {
        signal.SIGINT: _ignore,
        signal.SIGQUIT: _ignore,
        signal.SIGTSTP: signal.SIG_DFL,
    }
    is_main = threading.current_thread() is threading.main_thread()
    former = {signum: signal.signal(signum, handler) for signum, handler in handlers.items()} if is_main else {}
    modes = termios.tcgetattr(0) if os.isatty(0) else None
    try:
        yield
    finally:
        if modes is not None:
            with contextlib.suppress(termios.error):
                termios.tcsetattr(0, termios.TCSANOW, modes)
        for signum, handler in former.items():
            signal.signal(signum, handler)


def _ignore(_signum: int, _frame: FrameType | None) -> None:
    """Do nothing."""


def _fingerprint(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _read(path: str) -> str:
    try:
        # The editor may have left a pipe or a device, and reading from those may never end.
        handle = os.open(path, os.O_RDONLY | os.O_NONBLOCK)
        if not stat.S_ISREG(os.fstat(handle).st_mode):
            os.close(handle)
            raise _UnreadableTextError("the editor left something that is not a regular file")
        with open(handle, "rb") as file:
            data = file.read(_LONGEST_TEXT + 1)
    except FileNotFoundError as error:
        raise _UnreadableTextError("the editor left no file") from error
    except OSError as error:
        raise _UnreadableTextError(f"the editor left no file that can be read: {error.strerror}") from error
    if len(data) > _LONGEST_TEXT:
        raise _UnreadableTextError("the text is longer than 4 MiB")
    try:
        return data.decode("utf-8-sig")
    except UnicodeDecodeError as error:
        raise _UnreadableTextError("the text is not UTF-8") from error


def _kept_file_hint(folder: str, path: str) -> str:
    """Return a hint that names the file that the editor left. If it left none, delete the folder."""
    if not os.path.isdir(folder) or not os.listdir(folder):
        _remove(folder)
        return "nothing was changed"
    return f"nothing was changed; what it left is in {path if os.path.lexists(path) else folder}"


def _remove(folder: str) -> None:
    import shutil

    # The editor may have left a swap file or a folder of its own there.
    shutil.rmtree(folder, ignore_errors=True)
