"""One setting is changed and the rest of the file stays; the commented defaults are the defaults."""

import re
import tomllib

import pytest

from readq.config import SETTINGS, Config
from readq.config_file import from_table
from readq.config_text import commented_defaults, with_setting
from readq.errors import ConfigError, UsageError

FILE = """\
# mine
theme = "dark"  # at night

[review]
# few
a_day = 3  # a day

[keys]
drop = "d"
"""


@pytest.mark.parametrize(
    ("name", "value", "changed"),
    [
        ("review.a_day", "10", FILE.replace("a_day = 3", "a_day = 10")),
        ("theme", "light", FILE.replace('"dark"', '"light"')),
        ("theme", '"light"', FILE.replace('"dark"', '"light"')),
        ("keys.drop", "d,x", FILE.replace('"d"', '"d,x"')),
    ],
)
def test_one_value_is_changed_and_comments_stay(name: str, value: str, changed: str) -> None:
    assert with_setting(FILE, name, value) == changed


@pytest.mark.parametrize("name", ["theme", "review.a_day"])
def test_a_new_setting_stands_above_the_comment_on_the_next_table(name: str) -> None:
    # Each table is followed by a blank line and a comment of two lines on the next table.
    text = 'library = "x.db"\n\n# few\n# cards\n[review]\nfirst = "now"\n\n# mine\n# only\n[keys]\ndrop = "d"\n'
    if name == "theme":
        changed = text.replace('"x.db"\n', '"x.db"\ntheme = "3"\n')
    else:
        changed = text.replace('"now"\n', '"now"\na_day = 3\n')
    assert with_setting(text, name, "3") == changed


@pytest.mark.parametrize(
    ("name", "value", "expected"),
    [
        ("library", "~/a.db", "~/a.db"),
        ("list.wrap", "false", False),
        ("list.columns", '["title", "year"]', ["title", "year"]),
        ("mail.user", "12", "12"),
        ("review.paper_retention", "0.9", 0.9),
        ("keys.star", "*", "*"),
        ("endpoints.arxiv", "http://127.0.0.1:1", "http://127.0.0.1:1"),
        ("open.pdf", 'zathura "{file}" # x', 'zathura "{file}" # x'),
    ],
)
def test_a_new_setting_goes_into_its_table(name: str, value: str, expected: object) -> None:
    for text in ("", FILE):
        table = tomllib.loads(with_setting(text, name, value))
        from_table(table, "x", "")
        part, _, key = name.rpartition(".")
        assert (table[part] if part else table)[key] == expected


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("reveiw.a_day", "3"),
        ("review", "3"),
        ("keys", "x"),
        ("keys.a.b", "x"),
        ("review.a_day", "many"),
        ("review.a_day", "-1"),
        ("mail.password", "secret"),
        ("mail.from", "Ada"),
        ("sync.contact", "Ada <ada@example.org>"),
        ("list.wrap", "yes"),
        ("mail.port", "25\nhost = 'evil'"),
        ("review.a_day", "[" * 900),
        ("review.a_day", "[" * 100_000),
        ("review.a_day", "1" * 5_000),
        ("review.a_day", f"{{{'a.' * 50_000}a = 1}}"),
    ],
)
def test_what_is_no_setting_is_refused(name: str, value: str) -> None:
    with pytest.raises(UsageError):
        with_setting(FILE, name, value)


def test_a_broken_file_is_left_alone() -> None:
    with pytest.raises(ConfigError):
        with_setting("theme = ", "theme", "light")
    with pytest.raises(ConfigError):
        with_setting("review = 3\n", "review.a_day", "3")


def test_the_commented_defaults_are_all_settings_and_change_nothing() -> None:
    text = commented_defaults()
    assert from_table(tomllib.loads(text), "x", text) == Config()
    named = [line for line in text.splitlines() if re.match(r"#\w+ =", line)]
    assert len(named) == len(SETTINGS)
    # Without the sign, each line that has a default is that default.
    active = re.sub(r"(?m)^#(\w+ = .+)$", r"\1", text)
    settings = from_table(tomllib.loads(active), "x", active)
    assert {name: _plain(getattr(settings, one.field)) for name, one in SETTINGS.items()} == {
        name: _plain(getattr(Config(), one.field)) for name, one in SETTINGS.items()
    }


def _plain(value: object) -> object:
    return list(value) if isinstance(value, tuple) else value
