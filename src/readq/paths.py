"""Find the default paths of the library, the config file, PDFs, the cache and logs. Write files atomically.

Default folders are those of the platform. On Linux they follow the XDG Base Directory Specification.
"""

import os
import sys
from collections.abc import Iterable

_TEMPORARY = ".new"
"""The end of the name of a temporary file. The number of the process stands before it."""


def expand(path: str) -> str:
    """Return `path` as an absolute path, with `~` replaced by the home folder."""
    return os.path.abspath(os.path.expanduser(path))


def is_utf8(path: str) -> bool:
    """Return whether the bytes of a path are UTF-8. Python has lone surrogates in place of other bytes (PEP 383)."""
    try:
        path.encode()
    except UnicodeEncodeError:
        return False
    return True


def default_library() -> str:
    """Return the default path of the library. An option, an environment variable or a setting can replace it."""
    return os.path.join(_folder("data"), "library.db")


def default_config() -> str:
    """Return the default path of the config file. An option or an environment variable can replace it."""
    return os.path.join(_folder("config"), "config.toml")


def default_pdf_dir() -> str:
    """Return the default folder for PDFs. A setting can replace it.

    The folder is not in the cache folder, because users annotate PDFs, and annotations cannot be downloaded again.
    """
    return os.path.join(_folder("data"), "pdf")


def default_share() -> str:
    """Return the default folder of the shared dump, which is a git repository. A setting can replace it."""
    return os.path.join(_folder("data"), "share")


def default_cache() -> str:
    """Return the default cache folder. A setting can replace it.

    All data in the folder can be downloaded again.
    """
    return _folder("cache")


def state_folder() -> str:
    """Return the folder for logs and locks."""
    return _folder("state")


def log_path() -> str:
    """Return the path of the log."""
    return os.path.join(state_folder(), "readq.log")


_XDG = {"data": "~/.local/share", "config": "~/.config", "cache": "~/.cache", "state": "~/.local/state"}


def _folder(kind: str) -> str:
    if sys.platform == "linux":
        # The same as platformdirs returns, which a test checks; importing that takes a quarter of the time of a list.
        chosen = os.environ.get(f"XDG_{kind.upper()}_HOME", "")
        home = os.path.expanduser(_XDG[kind])
        return os.path.join(chosen if os.path.isabs(chosen) else home, "readq")
    import platformdirs

    folders = platformdirs.PlatformDirs("readq")
    return {
        "data": folders.user_data_dir,
        "config": folders.user_config_dir,
        "cache": folders.user_cache_dir,
        "state": folders.user_state_dir,
    }[kind]


def write_atomically(path: str, text: str, *, mode: int | None = None) -> None:
    """Replace the content of the file at `path` by `text`. After a crash, the file has either the old or the new text.

    An existing file keeps its mode. A symbolic link is followed, not replaced. A new file gets the permission bits
    `mode` (0666 if None) without the bits of the umask. A pipe or a device is written to directly. Raises OSError if
    the file cannot be written. Its `filename` is `path`.
    """
    replace_file(path, (text.encode(),), mode=mode)


def target_of_temporary(name: str) -> str | None:
    """Return the name of the file that the temporary file `name` should have replaced: `a.md` for `a.md.123.new`.

    Return None if `name` is not the name of a temporary file. `replace_file` leaves a temporary file behind if its
    process is killed.
    """
    target, _, process = name.removesuffix(_TEMPORARY).rpartition(".")
    return target if name.endswith(_TEMPORARY) and target and process.isdecimal() else None


def replace_file(path: str, parts: Iterable[bytes], *, mode: int | None = None, is_durable: bool = True) -> None:
    """Replace the content of the file at `path` by the concatenation of `parts`, as `write_atomically` does.

    If `is_durable` is false, the function returns before the content is on the disk. This is faster, but a crash of the
    whole system (not of the program alone) can leave an empty file.
    """
    if os.path.exists(path) and not os.path.isfile(path):
        # A pipe or a device cannot be replaced by a finished file.
        with open(path, "wb") as stream:
            stream.writelines(parts)
        return
    target = os.path.realpath(path)
    temporary = f"{target}.{os.getpid()}{_TEMPORARY}"
    try:
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        with open(os.open(temporary, flags, mode or 0o666), "wb") as file:
            if os.path.exists(target):
                os.fchmod(file.fileno(), os.stat(target).st_mode & 0o7777)
            file.writelines(parts)
            file.flush()
            if is_durable:
                os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException as error:
        if os.path.exists(temporary):
            os.unlink(temporary)
        if isinstance(error, OSError):
            # A failed write names no file, and the user does not know the temporary one.
            error.filename, error.filename2 = path, None
        raise
