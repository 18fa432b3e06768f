"""Start a command of readq in a process of its own, which continues after the present process has ended."""

import os
import sys
from collections.abc import Mapping, Sequence


def start(library: str, config: str, environ: Mapping[str, str], words: Sequence[str]) -> int | None:
    """Start the command line `words` of readq in a new process, for the library at the path `library`.

    Return the id of the new process, or None if it could not be started. `config` is the path of the config file to
    use, if this file exists. `environ` are the environment variables. The standard streams of the new process are the
    null device. So a program that reads the output of the present process, such as cron, does not wait until the new
    process ends.
    """
    if not sys.executable or not hasattr(os, "posix_spawn"):
        return None
    settings = ["--config", config] if os.path.exists(config) else []
    # -P keeps the working folder out of the module search path.
    command = [sys.executable, "-P", "-m", "readq", "--db", library, *settings, *words]
    streams = [
        (os.POSIX_SPAWN_OPEN, number, os.devnull, os.O_RDONLY if number == 0 else os.O_WRONLY, 0) for number in range(3)
    ]
    try:
        return os.posix_spawn(command[0], command, environ, file_actions=streams, setsid=True)
    except (OSError, NotImplementedError):
        return None
