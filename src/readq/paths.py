"""Paths of the library, config, PDFs, cache and logs, and atomic writing of files.

The folders are those of the platform, on Linux by the XDG Base Directory Specification.
"""

import os
import sys


def expand(path: str) -> str:
    """Return `path` absolute, with `~` replaced by the home folder."""
    return os.path.abspath(os.path.expanduser(path))


def default_library() -> str:
    """Return the path of the library when neither option, environment nor config names one."""
    return os.path.join(_folder("data"), "library.db")


def default_config() -> str:
    """Return the path of the config file when neither option nor environment names one."""
    return os.path.join(_folder("config"), "config.toml")


def default_pdf_dir() -> str:
    """Return the folder of PDFs when the config names none. It is no cache: readers write annotations into PDFs."""
    return os.path.join(_folder("data"), "pdf")


def default_cache() -> str:
    """Return the folder of downloads that can be fetched again, when the config names none."""
    return _folder("cache")


def state_folder() -> str:
    """Return the folder of logs and locks."""
    return _folder("state")


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
    """Write `text` to the file at `path`, whole or not at all. An existing file keeps its mode and its symbolic links.

    `mode` is that of a new file, by default 0666 less the user's umask. Raises OSError.
    """
    data = text.encode()
    if os.path.exists(path) and not os.path.isfile(path):
        # A pipe or a device cannot be replaced by a finished file.
        with open(path, "wb") as stream:
            stream.write(data)
        return
    target = os.path.realpath(path)
    temporary = f"{target}.{os.getpid()}.new"
    try:
        with open(os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode or 0o666), "wb") as file:
            if os.path.exists(target):
                os.fchmod(file.fileno(), os.stat(target).st_mode & 0o7777)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(temporary, target)
    except BaseException:
        if os.path.exists(temporary):
            os.unlink(temporary)
        raise
