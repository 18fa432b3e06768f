"""Where readq keeps things. The folders are the platform's own, by platformdirs (XDG on Linux)."""

import os


def expand(path: str) -> str:
    """`path` made absolute, with `~` read as the home folder."""
    return os.path.abspath(os.path.expanduser(path))


def default_library() -> str:
    """The library file when neither option, environment nor config names one."""
    import platformdirs

    return platformdirs.user_data_dir("readq") + "/library.db"


def default_config() -> str:
    """The config file when neither option nor environment names one."""
    import platformdirs

    return platformdirs.user_config_dir("readq") + "/config.toml"
