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


def _folder(kind: str) -> str:
    if sys.platform == "linux":
        # What platformdirs gives there (a test holds the two together), without a quarter of the time of `readq list`.
        chosen = os.environ.get(f"XDG_{kind.upper()}_HOME", "")
        home = os.path.expanduser({"data": "~/.local/share", "config": "~/.config"}[kind])
        return os.path.join(chosen if os.path.isabs(chosen) else home, "readq")
    import platformdirs

    return platformdirs.user_data_dir("readq") if kind == "data" else platformdirs.user_config_dir("readq")
