"""Copy settings from the config file of a dump, without settings that a stranger could misuse.

A dump may come from another person. Some settings name a command that readq runs, a web service to which it sends
requests, or a folder in which it writes. They are copied only if the user agrees to copy all settings of the dump.
All other settings are called harmless.
"""

import json
import os
from collections.abc import Collection, Iterator, Mapping
from typing import Any

from readq import config_file
from readq.config import is_harmless
from readq.errors import ConfigError, UsageError
from readq.services.dump import file_layout, regular_files
from readq.services.dump.regular_files import FileState

_HINT = "--with-config shows them and asks"
_SET_HINT = "readq config set sets them"


def described(folder: str) -> list[str]:
    """Return the settings in the config file of the dump in `folder`, each as a text such as `pdf_dir = "papers"`.

    Return an empty list if the dump has no config file. Raises ConfigError if the config file is not valid. Raises
    OSError if it cannot be read.
    """
    if regular_files.state(folder, file_layout.CONFIG) is FileState.MISSING:
        return []
    text = regular_files.read(folder, file_layout.CONFIG).decode("utf-8-sig", errors="replace")
    settings = config_file.values(text, os.path.join(folder, file_layout.CONFIG))
    return [_line(name, value) for name, value in settings.items()]


def refuse_other_config(settings: Collection[str], path: str) -> None:
    """Raise UsageError if there is a config file at `path` that lacks any of `settings`, the result of `described`."""
    if not os.path.exists(path):
        return
    present = config_file.values(config_file.read_text(path), path)
    if set(settings) - {_line(name, value) for name, value in present.items()}:
        raise UsageError(f"{path} exists, so the settings of a dump are not imported", "leave out --with-config")


def take(text: str | None, path: str | None, *, all_settings: bool) -> tuple[str, ...]:
    """Write settings of a dump to the config file at `path`. Return messages for the user.

    `text` is the text of the dump's config file. Nothing is written if `text` or `path` is None, or if the file at
    `path` exists. A message then names the settings that the file lacks. An error is returned as a message.

    If `all_settings` is true, the whole text is written, or nothing if the text sets the path of the library. If
    `all_settings` is false, only the harmless settings are written, and a message names the other settings.
    """
    if text is None or path is None:
        return ()
    try:
        given = config_file.values(text, path)
        if os.path.exists(path):
            return tuple(_left_out(given, path))
        return (_write_all(text, given, path),) if all_settings else tuple(_write_harmless(given, path))
    except (ConfigError, OSError) as error:
        return (f"settings of the dump not imported: {error}",)


def _left_out(given: Mapping[str, Any], path: str) -> Iterator[str]:
    present = config_file.values(config_file.read_text(path), path)
    if others := [name for name, value in given.items() if present.get(name) != value]:
        yield f"settings of the dump left out: {', '.join(others)}; {path} exists"


def _write_all(text: str, given: Mapping[str, Any], path: str) -> str:
    if given.get("library") is not None:
        return "settings of the dump not imported: they name another library"
    config_file.save(path, text)
    return f"settings written to {path}"


def _write_harmless(given: Mapping[str, Any], path: str) -> Iterator[str]:
    harmless = {name: value for name, value in given.items() if is_harmless(name)}
    if harmless:
        config_file.save(path, "".join(f"{_line(name, value)}\n" for name, value in harmless.items()))
        yield f"settings written to {path}: {', '.join(harmless)}"
    if others := [name for name in given if name not in harmless]:
        # --with-config refuses to replace the file that was just written.
        yield f"settings of the dump left out: {', '.join(others)}; {_SET_HINT if harmless else _HINT}"


def _line(name: str, value: object) -> str:
    # The values of all settings are texts, numbers and truth values, which TOML writes as JSON does.
    table, _, inner = name.partition(".")
    key = f"{table}.{inner if inner.isidentifier() and inner.isascii() else json.dumps(inner)}" if inner else table
    return f"{key} = {json.dumps(value, ensure_ascii=False)}"
