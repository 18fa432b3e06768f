"""Find the default paths of the library, the config file, PDFs, the cache and logs, and write files atomically.

Default folders are those of the platform. On Linux they follow the XDG Base Directory Specification.
"""

import os
import sys


def expand(path: str) -> str:
    """Return `path` as an absolute path, with `~` replaced by the home folder."""
    return os.path.abspath(os.path.expanduser(path))


def default_library() -> str:
    """Return the path of the library that is used if no option, environment variable or setting names one."""
    return os.path.join(_folder("data"), "library.db")


def default_config() -> str:
    """Return the path of the config file that is used if no option or environment variable names one."""
    return os.path.join(_folder("config"), "config.toml")


def default_pdf_dir() -> str:
    """Return the folder of PDFs that is used if the config names none.

    It is not in the cache folder, because annotations that readers write into PDFs cannot be downloaded again.
    """
    return os.path.join(_folder("data"), "pdf")


def default_cache() -> str:
    """Return the cache folder that is used if the config names none. All data in it can be downloaded again."""
    return _folder("cache")


def state_folder() -> str:
    """Return the folder for logs and locks."""
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
    """Replace the content of the file at `path` by `text`. After an error or a crash, it is either all old or all new.

    An existing file keeps its mode, and a symbolic link stays a link. A new file gets `mode` less the umask; the
    default of `mode` is 0666. A pipe or device is written to directly. Raises OSError if the file cannot be written.
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
        flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC | getattr(os, "O_NOFOLLOW", 0)
        with open(os.open(temporary, flags, mode or 0o666), "wb") as file:
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
