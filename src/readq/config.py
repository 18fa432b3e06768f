"""The settings of readq: their defaults, their names in the config file, and the checks of their values."""

import re
from collections.abc import Callable, Mapping, Sequence
from typing import Any, NamedTuple

from readq.templates import key_template, note_template
from readq.text import is_mail_address, is_origin

LIST_COLUMNS = (
    *("status", "star", "watch", "note", "interest", "upvotes", "title", "authors"),
    *("year", "venue", "feed", "tags", "age", "due"),
)
"""The names of the columns that a list of papers can show. The setting `list.columns` chooses among them."""


COLORS = ("title", "authors", "place", "own", "mark", "match", "muted", "low", "medium", "high", "error", "text")
"""The names of the parts of the UI whose colours the user can set. `readq.tui.text.tones` uses the same names."""

NAMED_COLORS: Mapping[str, str] = {
    "black": "#000000",
    "white": "#ffffff",
    "gray": "#808080",
    "red": "#ff5555",
    "green": "#50c850",
    "yellow": "#e5c100",
    "orange": "#ff9500",
    "blue": "#4f9fff",
    "magenta": "#d070d0",
    "cyan": "#30c0c0",
}
"""A mapping from each colour name that is allowed in the config file to the hexadecimal value of the colour."""


class Config(NamedTuple):
    """The settings in the config file, with their defaults.

    SETTINGS and TABLES have the names of the settings in the file.
    """

    library: str | None = None
    """The path of the library file, or None for the default path."""
    busy_timeout: float = 30.0
    """The time to wait for another process that writes to the library, in seconds."""
    theme: str = ""
    """The name of the colour theme. If it is "", the theme is dark on a dark terminal and light on a light one."""
    plain: bool = False
    """Whether the UI has only ASCII characters and no frames, and describes the item under the cursor in one line."""
    enrol_on_done: bool = True
    """Whether a paper that the user has finished is put into review."""
    ask_on_done: bool = True
    """Whether the UI opens the note on a paper that the user has finished, with lines such as `claim:` to fill in."""
    first_review: str = "later"
    """The time of the first review of a finished paper: `later` (after about a week) or `now` (the same day)."""
    drafts: Sequence[str] = ()
    """The paths of the user's .aux and .bib files. A review begins with the papers that these files name."""
    paper_retention: float = 0.80
    """The desired probability of recall for the cards of papers, from 0.70 to 0.99."""
    question_retention: float = 0.90
    """The desired probability of recall for the cards of questions in notes, from 0.70 to 0.99."""
    a_day: int = 5
    """The maximum number of cards that reviews ask on one day."""
    share_folder: str | None = None
    """The path of the folder of the shared dump, or None for the default path."""
    share_automatic: bool = False
    """Whether the UI exchanges changes with the user's other machines by itself."""
    automatic_backup: bool = True
    """Whether a backup is made on each day on which the library has changed."""
    backups_kept: int = 30
    """The number of automatic backups to keep."""
    pdf_dir: str | None = None
    """The path of the folder of downloaded PDFs, or None for the default path."""
    pdf_search: bool = False
    """Whether the texts of PDFs are indexed."""
    notes_folder: str | None = None
    """The path of the folder of Markdown notes, or None for no folder."""
    notes_file_name: str = "KEY.md"
    """The pattern of the names of the files in the folder of notes: `KEY.md` or `@KEY.md`."""
    notes_template: str = note_template.DEFAULT
    """The text of a new note, with names of fields in braces."""
    notes_editor: str = "pane"
    """The place to edit a note: `pane` (in the UI) or `external` (by the command `notes_open`)."""
    notes_open: str = ""
    """The command that opens the file of a note. The UI stays usable while the file is open."""
    cache: str | None = None
    """The path of the cache folder, or None for the default path."""
    sync_at_start: bool = True
    """Whether the UI syncs the feeds when it starts."""
    contact: str = ""
    """An e-mail address to send to web services, or ""."""
    allow_private: bool = False
    """Whether requests can go to private IP addresses."""
    private_hosts: Sequence[str] = ()
    """The names of hosts from which feeds are pulled even if the host has a private IP address."""
    digest_limit: int = 20
    """The maximum number of new papers that a digest lists."""
    mail_host: str | None = None
    """The mail server that sends the digest, or None."""
    mail_port: int | None = None
    """The port of the mail server, or None for the default port of `mail_security`."""
    mail_security: str = "tls"
    """The encryption of the connection to the mail server: `tls`, `starttls` or `none`."""
    mail_user: str | None = None
    """The user name at the mail server, or None."""
    mail_from: str | None = None
    """The address of the sender of the digest, or None to use `mail_user`."""
    mail_timeout: float = 60.0
    """The time limit for sending a mail, in seconds."""
    mail_password_command: Sequence[str] | None = None
    """The command that prints the password for the mail server, or None."""
    mail_keyring: str | None = None
    """The name under which the system's keyring has the password for the mail server, or None."""
    queue_budget: int | None = None
    """The maximum number of papers that the user wants in the queue, or None for no limit."""
    open_pdf: str = ""
    """The command that opens a PDF, or "" for the program of the system."""
    copy_command: Sequence[str] | None = None
    """A command that copies its standard input to the clipboard, or None to find one."""
    export_fields: Sequence[str] = ()
    """The fields that an export writes. A name with a leading `+` adds a field to the default fields."""
    export_omit: Sequence[str] = ()
    """The fields that an export leaves out."""
    export_key: str = key_template.DEFAULT
    """The template of generated citation keys (see `readq.templates.key_template`)."""
    export_key_letters: str = "ascii"
    """The letters of generated keys: `ascii`, or `native` to keep the letters of other scripts."""
    export_protect: str = "words"
    """The part of a title that is put in braces: a value of `readq.formats.entry_style.PROTECTION`."""
    export_preprints: str = ""
    """The entry type of preprints, or "" for the default type of the format."""
    export_journals: str = "given"
    """The form of the names of journals: a value of `readq.formats.entry_style.JOURNALS`."""
    keep_in_git: str = "demand"
    """When a kept .bib file in a git work tree is renewed.

    The value is `demand` (when the user asks) or `automatic` (after each change of the library).
    """
    journal_days: int = 365
    """The number of days after which a step of the undo history is deleted."""
    journal_megabytes: int = 100
    """The maximum size of the undo history, in megabytes."""
    list_columns: Sequence[str] | None = None
    """The columns of a list, as names in LIST_COLUMNS, or None for the default columns."""
    list_wrap: bool = True
    """Whether long titles in a list take several lines."""
    keys: Mapping[str, str] = {}
    """Maps the names of actions to their keys. Several keys of one action are separated by commas."""
    commands: Mapping[str, Mapping[str, Any]] = {}
    """Maps the names of the user's own commands to their settings (see `readq.services.papers.own_commands`)."""
    colors: Mapping[str, str] = {}
    """Maps names in COLORS to the colours that the user has chosen."""
    endpoints: Mapping[str, str] = {}
    """Maps the names of web services to the origins (`https://host`) that readq uses instead of the usual ones."""
    delays: Mapping[str, float] = {}
    """Maps the names of web services to the number of seconds between two requests."""

    @property
    def key_form(self) -> key_template.KeyForm:
        """The form of generated citation keys, parsed from `export_key`. `export_key` must be valid."""
        return key_template.parse(self.export_key, self.export_key_letters)


class Setting(NamedTuple):
    """A setting: its field in Config, a description of its valid values, and a function that checks a value.

    `expected` is the description, for error messages.
    """

    field: str
    expected: str
    is_valid: Callable[[Any], bool]
    is_harmless: bool = False
    """Whether every valid value is safe, even a value that a stranger chose.

    The function `is_harmless` explains what is safe.
    """
    unknown_part: Callable[[Any], str | None] = lambda _: None
    """A function that returns the wrong part of an invalid value, such as one element of a list.

    The error message names this part instead of the whole value. The function returns None if no part can be named.
    """
    names: Sequence[str] | None = None
    """The allowed names of the entries, if the setting is a table. If it is None, all names are allowed."""


def _is_number(value: object) -> bool:
    return isinstance(value, int | float) and not isinstance(value, bool)


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and value >= 0


def _is_positive(value: object) -> bool:
    return _is_count(value) and value != 0


def _is_filled(value: object) -> bool:
    # The system takes no path and no argument with a NUL.
    return isinstance(value, str) and bool(value.strip()) and "\0" not in value


def _is_origin(value: object) -> bool:
    return isinstance(value, str) and is_origin(value)


def _is_list_of_hosts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(_is_host(host) for host in value)


def _is_host(value: object) -> bool:
    return isinstance(value, str) and re.fullmatch(r"[^\s/?#@:]+", value) is not None


def _is_command(value: object) -> bool:
    return isinstance(value, list | tuple) and bool(value) and all(map(_is_filled, value))


def _are_drafts(value: object) -> bool:
    return isinstance(value, list | tuple) and all(
        _is_filled(path) and path.lower().endswith((".aux", ".bib")) for path in value
    )


def _are_fields(value: object) -> bool:
    return isinstance(value, list | tuple) and all(
        isinstance(name, str) and re.fullmatch(r"\+?[A-Za-z][\w:.+-]*", name) for name in value
    )


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

_HEX_COLOR = re.compile(r"#[0-9A-Fa-f]{3}(?:[0-9A-Fa-f]{3})?")
_SHARE = "a share from 0.70 to 0.99"
SETTINGS: Mapping[str, Setting] = {
    "library": Setting("library", "a path", _is_filled),
    "busy_timeout": Setting(
        "busy_timeout", "seconds, 0 to 3600", lambda value: _is_number(value) and 0 <= value <= 3600
    ),
    "theme": Setting("theme", "the name of a theme", lambda value: isinstance(value, str), is_harmless=True),
    "plain": Setting("plain", "true or false", lambda value: isinstance(value, bool), is_harmless=True),
    "list.columns": Setting(
        "list_columns",
        f"a list of different columns, with title among them ({', '.join(LIST_COLUMNS)})",
        _are_columns,
        is_harmless=True,
        unknown_part=_unknown_column,
    ),
    "list.wrap": Setting("list_wrap", "true or false", lambda value: isinstance(value, bool), is_harmless=True),
    "review.enrol_on_done": Setting(
        "enrol_on_done", "true or false", lambda value: isinstance(value, bool), is_harmless=True
    ),
    "review.ask_on_done": Setting(
        "ask_on_done", "true or false", lambda value: isinstance(value, bool), is_harmless=True
    ),
    "review.first": Setting("first_review", "later or now", lambda value: value in ("later", "now"), is_harmless=True),
    "review.drafts": Setting("drafts", 'a list of .aux and .bib files, such as ["~/thesis/main.aux"]', _are_drafts),
    "review.paper_retention": Setting("paper_retention", _SHARE, _is_retention, is_harmless=True),
    "review.question_retention": Setting("question_retention", _SHARE, _is_retention, is_harmless=True),
    "review.a_day": Setting("a_day", "a whole number from 0", _is_count, is_harmless=True),
    "pdf_dir": Setting("pdf_dir", "a path", _is_filled),
    "pdf.search": Setting("pdf_search", "true or false", lambda value: isinstance(value, bool)),
    "cache": Setting("cache", "a path", _is_filled),
    "notes.folder": Setting("notes_folder", "a path", _is_filled),
    "notes.template": Setting(
        "notes_template",
        f"a text, with {', '.join(note_template.FIELDS)} in braces",
        lambda value: isinstance(value, str) and note_template.wrong_part(value) is None,
        is_harmless=True,
        unknown_part=lambda value: note_template.wrong_part(value) if isinstance(value, str) else None,
    ),
    "notes.editor": Setting("notes_editor", "pane or external", lambda value: value in ("pane", "external")),
    "notes.open": Setting("notes_open", 'a command, such as "code {file}"', lambda value: isinstance(value, str)),
    "notes.file_name": Setting("notes_file_name", "KEY.md or @KEY.md", lambda value: value in ("KEY.md", "@KEY.md")),
    "sync.at_start": Setting("sync_at_start", "true or false", lambda value: isinstance(value, bool)),
    "sync.contact": Setting("contact", "an e-mail address", lambda value: value == "" or is_mail_address(value)),
    "sync.allow_private": Setting("allow_private", "true or false", lambda value: isinstance(value, bool)),
    "sync.private_hosts": Setting(
        "private_hosts", 'a list of host names, such as ["wiki.company.example"]', _is_list_of_hosts
    ),
    "digest.limit": Setting(
        "digest_limit", "a whole number from 0 to 500", lambda value: _is_count(value) and value <= 500, True
    ),
    "mail.host": Setting("mail_host", "the name of an SMTP server", _is_host),
    "mail.port": Setting("mail_port", "a whole number from 1 to 65535", _is_port),
    "mail.security": Setting("mail_security", "tls, starttls or none", lambda value: value in tuple(MAIL_PORTS)),
    "mail.user": Setting("mail_user", "a user name", _is_filled),
    "mail.from": Setting("mail_from", "an e-mail address", is_mail_address),
    "mail.timeout": Setting(
        "mail_timeout", "seconds, 1 to 3600", lambda value: _is_number(value) and 1 <= value <= 3600
    ),
    "mail.password_command": Setting(
        "mail_password_command", 'a list of words, such as ["pass", "show", "mail"]', _is_command
    ),
    "mail.keyring": Setting("mail_keyring", "the name of a service in the keyring", _is_filled),
    "queue.budget": Setting("queue_budget", "a whole number from 1", _is_positive, is_harmless=True),
    "open.pdf": Setting("open_pdf", 'a command, such as "zathura {file}"', lambda value: isinstance(value, str)),
    "export.keep_in_git": Setting("keep_in_git", "demand or automatic", lambda value: value in ("demand", "automatic")),
    "copy.command": Setting("copy_command", 'a list of words, such as ["xclip", "-in"]', _is_command),
    "export.fields": Setting(
        "export_fields", 'a list of fields, such as ["title", "author"] or ["+abstract"]', _are_fields
    ),
    "export.key": Setting(
        "export_key",
        f"a template of citation keys, such as {key_template.DEFAULT} (readq help citing)",
        lambda value: isinstance(value, str) and key_template.wrong_part(value) is None,
        is_harmless=True,
        unknown_part=lambda value: key_template.wrong_part(value) if isinstance(value, str) else None,
    ),
    "export.key_letters": Setting(
        "export_key_letters", "ascii or native", lambda value: value in ("ascii", "native"), is_harmless=True
    ),
    "export.protect": Setting(
        "export_protect",
        "words, title or none",
        lambda value: value in ("words", "title", "none"),
        is_harmless=True,
    ),
    "export.preprints": Setting(
        "export_preprints",
        "misc, online or article",
        lambda value: value in ("", "misc", "online", "article"),
        is_harmless=True,
    ),
    "export.journals": Setting(
        "export_journals", "given, full or short", lambda value: value in ("given", "full", "short"), is_harmless=True
    ),
    "export.omit": Setting("export_omit", 'a list of fields, such as ["url"]', _are_fields),
    "share.folder": Setting("share_folder", "a path", _is_filled),
    "share.automatic": Setting("share_automatic", "true or false", lambda value: isinstance(value, bool)),
    "backup.automatic": Setting("automatic_backup", "true or false", lambda value: isinstance(value, bool)),
    "backup.keep": Setting("backups_kept", "a whole number from 1", _is_positive),
    "journal.keep_days": Setting("journal_days", "a whole number from 1 to 36500", _is_days),
    "journal.keep_mb": Setting("journal_megabytes", "a whole number from 1", _is_positive),
}
"""A mapping from the name of each setting in the config file to its Setting. TABLES has further settings."""

REPLACED: Mapping[str, str] = {"review.papers_a_day": "review.a_day", "review.questions_a_day": "review.a_day"}
"""A mapping from the former names of settings to their present names. A config file can still use the former names.

If a config file has several names of one setting, the value under the present name counts. If the file does not have
the present name, the value under the name that comes first in REPLACED counts.
"""

TABLES: Mapping[str, Setting] = {
    "keys": Setting("keys", 'keys in quotes, such as "a"', lambda value: isinstance(value, str)),
    "commands": Setting("commands", "a table with run", lambda value: isinstance(value, dict)),
    "colors": Setting(
        "colors",
        f"a color, such as #3592d4, or {', '.join(NAMED_COLORS)}",
        lambda value: isinstance(value, str) and (value in NAMED_COLORS or _HEX_COLOR.fullmatch(value) is not None),
        names=COLORS,
    ),
    "endpoints": Setting("endpoints", "an origin, such as https://export.arxiv.org", _is_origin),
    "delays": Setting("delays", "seconds, 0 to 3600", _is_delay),
}
"""The settings that are TOML tables of many entries, such as `keys` and `colors`.

The name of an entry is, for example, the name of an action or of a web service. The Setting of a table describes the
values of its entries.
"""


def is_harmless(name: str) -> bool:
    """Return whether the setting `name` is marked as safe: no valid value does harm, even one that a stranger chose.

    A value does harm if it makes readq run a command, send a request, or read, write or delete an additional file.
    """
    name = REPLACED.get(name, name)
    return name in SETTINGS and SETTINGS[name].is_harmless
