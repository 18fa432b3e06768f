"""Read, validate and write the config file, which is in TOML."""

import os
import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from readq.errors import ConfigError, UsageError
from readq.paths import default_config, expand, write_atomically

_LONGEST_FILE, _LONGEST_LINE = 100_000, 2_000
_LONGEST_SHOWN = 80


LIST_COLUMNS = (
    *("status", "star", "note", "upvotes", "title", "authors"),
    *("year", "venue", "feed", "tags", "age", "due"),
)
"""The columns of a list of papers, from which the reader may choose."""


class Config(NamedTuple):
    """The settings in the config file, with their defaults. The keys of SETTINGS and TABLES are the names in the file.

    `busy_timeout` is in seconds. `paper_retention` and `question_retention` are the desired probabilities of recall,
    from 0.70 to 0.99. `keys` maps the name of an action to its keys, separated by commas. `endpoints` maps the name of
    a web service to an origin (`https://host`) that replaces the origin of the service. `delays` maps the name of a web
    service to the number of seconds between two requests. `private_hosts` holds the hosts of feeds that may have
    private IP addresses. `list_columns` are names in LIST_COLUMNS, None for the default. With `list_wrap`, long titles
    in a list take several lines. `digest_limit` is the number of papers that a digest lists. The settings of the mail
    server begin with `mail_`: `mail_port` is None for the default of `mail_security`, `mail_timeout` is in seconds, and
    `mail_keyring` is the name of a service in the keyring of the system.
    """

    library: str | None = None
    busy_timeout: float = 30.0
    theme: str = ""
    enrol_on_done: bool = True
    paper_retention: float = 0.80
    question_retention: float = 0.90
    a_day: int = 5
    automatic_backup: bool = True
    backups_kept: int = 30
    pdf_dir: str | None = None
    cache: str | None = None
    sync_at_start: bool = True
    contact: str = ""
    allow_private: bool = False
    private_hosts: Sequence[str] = ()
    digest_limit: int = 20
    mail_host: str | None = None
    mail_port: int | None = None
    mail_security: str = "tls"
    mail_user: str | None = None
    mail_from: str | None = None
    mail_timeout: float = 60.0
    mail_password_command: Sequence[str] | None = None
    mail_keyring: str | None = None
    open_pdf: str = ""
    journal_days: int = 365
    journal_megabytes: int = 100
    list_columns: Sequence[str] | None = None
    list_wrap: bool = True
    keys: Mapping[str, str] = {}
    endpoints: Mapping[str, str] = {}
    delays: Mapping[str, float] = {}


class _Setting(NamedTuple):
    field: str
    expected: str
    is_valid: Callable[[Any], bool]
    is_harmless: bool = False
    """Whether a stranger's value can do no harm: it runs no command, and neither reads nor writes anything else."""
    unknown_part: Callable[[Any], str | None] = lambda _: None
    """Returns the part of a wrong value that is not known, or None."""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_positive(value: object) -> bool:
    return _is_count(value) and value != 0


def _is_filled(value: object) -> bool:
    return isinstance(value, str) and bool(value.strip())


def _is_origin(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"https?://[^\s/?#@]+/?", value) is not None


def _is_list_of_hosts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(_is_host(host) for host in value)


def _is_host(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[^\s/?#@:]+", value) is not None


def _is_command(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(map(_is_filled, value))


def _is_port(value: Any) -> bool:  # noqa: ANN401 - any value of TOML
    return _is_positive(value) and value <= 65535


def _is_delay(value: Any) -> bool:  # noqa: ANN401 - any value of TOML
    return _is_number(value) and 0 <= value <= 3600


def _is_days(value: Any) -> bool:  # noqa: ANN401 - any value of TOML
    return _is_positive(value) and value <= 36_500


def _is_retention(value: Any) -> bool:  # noqa: ANN401 - any value of TOML
    return _is_number(value) and 0.70 <= value <= 0.99


def _are_columns(value: object) -> bool:
    if not isinstance(value, list | tuple) or not all(isinstance(name, str) for name in value):
        return False
    return "title" in value and len(set(value)) == len(value) and set(value) <= set(LIST_COLUMNS)


def _unknown_column(value: object) -> str | None:
    names = value if isinstance(value, list | tuple) else ()
    return next((name for name in names if isinstance(name, str) and name not in LIST_COLUMNS), None)


MAIL_PORTS: Mapping[str, int] = {"tls": 465, "starttls": 587, "none": 25}
"""The default port of a mail server for each value of `mail.security`."""

_REFUSED: Mapping[str, str] = {
    "mail.password": "set READQ_MAIL_PASSWORD, mail.password_command or mail.keyring in its place"
}
"""Settings that may not be in the file, as it is in clear text: what to do instead."""

_SHARE = "a share from 0.70 to 0.99"
SETTINGS: Mapping[str, _Setting] = {
    "library": _Setting("library", "a path", _is_filled),
    "busy_timeout": _Setting(
        "busy_timeout", "seconds, 0 to 3600", lambda value: _is_number(value) and 0 <= value <= 3600
    ),
    "theme": _Setting("theme", "the name of a theme", lambda value: isinstance(value, str), is_harmless=True),
    "list.columns": _Setting(
        "list_columns",
        f"a list of different columns, with title among them ({', '.join(LIST_COLUMNS)})",
        _are_columns,
        is_harmless=True,
        unknown_part=_unknown_column,
    ),
    "list.wrap": _Setting("list_wrap", "true or false", lambda value: isinstance(value, bool), is_harmless=True),
    "review.enrol_on_done": _Setting(
        "enrol_on_done", "true or false", lambda value: isinstance(value, bool), is_harmless=True
    ),
    "review.paper_retention": _Setting("paper_retention", _SHARE, _is_retention, is_harmless=True),
    "review.question_retention": _Setting("question_retention", _SHARE, _is_retention, is_harmless=True),
    "review.a_day": _Setting("a_day", "a whole number from 0", _is_count, is_harmless=True),
    "pdf_dir": _Setting("pdf_dir", "a path", _is_filled),
    "cache": _Setting("cache", "a path", _is_filled),
    "sync.at_start": _Setting("sync_at_start", "true or false", lambda value: isinstance(value, bool)),
    "sync.contact": _Setting("contact", "an e-mail address", lambda value: isinstance(value, str)),
    "sync.allow_private": _Setting("allow_private", "true or false", lambda value: isinstance(value, bool)),
    "sync.private_hosts": _Setting(
        "private_hosts", 'a list of host names, such as ["wiki.company.example"]', _is_list_of_hosts
    ),
    "digest.limit": _Setting(
        "digest_limit", "a whole number from 0 to 500", lambda value: _is_count(value) and value <= 500, True
    ),
    "mail.host": _Setting("mail_host", "the name of an SMTP server", _is_host),
    "mail.port": _Setting("mail_port", "a whole number from 1 to 65535", _is_port),
    "mail.security": _Setting("mail_security", "tls, starttls or none", lambda value: value in MAIL_PORTS),
    "mail.user": _Setting("mail_user", "a user name", _is_filled),
    "mail.from": _Setting("mail_from", "an e-mail address", _is_filled),
    "mail.timeout": _Setting(
        "mail_timeout", "seconds, 1 to 3600", lambda value: _is_number(value) and 1 <= value <= 3600
    ),
    "mail.password_command": _Setting(
        "mail_password_command", 'a list of words, such as ["pass", "show", "mail"]', _is_command
    ),
    "mail.keyring": _Setting("mail_keyring", "the name of a service in the keyring", _is_filled),
    "open.pdf": _Setting("open_pdf", 'a command, such as "zathura {file}"', lambda value: isinstance(value, str)),
    "backup.automatic": _Setting("automatic_backup", "true or false", lambda value: isinstance(value, bool)),
    "backup.keep": _Setting("backups_kept", "a whole number from 1", _is_positive),
    "journal.keep_days": _Setting("journal_days", "a whole number from 1 to 36500", _is_days),
    "journal.keep_mb": _Setting("journal_megabytes", "a whole number from 1", _is_positive),
}
"""Each setting by its name in the file: its field in Config, a description of valid values, and their check."""

REPLACED: Mapping[str, str] = {"review.papers_a_day": "review.a_day", "review.questions_a_day": "review.a_day"}
"""Older names of settings, which a file may contain: the name that replaces each of them.

Of several names for one setting in a file, the present name counts, else the first in REPLACED.
"""

TABLES: Mapping[str, _Setting] = {
    "keys": _Setting("keys", 'keys in quotes, such as "a"', lambda value: isinstance(value, str)),
    "endpoints": _Setting("endpoints", "an origin, such as https://export.arxiv.org", _is_origin),
    "delays": _Setting("delays", "seconds, 0 to 3600", _is_delay),
}
"""The tables whose entries are named by an action or a web service, described as in SETTINGS."""


def config_path(option: str | None, environ: Mapping[str, str]) -> str:
    """Return the path of the config file. `option` is the value of `--config`, None without that option.

    The first of these that is set is used: `option`, the environment variable `READQ_CONFIG`, the default path of the
    platform. Raises UsageError if `option` is empty.
    """
    _refuse_empty(option, "--config")
    chosen = option or environ.get("READQ_CONFIG")
    return expand(chosen) if chosen else default_config()


def library_path(option: str | None, environ: Mapping[str, str], config: Config) -> str:
    """Return the path of the library. `option` is the value of `--db`, None without that option.

    The first of these that is set is used: `option`, the environment variable `READQ_DB`, the setting in `config`, the
    default path of the platform. Raises UsageError if `option` is empty.
    """
    _refuse_empty(option, "--db")
    chosen = option or environ.get("READQ_DB") or config.library
    if chosen:
        return expand(chosen)
    from readq.paths import default_library

    return default_library()


def _refuse_empty(option: str | None, name: str) -> None:
    # An unset variable in a script must not make a command use the reader's own library.
    if option is not None and not option.strip():
        raise UsageError(f"{name} is empty", "name a file")


def load(path: str, *, required: bool = False) -> Config:
    """Return the settings in the config file at `path`. If the file does not exist, return the defaults.

    Raises ConfigError if the file cannot be read or is not valid TOML. Raises ConfigError if a setting is unknown or
    has a wrong value. Raises ConfigError if `required` is True and the file does not exist.
    """
    if not os.path.exists(path):
        if required:
            raise ConfigError(f"no config file at {path}", "check --config and READQ_CONFIG")
        return Config()
    text = read_text(path)
    return from_table(_parse(text, path), path, text)


def read_text(path: str) -> str:
    """Return the text of the config file at `path`. Return "" if the file does not exist.

    Raises ConfigError if the file cannot be read or is not UTF-8.
    """
    try:
        with open(path, "rb") as file:
            return file.read().decode()
    except FileNotFoundError:
        return ""
    except UnicodeDecodeError as error:
        raise ConfigError(
            f"{path}: not UTF-8 text: {error.reason} at byte {error.start}", "save it as UTF-8"
        ) from error
    except OSError as error:
        raise ConfigError(f"cannot read the config file {path}: {error.strerror}", "check its permissions") from error


def save(path: str, text: str) -> None:
    """Replace the content of the config file at `path` by `text`.

    Raises ConfigError if `text` is not valid TOML, or has an unknown setting or a wrong value. The file is then
    unchanged.
    """
    from_table(_parse(text, path), path, text)
    os.makedirs(os.path.dirname(path), mode=0o700, exist_ok=True)
    write_atomically(path, text, mode=0o600)


def values(text: str, path: str) -> dict[str, Any]:
    """Return the settings in `text`, the content of a config file, by name.

    A setting in a table is named `table.name`. Error messages name the file by `path`. Raises ConfigError if `text` is
    not valid TOML. Raises ConfigError if a setting is unknown or has a wrong value.
    """
    table = _parse(text, path)
    from_table(table, path, text)
    return dict(_flat(table))


def is_harmless(name: str) -> bool:
    """Return whether every valid value of the setting `name` is safe, even a value that a stranger chose.

    A value is safe if readq neither runs a command because of it, nor reads or writes another file than without it.
    """
    name = REPLACED.get(name, name)
    return name in SETTINGS and SETTINGS[name].is_harmless


def _parse(text: str, path: str) -> dict[str, Any]:
    import tomllib

    # The file may come from somebody else's dump. tomllib takes quadratic time for a key of many parts.
    if len(text) > _LONGEST_FILE:
        raise ConfigError(f"{path}: longer than {_LONGEST_FILE:,} characters", "shorten it")
    for number, line in enumerate(text.splitlines(), 1):
        if len(line) > _LONGEST_LINE:
            raise ConfigError(f"{path}: line {number} has more than {_LONGEST_LINE:,} characters", "correct that line")
    try:
        return tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        raise ConfigError(f"{path}: not valid TOML: {error}", "correct that line") from error
    except RecursionError as error:
        raise ConfigError(f"{path}: not valid TOML: nested too deeply", "correct that line") from error


def from_table(table: Mapping[str, Any], path: str, text: str = "") -> Config:
    """Return the settings in `table`, a parsed TOML document. Error messages name the document by `path`.

    `text` is the text of the document, for the number of the line in error messages. If it is empty, they have none.

    Raises ConfigError if a setting is unknown or has a wrong value.
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
            tables = ", ".join(TABLES)
            raise ConfigError(
                f"{_place(path, text, name)}: unknown setting {name[:_LONGEST_SHOWN]}",
                f"settings: {', '.join(SETTINGS)}; tables: {tables}",
            )
        if not setting.is_valid(value):
            unknown = setting.unknown_part(value)
            shown = repr(value if unknown is None else unknown)[:_LONGEST_SHOWN]
            raise ConfigError(
                f"{_place(path, text, name, unknown)}: {name[:_LONGEST_SHOWN]} must be {setting.expected}, not {shown}",
                "correct that line",
            )
        if in_table:
            found.setdefault(setting.field, {})[inner] = value
        else:
            found.setdefault(setting.field, value)
    return Config(**found)


def _place(path: str, text: str, name: str, part: str | None = None) -> str:
    """Return the path of the file, and the number of the line that sets `name`: in a list, the line with `part`."""
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
    """Return the settings with those under an older name last, in the order of REPLACED."""
    older = list(REPLACED)
    return sorted(pairs, key=lambda pair: older.index(pair[0]) + 1 if pair[0] in REPLACED else 0)


def _flat(table: Mapping[str, Any]) -> list[tuple[str, Any]]:
    """Return the values by name; those in a table are named `table.name`."""
    pairs: list[tuple[str, Any]] = []
    for name, value in table.items():
        if isinstance(value, dict):
            pairs += [(f"{name}.{inner}", inner_value) for inner, inner_value in value.items()]
        else:
            pairs.append((name, value))
    return pairs
