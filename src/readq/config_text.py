"""Write the text of a config file: change one setting, or list all of them with their defaults.

The library tomlkit keeps the comments and the order of a file; the standard library only reads TOML.
"""

import json
import tomllib
from collections.abc import Iterator, MutableMapping
from typing import cast

from readq.config import REPLACED, SETTINGS, TABLES, Config, Setting
from readq.errors import ConfigError, UsageError
from readq.nearest_name import suggestion
from readq.text import quoted


def with_setting(text: str, name: str, value: str) -> str:
    """Return the text of a config file in which the setting `name` has the value that `value` spells.

    `value` is a value of TOML, or a text without its quotation marks. The rest of the file stays as it is. Raises
    UsageError for an unknown setting or a wrong value. Raises ConfigError if the file is not valid TOML.
    """
    import tomlkit
    from tomlkit.exceptions import TOMLKitError

    name = REPLACED.get(name, name)
    chosen = _chosen(name, value, _setting(name))
    try:
        document = tomlkit.parse(text)
    except TOMLKitError as error:
        raise ConfigError(f"the config file is not valid TOML: {error}", "readq config edit") from error
    table, _, key = name.rpartition(".")
    if table and not isinstance(document.get(table, {}), dict):
        raise ConfigError(f"{table} is no table in the config file", "readq config edit")
    if table and table not in document:
        document[table] = tomlkit.table()
    place = cast("MutableMapping[str, object]", document[table] if table else document)
    place[key] = chosen
    return tomlkit.dumps(document)


def _setting(name: str) -> Setting:
    table, _, entry = name.partition(".")
    if name in SETTINGS:
        return SETTINGS[name]
    if table in TABLES and entry and "." not in entry:
        return TABLES[table]
    raise UsageError(f"unknown setting {quoted(name)}", suggestion(name, SETTINGS, "readq help config lists them"))


def _chosen(name: str, value: str, setting: Setting) -> object:
    """Return the first valid meaning of the text `value`: as a value of TOML, or as the text itself."""
    for meaning in (*_parsed(value), value):
        if setting.is_valid(meaning):
            return meaning
    raise UsageError(f"{name} cannot be {quoted(value)}", f"expected {setting.expected}")


def _parsed(value: str) -> Iterator[object]:
    # A line break would end the value, and begin another setting.
    if "\n" in value or "\r" in value:
        return
    try:
        found = tomllib.loads(f"value = {value}")
    except tomllib.TOMLDecodeError:
        return
    if set(found) == {"value"}:
        yield found["value"]


def commented_defaults() -> str:
    """Return a config file in which every setting stands with its default, commented out."""
    lines = ["# The settings of readq. Remove the # before a setting to change it; readq help config explains more."]
    tables = list(dict.fromkeys(["", *(name.rpartition(".")[0] for name in SETTINGS)]))
    names = sorted(SETTINGS, key=lambda name: tables.index(name.rpartition(".")[0]))
    present = ""
    for name in names:
        table, _, key = name.rpartition(".")
        if table != present:
            lines += ["", f"[{table}]"]
            present = table
        default = getattr(Config(), SETTINGS[name].field)
        lines += ["", f"# {SETTINGS[name].expected}", f"#{key} = {_spelled(default)}".rstrip()]
    return "\n".join([*lines, ""])


def _spelled(value: object) -> str:
    """Return a default as TOML, "" for a setting that has none. TOML writes these values as JSON does."""
    return "" if value is None else json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
