"""Read, check and write the config file, which is in TOML."""

import os
import re
from collections.abc import Mapping
from typing import Any

from readq.config import REPLACED, SETTINGS, TABLES, Config
from readq.errors import ConfigError, UsageError
from readq.nearest_name import suggestion
from readq.paths import default_config, expand, write_atomically

_LONGEST_FILE, _LONGEST_LINE = 100_000, 2_000
_LONGEST_SHOWN = 80

_REFUSED: Mapping[str, str] = {
    "mail.password": "set READQ_MAIL_PASSWORD, mail.password_command or mail.keyring in its place"
}
"""The settings for secrets, which must not be in the config file, because the file is not encrypted.

Each name is mapped to a hint that tells the user what to do instead.
"""


def config_path(option: str | None, environ: Mapping[str, str]) -> str:
    """Return the path of the config file. `option` is the value of the option `--config`, or None if it is not given.

    The first path that is set is used: `option`, the environment variable `READQ_CONFIG`, the default path of the
    platform. Raises UsageError if `option` is empty.
    """
    _refuse_empty(option, "--config")
    chosen = option or environ.get("READQ_CONFIG")
    return expand(chosen) if chosen else default_config()


def library_path(option: str | None, environ: Mapping[str, str], config: Config) -> str:
    """Return the path of the library. `option` is the value of the option `--db`, or None if it is not given.

    The first path that is set is used: `option`, the environment variable `READQ_DB`, the setting in `config`, the
    default path of the platform. Raises UsageError if `option` is empty.
    """
    _refuse_empty(option, "--db")
    chosen = option or environ.get("READQ_DB") or config.library
    if chosen:
        return expand(chosen)
    from readq.paths import default_library

    return default_library()


def _refuse_empty(option: str | None, name: str) -> None:
    # An unset variable in a script must not make a command use the user's own library.
    if option is not None and not option.strip():
        raise UsageError(f"{name} is empty", "name a file")


def load(path: str, *, required: bool = False) -> Config:
    """Return the settings in the config file at `path`. If the file does not exist, return the defaults.

    Raises ConfigError if the file cannot be read, is not valid TOML, or has an unknown setting or a wrong value. Raises
    ConfigError, too, if the file does not exist and `required` is true.
    """
    if not os.path.exists(path):
        if required:
            raise ConfigError(f"no config file at {path}", "check --config and READQ_CONFIG")
        return Config()
    text = read_text(path)
    return from_table(parse(text, path), path, text)


def read_text(path: str) -> str:
    """Return the text of the config file at `path`. Return "" if the file does not exist.

    Raises ConfigError if the file cannot be read, is too long or is not UTF-8.
    """
    try:
        with open(path, "rb") as file:
            # A device such as /dev/zero has no end.
            data = file.read(4 * _LONGEST_FILE + 1)
        if len(data) > 4 * _LONGEST_FILE:
            raise _too_long(path)
        # Some editors begin a file with a byte order mark, which is no TOML.
        return data.decode("utf-8-sig")
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: not UTF-8 text: {error.reason} at byte {error.start}", "save it as UTF-8"
        ) from error
    except OSError as error:
        raise ConfigError(f"cannot read the config file {path}: {error.strerror}", "check its permissions") from error


def save(path: str, text: str) -> None:
    """Replace the content of the config file at `path` with `text`.

    Raises ConfigError, and leaves the file unchanged, if `text` is not valid TOML, or has an unknown setting or a wrong
    value.
    """
    from_table(parse(text, path), path, text)
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    write_atomically(path, text, mode=0o600)


def values(text: str, path: str) -> dict[str, Any]:
    """Return the settings in `text`, the content of a config file, as a dict from their names to their values.

    The name of a setting in a table is `table.name`. `path` is the path of the file, for error messages. Raises
    ConfigError if `text` is not valid TOML, or has an unknown setting or a wrong value.
    """
    table = parse(text, path)
    from_table(table, path, text)
    return dict(_flat(table))


def parse(text: str, path: str) -> dict[str, Any]:
    """Return `text`, the content of a config file, as the tables of TOML. Their settings are not checked.

    `path` is the path of the file, for error messages. Raises ConfigError if `text` is not valid TOML, or too long.
    """
    import tomllib

    # The file may come from somebody else's dump. tomllib takes quadratic time for a key of many parts.
    if len(text) > _LONGEST_FILE:
        raise _too_long(path)
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > _LONGEST_LINE:
            raise ConfigError(f"{path}: line {number} has more than {_LONGEST_LINE:,} characters", "correct that line")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}", "correct that line") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: not valid TOML: nested too deeply", "correct that line") from error


def _too_long(path: str) -> ConfigError:
    return ConfigError(f"{path}: longer than {_LONGEST_FILE:,} characters", "shorten it")


def from_table(table: Mapping[str, Any], path: str, text: str = "") -> Config:
    """Return the settings in `table`, a parsed TOML document. `path` is the path of the document, for error messages.

    `text` is the text of the document. With this text, messages can name the line of an error. If it is empty, they
    name no line. Raises ConfigError if a setting is unknown or has a wrong value.
    """
    found: dict[str, Any] = {}
    for name, value in _renamed(_flat(table)):
        table_name, _, inner = name.partition(".")
        in_table = table_name in TABLES and bool(inner)
        setting = TABLES[table_name] if in_table else SETTINGS.get(REPLACED.get(name, name))
        if name in _REFUSED:
            place = _place(path, text, name)
            raise ConfigError(f"{place}: {name} must not be in the config, which is clear text", _REFUSED[name])
        if setting is None:
            raise ConfigError(
                f"{_place(path, text, name)}: unknown setting {name[:_LONGEST_SHOWN]}",
                _known(name),
            )
        if in_table and setting.names is not None and inner not in setting.names:
            hint = suggestion(inner, setting.names, f"[{table_name}] has {', '.join(setting.names)}")
            raise ConfigError(f"{_place(path, text, name)}: unknown setting {name[:_LONGEST_SHOWN]}", hint)
        if not setting.is_valid(value):
            unknown = setting.unknown_part(value)
            # The message goes to the log, and a wrong value of this setting may be the password itself.
            is_secret = name == "mail.password_command"
            shown = "" if is_secret else f", not {repr(value if unknown is None else unknown)[:_LONGEST_SHOWN]}"
            raise ConfigError(
                f"{_place(path, text, name, unknown)}: {name[:_LONGEST_SHOWN]} must be {setting.expected}{shown}",
                "correct that line",
            )
        if in_table:
            found.setdefault(setting.field, {})[inner] = value
        else:
            found.setdefault(setting.field, value)
    return Config(**found)


def located(error: ConfigError, path: str) -> ConfigError:
    """Return a ConfigError like `error` whose message begins with the place of the error in the config file.

    The place is `path`, with the number of the line that sets `error.setting`. If `error.setting` is None, return
    `error` unchanged.
    """
    if error.setting is None:
        return error
    return ConfigError(f"{_place(path, read_text(path), error.setting)}: {error.message}", error.hint)


def _known(name: str) -> str:
    """Return a hint on the unknown setting `name`: the nearest name, and the settings in the table of `name`.

    If the table is unknown, the hint names all tables, and the settings outside tables.
    """
    near = suggestion(name, SETTINGS)
    table = f"{name.partition('.')[0]}."
    if inner := [setting.removeprefix(table) for setting in SETTINGS if setting.startswith(table)]:
        return f"{near} [{table[:-1]}] has {', '.join(inner)}".strip()
    tables = dict.fromkeys(setting.partition(".")[0] for setting in SETTINGS if "." in setting)
    settings = [setting for setting in SETTINGS if "." not in setting]
    return f"{near} settings: {', '.join(settings)}; tables: {', '.join([*tables, *TABLES])}".strip()


def _place(path: str, text: str, name: str, part: str | None = None) -> str:
    """Return the path of the file, and the number of the line that sets `name`, as text for a message.

    If `part` is given, it is the line of the list that contains `part`.
    """
    table, found = "", 0
    for number, line in enumerate(text.splitlines(), 1):
        if not found and (header := re.match(r"\s*\[([^\[\]]+)\]", line)):
            table = f"{header[1].strip()}."
        elif not found and (key := re.match(r"\s*([^\s=#\[\]][^=#\[\]]*)=", line)):
            full = table + re.sub(r"[\s\"']", "", key[1])
            found = number if name == full or name.startswith(f"{full}.") else 0
        if found and (part is None or f'"{part}"' in line or f"'{part}'" in line):
            return f"{path}, line {number}"
    return f"{path}, line {found}" if found else path


def _renamed(pairs: list[tuple[str, Any]]) -> list[tuple[str, Any]]:
    """Sort the settings: settings with a former name come last, in the order of REPLACED."""
    older = list(REPLACED)
    return sorted(pairs, key=lambda pair: older.index(pair[0]) + 1 if pair[0] in REPLACED else 0)


def _flat(table: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return pairs of a name and a value. The name of a value in a table is `table.name`."""
    pairs: list[tuple[str, Any]] = []
    for name, value in table.items():
        # An empty table in place of a value has no entry that could be refused.
        if isinstance(value, dict) and (value or name not in SETTINGS):
            pairs += [(f"{name}.{inner}", inner_value) for inner, inner_value in value.items()]
        else:
            pairs.append((name, value))
    return pairs
