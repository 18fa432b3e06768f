"""Where readq keeps things: the folders of the platform, by the XDG specification on Linux."""

import os
import sys


def expand(path: str) -> str:
    """`path` made absolute, with `~` read as the home folder."""
    return os.path.abspath(os.path.expanduser(path))


def default_library() -> str:
    """The library file when neither option, environment nor config names one."""
    return os.path.join(_folder("data"), "library.db")


def default_config() -> str:
    """The config file when neither option nor environment names one."""
    return os.path.join(_folder("config"), "config.toml")


def default_pdf_dir() -> str:
    """The folder of PDFs when the config names none: no cache, since readers write into their files."""
    return os.path.join(_folder("data"), "pdf")


def default_cache() -> str:
    """The folder of what can be fetched again, when the config names none."""
    return _folder("cache")


def state_folder() -> str:
    """The folder of logs and locks."""
    return _folder("state")


_XDG = {"data": "~/.local/share", "config": "~/.config", "cache": "~/.cache", "state": "~/.local/state"}


def _folder(kind: str) -> str:
    if sys.platform == "linux":
        # What platformdirs gives there (a test holds the two together), without a quarter of the time of `readq list`.
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
    """Put `text` in the file at `path`, whole or not at all; an existing file keeps its mode and its links.

    `mode` is that of a new file, by default what the user's umask leaves. Raises OSError.
    """
    data = text.encode()
    if os.path.exists(path) and not os.path.isfile(path):
        # A pipe or a device has no place to swap a finished file into.
        with open(path, "wb") as stream:
            stream.write(data)
        return
    target = os.path.realpath(path)
    beside = f"{target}.{os.getpid()}.new"
    try:
        with open(os.open(beside, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, mode or 0o666), "wb") as file:
            if os.path.exists(target):
                os.fchmod(file.fileno(), os.stat(target).st_mode & 0o7777)
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        os.replace(beside, target)
    except BaseException:
        if os.path.exists(beside):
            os.unlink(beside)
        raise
