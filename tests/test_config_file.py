"""Settings: their defaults, their limits, and errors that name the file and the setting."""

import os
import tomllib
from pathlib import Path
from typing import Any

import pytest

from readq import config_file
from readq.config import REPLACED, SETTINGS, TABLES, Config
from readq.errors import ConfigError

FULL = """
library = "~/papers.db"
pdf_dir = "~/papers"
cache = "~/cache"
busy_timeout = 2.5
theme = "nord"
plain = true
list = { columns = ["title", "age"], wrap = false }

[notes]
folder = "~/notes"
file_name = "@KEY.md"
template = "claim: "
editor = "external"
open = "code {file}"
[review]
enrol_on_done = false
ask_on_done = false
first = "now"
drafts = ["~/thesis/main.aux"]
paper_retention = 0.75
question_retention = 0.95
a_day = 0

[pdf]
search = true

[share]
folder = "~/share"
automatic = true

[backup]
automatic = false
keep = 3

[sync]
at_start = false
contact = "ada@example.org"
allow_private = true
private_hosts = ["wiki.company.example"]

[digest]
limit = 5

[mail]
host = "smtp.example.org"
port = 2525
security = "starttls"
user = "ada"
from = "ada@example.org"
timeout = 5
password_command = ["pass", "show", "mail"]
keyring = "mail"

[queue]
budget = 60

[open]
pdf = "zathura {file}"

[copy]
command = ["xclip", "-in"]

[export]
fields = ["+abstract"]
omit = ["url"]
key = "{auth}:{yy}"
key_letters = "native"
protect = "title"
preprints = "article"
journals = "short"
keep_in_git = "automatic"

[journal]
keep_days = 30
keep_mb = 5

[keys]
queue = "q,Q"
drop = "D"

[commands.sioyek]
key = "W"
run = ["sioyek", "{pdf}"]

[colors]
title = "#ff8800"
own = "green"

[endpoints]
arxiv_api = "http://127.0.0.1:8080"

[delays]
arxiv = 0.5
"""


@pytest.fixture
def file(tmp_path: Path) -> Path:
    return tmp_path / "readq" / "config.toml"


def test_no_file_is_all_defaults(file: Path) -> None:
    assert config_file.load(str(file)) == Config()
    with pytest.raises(ConfigError, match=str(file)):
        config_file.load(str(file), required=True)


def test_every_setting_has_a_field_and_every_field_a_setting() -> None:
    assert {setting.field for setting in (*SETTINGS.values(), *TABLES.values())} == set(Config._fields)
    for name, setting in SETTINGS.items():
        default = getattr(Config(), setting.field)
        assert default is None or setting.is_valid(default), name


def test_every_setting_can_be_set(file: Path) -> None:
    config_file.save(str(file), FULL)
    found = config_file.load(str(file))
    assert found == Config(
        library="~/papers.db",
        busy_timeout=2.5,
        theme="nord",
        list_columns=["title", "age"],
        list_wrap=False,
        plain=True,
        enrol_on_done=False,
        ask_on_done=False,
        first_review="now",
        drafts=["~/thesis/main.aux"],
        paper_retention=0.75,
        question_retention=0.95,
        a_day=0,
        share_folder="~/share",
        share_automatic=True,
        automatic_backup=False,
        backups_kept=3,
        pdf_dir="~/papers",
        pdf_search=True,
        notes_folder="~/notes",
        notes_file_name="@KEY.md",
        notes_template="claim: ",
        notes_editor="external",
        notes_open="code {file}",
        cache="~/cache",
        sync_at_start=False,
        contact="ada@example.org",
        allow_private=True,
        private_hosts=["wiki.company.example"],
        digest_limit=5,
        mail_host="smtp.example.org",
        mail_port=2525,
        mail_security="starttls",
        mail_user="ada",
        mail_from="ada@example.org",
        mail_timeout=5,
        mail_password_command=["pass", "show", "mail"],
        mail_keyring="mail",
        queue_budget=60,
        open_pdf="zathura {file}",
        copy_command=["xclip", "-in"],
        export_fields=["+abstract"],
        export_omit=["url"],
        export_key="{auth}:{yy}",
        export_key_letters="native",
        export_protect="title",
        export_preprints="article",
        export_journals="short",
        keep_in_git="automatic",
        journal_days=30,
        journal_megabytes=5,
        keys={"queue": "q,Q", "drop": "D"},
        commands={"sioyek": {"key": "W", "run": ["sioyek", "{pdf}"]}},
        colors={"title": "#ff8800", "own": "green"},
        endpoints={"arxiv_api": "http://127.0.0.1:8080"},
        delays={"arxiv": 0.5},
    )
    defaults = Config()
    assert [name for name in Config._fields if getattr(found, name) == getattr(defaults, name)] == []


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("library", ["", 3, True, "a\0b"]),
        ("busy_timeout", [-1, 3601, "5", True, float("nan"), float("inf")]),
        ("theme", [1]),
        ("plain", [1, "yes"]),
        ("review.enrol_on_done", [1, "yes"]),
        ("review.ask_on_done", [1, "yes"]),
        ("review.first", ["soon", True, 1]),
        ("review.drafts", ["main.aux", [""], [1], ["main.tex"], ["a\0.aux"]]),
        ("review.paper_retention", [0.69, 1, "0.8", True, float("nan")]),
        ("review.question_retention", [0.995]),
        ("export.key", ["", "{yera}", "refs", "{auth} {year}", 1, "{auth}" * 40]),
        ("export.key_letters", ["all", 1, True]),
        ("export.protect", ["all", 1]),
        ("export.preprints", ["inproceedings", 1]),
        ("export.journals", ["long", 1]),
        ("review.a_day", [-1, 2.5, True, "10"]),
        ("review.papers_a_day", [-1]),
        ("share.automatic", [0, "yes"]),
        ("backup.automatic", [0]),
        ("backup.keep", [0, -1, 1.5]),
        ("pdf_dir", ["", 1]),
        ("pdf.search", [0, "yes"]),
        ("notes.folder", ["", 1]),
        ("notes.file_name", ["KEY", 1]),
        ("notes.template", [1, "{colour}", "{title", "{title!r}", "{year:>9}", "a } b", "{}"]),
        ("notes.editor", ["vim", 1]),
        ("notes.open", [1]),
        ("sync.at_start", ["yes"]),
        ("sync.private_hosts", ["wiki.example", [1], ["http://wiki.example"], ["wiki.example:80"]]),
        ("digest.limit", [-1, 501, True, "5"]),
        ("mail.host", ["", "smtp.example.org:25", "ada@smtp.example.org", 1]),
        ("mail.port", [0, 65_536, "25", True]),
        ("mail.security", ["ssl", True, "TLS"]),
        ("mail.user", ["", 1]),
        ("mail.from", ["", 1]),
        ("mail.timeout", [0, 3601, "5", float("nan")]),
        ("mail.password_command", ["pass show mail", [], [""], [1]]),
        ("mail.keyring", ["", True]),
        ("mail.password", ["secret"]),
        ("open.pdf", [["zathura"]]),
        ("journal.keep_days", [0, -1, 36_501, "1"]),
        ("journal.keep_mb", [0, 1.5]),
        ("keys.queue", [1, ["q"]]),
        ("endpoints.arxiv", ["arxiv.org", "ftp://arxiv.org", "https://arxiv.org/abs", "https://me@arxiv.org", 1]),
        (
            "endpoints.arxiv",
            ["http://[::1", "http://[x]", "http://[::::]", "https://x]y", "http://a:b", "http://a:99999", "http://:80"],
        ),
        ("delays.arxiv", [-1, "3", True, 3601]),
        ("list.columns", ["title", [], ["age"], ["title", "title"], ["title", "titel"], ["title", 1], ["Title"]]),
        ("list.wrap", [1, "yes"]),
        ("colour", ["red"]),
        ("review", [5]),
        ("keys", ["q"]),
        ("review.colour", [1]),
        ("review.paper_retention.deep", [0.8]),
    ],
)
def test_row_46_wrong_values_are_refused(name: str, bad: list[Any]) -> None:
    for value in bad:
        table: Any = value
        for part in reversed(name.split(".")):
            table = {part: table}
        with pytest.raises(ConfigError) as refused:
            config_file.from_table(table, "/my.toml")
        assert "/my.toml" in str(refused.value)
        assert name.rpartition(".deep")[0] in str(refused.value) or name in str(refused.value)


def test_a_password_in_place_of_its_command_is_not_repeated() -> None:
    with pytest.raises(ConfigError, match=r"mail\.password_command must be a list of words") as refused:
        config_file.from_table({"mail": {"password_command": "hunter2"}}, "/my.toml")
    assert "hunter2" not in str(refused.value)


_VALUES = """
["tls"]
[[1, "title"], {a = 1}]
[]
{}
{title = "x"}
{a = {b = [1]}}
-1
2.5
nan
1_000_000_000_000_000_000_000
"tls"
""
"a, b"
true
2026-11-30
2026-11-30T08:00:00Z
08:00:00
"""
"""A value of each type of TOML, and the odd ones."""


@pytest.mark.parametrize("name", [*SETTINGS, *REPLACED, *(f"{table}.entry" for table in TABLES), *TABLES, "mail"])
def test_a_value_of_any_type_is_taken_or_refused_by_name(name: str) -> None:
    for value in filter(None, _VALUES.splitlines()):
        found = _config_or_error(f"{name} = {value}")
        if isinstance(found, str):
            assert found.startswith("/my.toml, line 1: ")
            assert name.partition(".")[0] in found
        elif value == "{}":
            # Without entries, a table sets nothing.
            assert name in (*TABLES, "mail", "commands.entry")
        else:
            assert found != Config() or value in ("true", '"tls"', '""')


def _config_or_error(text: str) -> Config | str:
    try:
        return config_file.from_table(tomllib.loads(text), "/my.toml", text)
    except ConfigError as error:
        return str(error)


def test_a_password_is_refused_by_name_and_not_repeated() -> None:
    with pytest.raises(ConfigError, match=r"mail\.password must not be in the config.*READQ_MAIL_PASSWORD") as refused:
        config_file.from_table({"mail": {"password": "hunter2"}}, "/my.toml")
    assert "hunter2" not in str(refused.value)


@pytest.mark.parametrize("value", [0, 0.0, 3600, 30])
def test_ranges_include_their_ends(value: float) -> None:
    assert config_file.from_table({"busy_timeout": value}, "").busy_timeout == value
    assert config_file.from_table({"review": {"paper_retention": 0.70}}, "").paper_retention == 0.70
    assert config_file.from_table({"review": {"paper_retention": 0.99}}, "").paper_retention == 0.99


def test_an_invalid_config_is_not_saved(file: Path) -> None:
    config_file.save(str(file), FULL)
    for text in ("theme =", 'colour = "red"'):
        with pytest.raises(ConfigError):
            config_file.save(str(file), text)
    assert file.read_text() == FULL
    assert os.listdir(file.parent) == ["config.toml"]


def test_the_order_of_paths_of_the_library() -> None:
    environ = {"READQ_DB": "/from/environment.db"}
    own = Config(library="~/from-config.db")
    assert config_file.library_path("/from/option.db", environ, own) == "/from/option.db"
    assert config_file.library_path(None, environ, own) == "/from/environment.db"
    assert config_file.library_path(None, {"READQ_DB": ""}, own) == f"{os.environ['HOME']}/from-config.db"
    assert config_file.library_path(None, {}, Config()) == f"{os.environ['XDG_DATA_HOME']}/readq/library.db"


def test_the_order_of_paths_of_the_config() -> None:
    environ = {"READQ_CONFIG": "/from/environment.toml"}
    assert config_file.config_path("/from/option.toml", environ) == "/from/option.toml"
    assert config_file.config_path(None, environ) == "/from/environment.toml"
    assert config_file.config_path(None, {}) == f"{os.environ['XDG_CONFIG_HOME']}/readq/config.toml"


@pytest.mark.parametrize(
    "text",
    [
        *("a=" + "[" * 1_900, "a=" + "{a=" * 600, "a=" + "[\n" * 3_000, "a." * 9_000 + "a=1", "#\n" * 60_000),
        *("x" * 1_500 + "=1", f"theme = ['{'x' * 1_500}']", "[keys]\n" + "x" * 1_500 + "=1"),
    ],
    ids=len,
)
def test_a_file_made_to_take_long_is_refused(text: str) -> None:
    with pytest.raises(ConfigError) as refused:
        config_file.values(text, "config.toml")
    assert len(str(refused.value)) < 600


@pytest.mark.parametrize(
    ("text", "line", "named"),
    [
        ('theme = "dark"\n\n[list]\ncolumns = ["title", "titel"]\n', 4, "'titel'"),
        ('[list]\nwrap = true\ncolumns = [\n  "title",\n  "age", # not "titel"\n  "colour",\n]\n', 6, "'colour'"),
        ("list.columns = ['title', 'x']\n", 1, "'x'"),
        ("\nlist = { wrap = true, columns = ['title', 'x'] }\n", 2, "'x'"),
        ("[ list ]\n\ncolumns = ['age']\n", 3, "with title among them"),
        ("[keys]\nwrap = 'w'\n[list]\nwrap = 'no'\n", 4, "list.wrap"),
        ("# colour = 1\n[review]\n'colour' = 1\n", 3, "unknown setting review.colour"),
        ("[keys]\nqueue = 'q'\ndrop = 7\n", 3, "keys.drop"),
    ],
)
def test_an_error_names_the_line_and_the_part_that_is_wrong(tmp_path: Path, text: str, line: int, named: str) -> None:
    file = tmp_path / "config.toml"
    file.write_text(text)
    with pytest.raises(ConfigError) as refused:
        config_file.load(str(file))
    assert str(refused.value).startswith(f"{file}, line {line}: ")
    assert named in str(refused.value)
