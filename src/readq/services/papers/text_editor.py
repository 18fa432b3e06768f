"""Text in the reader's own editor: `$VISUAL`, then `$EDITOR`. No shell, a private folder, nothing lost on the way."""

import os
import shlex
import subprocess
import tempfile
from collections.abc import Callable, Mapping

from readq.errors import ReadqError

_LONGEST_TEXT = 4 * 1024 * 1024
_LOOK_EVERY = 0.5
"""Seconds between looks at the file while the editor is open."""


class EditorFailedError(ReadqError):
    """The editor saved something and then failed: what it saved may be half of what was meant."""


def editor_command(environ: Mapping[str, str]) -> list[str]:
    """The editor as an argument list. Raises ReadqError when the setting cannot be read."""
    setting = environ.get("VISUAL") or environ.get("EDITOR") or "vi"
    try:
        command = shlex.split(setting)
    except ValueError as error:
        raise ReadqError(f"$VISUAL or $EDITOR cannot be read: {setting!r}: {error}", "mend its quotes") from error
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
    """Open `text` in the editor as a file called `name` and return what was saved.

    None when the editor failed with the text as it was (`:cq`). `on_save` gets the text of each save while the editor
    is still open. Raises ReadqError when the editor cannot be started, EditorFailedError when it failed after a save,
    and ReadqError when it leaves a file that cannot be read; that file is then kept and named.
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
        raise ReadqError(str(error), _what_is_left(folder, path)) from error
    except BaseException:
        _remove(folder)
        raise
    if status != 0 and edited != text:
        ended = f"failed with status {status}" if status > 0 else f"was ended by signal {-status}"
        raise EditorFailedError(f"the editor {ended}", f"nothing was changed; what it saved is in {path}")
    _remove(folder)
    return edited if status == 0 else None


def save_to_file(text: str, suffix: str) -> str:
    """Put text that could not be used into a file that only its owner can read; returns its path.

    Where the folder for such files is full, too, it goes home. Raises OSError when neither takes it.
    """
    try:
        return _kept(text, tempfile.gettempdir(), suffix)
    except OSError:
        return _kept(text, os.path.expanduser("~"), suffix)


def _kept(text: str, folder: str, suffix: str) -> str:
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
    """What the editor left cannot be taken over."""


def _run(command: list[str], path: str, on_save: Callable[[str], None] | None) -> int:
    # Before it starts: it may have saved before we look.
    seen = _stamp(path)
    try:
        process = subprocess.Popen(command)  # noqa: S603 - the reader's own editor, as an argument list
    except OSError as error:
        raise ReadqError(f"cannot start the editor {command[0]}: {error.strerror}", "set VISUAL or EDITOR") from error
    while True:
        try:
            return process.wait(_LOOK_EVERY)
        except subprocess.TimeoutExpired:
            stamp = _stamp(path)
            if on_save is not None and stamp not in (None, seen):
                seen = stamp
                try:
                    on_save(_read(path))
                except _UnreadableTextError:
                    # Half a save: the next look, or the end, will tell.
                    continue
        except KeyboardInterrupt:
            # Ctrl-C belongs to the editor while it has the terminal.
            continue


def _stamp(path: str) -> tuple[int, int] | None:
    try:
        found = os.stat(path)
    except OSError:
        return None
    return found.st_mtime_ns, found.st_size


def _read(path: str) -> str:
    try:
        with open(path, "rb") as file:
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


def _what_is_left(folder: str, path: str) -> str:
    """Where to find what an editor left that cannot be taken over; a folder with nothing in it goes."""
    if not os.listdir(folder):
        _remove(folder)
        return "nothing was changed"
    return f"nothing was changed; what it left is in {path if os.path.lexists(path) else folder}"


def _remove(folder: str) -> None:
    import shutil

    # An editor may have left a swap file, or a folder of its own, beside the text.
    shutil.rmtree(folder, ignore_errors=True)
