"""Write the text of a config file: change one setting, or list all settings with their meanings and defaults.

The library tomlkit keeps the comments and the order of a file. The standard library can only read TOML.
"""

import json
import re
import tomllib
from collections.abc import Iterator, Mapping, MutableMapping
from typing import cast

from readq.config import COLORS, REPLACED, SETTINGS, TABLES, Config, Setting
from readq.errors import ConfigError, UsageError
from readq.nearest_name import suggestion
from readq.text import quoted

_LONGEST_VALUE = 2_000
"""The maximum length of a value that is parsed as TOML. A line of the config file must not be longer, either."""

MEANINGS: Mapping[str, str] = {
    "library": "the library file; --db and READQ_DB come before it",
    "busy_timeout": "how long a command waits for another one that writes to the library",
    "theme": "the colours of the UI; empty: dark or light, as the terminal",
    "plain": "for screen readers: signs of ASCII, no frames, one line says what the cursor is on",
    "list.columns": "what a row of a list shows, in this order",
    "list.wrap": "whether a long title takes several lines, else it is cut",
    "review.enrol_on_done": "whether a paper that you finish is put into review",
    "review.ask_on_done": "whether f in the UI opens the note with claim:, how: and use: to fill",
    "review.first": "when a finished paper is first asked: after about a week, or at once",
    "review.drafts": "your manuscripts: the papers that they cite are asked first",
    "review.paper_retention": "the probability of remembering a paper when it is due",
    "review.question_retention": "the same for the questions of a note",
    "review.a_day": "how many cards a review asks on one day",
    "pdf_dir": "the folder of downloaded PDFs",
    "pdf.search": "whether the text of PDFs is read in the background, for pdf:word in queries",
    "cache": "the folder of what can be downloaded again",
    "notes.folder": "the folder in which the notes are also Markdown files",
    "notes.template": "how a new note begins, or empty; {title}, {key}, {year}, {authors} and {date} are filled in",
    "notes.editor": "whether n in the UI opens the note beside the paper, or the command of notes.open",
    "notes.open": "the command that opens the file of a note while the UI goes on",
    "notes.file_name": "how the file of a note is named",
    "sync.at_start": "whether the UI pulls the feeds when it starts",
    "sync.contact": "sent to the servers, some of which then allow more requests",
    "sync.allow_private": "whether requests may go to private networks",
    "sync.private_hosts": "hosts of feeds that may have private addresses",
    "digest.limit": "how many new papers a digest lists; it counts the others",
    "mail.host": "the server that sends the digest",
    "mail.port": "its port; without it 465 for tls, 587 for starttls, 25 for none",
    "mail.security": "how the connection is encrypted; none only for this computer",
    "mail.user": "the name at the server",
    "mail.from": "the sender of the digest; without it the user",
    "mail.timeout": "how long an answer of the server is waited for",
    "mail.password_command": "a program that prints the password",
    "mail.keyring": "where the keyring of the system has the password; needs the package keyring",
    "queue.budget": "the most papers that you want to have queued; the state line counts them",
    "open.pdf": "what opens a PDF; without it the program of the system",
    "export.keep_in_git": "when a kept .bib file in a work tree of git is renewed: by export --kept, or by itself",
    "copy.command": "gets a text to copy; without it tmux, wl-copy, xclip, xsel, pbcopy, or the terminal",
    "export.fields": "the fields of an entry; one with + is added to the usual ones",
    "export.omit": "the fields that are left out",
    "export.protect": "what keeps its capitals in braces: words of a title that need it, the whole title, or nothing",
    "export.preprints": "the type of the entry of a preprint; without it misc in BibTeX and online in BibLaTeX",
    "export.journals": "names of journals: as given, or full or short where the entry or readq knows both",
    "export.key": "the form of the citation keys that readq makes: readq help citing has its language",
    "export.key_letters": "ascii: keys in Latin letters (Chinese and kanji as pinyin); native: letters stay",
    "share.folder": "the git repository of readq share",
    "share.automatic": "whether the UI shares: at its start, minutes after a change, and once more when it has ended",
    "backup.automatic": "whether a backup is made each day that something changed",
    "backup.keep": "how many of them are kept",
    "journal.keep_days": "how long a step can be undone",
    "journal.keep_mb": "the most megabytes of steps that are kept",
    "keys": 'the keys of the UI, by the names that readq config show lists, such as queue = "a,A" for two keys',
    "commands": "commands of your own on keys, as this page explains below",
    "colors": f"colours of the UI: {', '.join(COLORS)}",
    "endpoints": "other servers in place of the usual ones, by the names that readq config show lists",
    "delays": "the seconds between two requests to a service, by the names of endpoints; arxiv for all of arXiv",
}
"""A mapping from the name of each setting in SETTINGS and each table in TABLES to a phrase that explains it."""


def with_setting(text: str, name: str, value: str) -> str:
    """Return `text`, the text of a config file, changed so that the setting `name` has a new value.

    `value` is the new value in TOML, but a string does not need its quotation marks. The rest of the file stays as it
    is. Raises UsageError for an unknown setting or a wrong value. Raises ConfigError if the file is not valid TOML.
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
        raise ConfigError(f"{table} is not a table in the config file", "readq config edit")
    if table and table not in document:
        document[table] = tomlkit.table()
    place = cast("MutableMapping[str, object]", document[table] if table else document)
    place[key] = chosen
    return _above_comments(text, tomlkit.dumps(document))


def _above_comments(before: str, after: str) -> str:
    """Return `after`, the config file `before` with a new line, with the comment on a table directly above the table.

    tomlkit adds a setting at the end of a table, so between the next table and the comment lines on it.
    """
    length = next((place for place, char in enumerate(before) if after[place : place + 1] != char), len(before))
    head, rest = before[:length], before[length:]
    line = after.removeprefix(head).removesuffix(rest)
    found = re.search(r"\n(\s*(?:#.*\n)+)\Z", head)
    if after != head + line + rest or found is None or not rest.startswith("["):
        return after
    above = found.start(1)
    return f"{head[:above]}{line.strip()}\n{head[above:]}{rest}"


def _setting(name: str) -> Setting:
    table, _, entry = name.partition(".")
    if name in SETTINGS:
        return SETTINGS[name]
    if table in TABLES and entry and "." not in entry:
        return TABLES[table]
    raise UsageError(f"unknown setting {quoted(name)}", suggestion(name, SETTINGS, "readq help config lists them"))


def _chosen(name: str, value: str, setting: Setting) -> object:
    """Return the first valid meaning of the text `value`: a value in the syntax of TOML, or the text itself."""
    for meaning in (*_parsed(value), value):
        if setting.is_valid(meaning):
            return meaning
    raise UsageError(f"{name} cannot be {quoted(value)}", f"expected {setting.expected}")


def _parsed(value: str) -> Iterator[object]:
    # A line break would end the value, and begin another setting. tomllib takes quadratic time for a long key.
    if "\n" in value or "\r" in value or len(value) > _LONGEST_VALUE:
        return
    try:
        found = tomllib.loads(f"value = {value}")
    except (tomllib.TOMLDecodeError, RecursionError):
        return
    if set(found) == {"value"}:
        yield found["value"]


def commented_defaults() -> str:
    """Return the text of a config file that lists every setting with its default value, commented out."""
    lines = ["# The settings of readq. Remove the # before a setting to change it; readq help config explains more."]
    tables = list(dict.fromkeys(["", *(name.rpartition(".")[0] for name in SETTINGS)]))
    names = sorted(SETTINGS, key=lambda name: tables.index(name.rpartition(".")[0]))
    present = ""
    for name in names:
        table, _, key = name.rpartition(".")
        if table != present:
            lines += ["", f"[{table}]"]
            present = table
        lines += ["", f"# {MEANINGS[name]}", f"# {SETTINGS[name].expected}", f"#{key} = {default_of(name)}".rstrip()]
    return "\n".join([*lines, ""])


def default_of(name: str) -> str:
    """Return the default value of the setting `name` as TOML. Return "" if the setting has no default.

    The value is written as JSON. TOML writes strings, numbers, booleans and lists in the same way.
    """
    value = getattr(Config(), SETTINGS[name].field)
    return "" if value is None else json.dumps(list(value) if isinstance(value, tuple) else value, ensure_ascii=False)
