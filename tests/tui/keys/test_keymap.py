from collections.abc import Mapping

import pytest

from readq.errors import ConfigError
from readq.tui.app.registry import handlers
from readq.tui.keys.action import LIST, PAPER, REVIEW, SCOPES
from readq.tui.keys.action_table import ACTIONS
from readq.tui.keys.keymap import Keymap, key_label, key_name
from readq.tui.screens.help_screen import help_blocks


@pytest.mark.parametrize("action", ACTIONS, ids=lambda action: action.name)
def test_every_action_has_a_description_and_search_words(action: object) -> None:
    assert action.description  # type: ignore[attr-defined]
    assert action.words  # type: ignore[attr-defined]
    assert action.scopes  # type: ignore[attr-defined]


@pytest.mark.parametrize("scope", SCOPES)
def test_actions_and_handlers_of_a_scope_are_the_same(scope: str) -> None:
    assert set(handlers(scope)) == {action.name for action in Keymap().actions(scope)}


@pytest.mark.parametrize("scope", SCOPES)
def test_no_default_key_is_lost_to_another_action(scope: str) -> None:
    keymap = Keymap()
    for action in keymap.actions(scope):
        assert keymap.keys(scope, action.name) == tuple(filter(None, action.keys.split(","))), action.name


@pytest.mark.parametrize("scope", SCOPES)
def test_footer_and_help_agree_with_the_keymap(scope: str) -> None:
    keymap = Keymap({"drop": "ctrl+x", "good": "g"})
    in_help = [block.text for block in help_blocks(keymap, scope, "", {})]
    for key, label in keymap.footer(scope):
        action = next(action for action in keymap.actions(scope) if action.footer == label)
        assert key_label(keymap.keys(scope, action.name)[0]) == key
        assert any(line.startswith(key) and action.description in line for line in in_help)


def test_user_keys_replace_default_keys() -> None:
    keymap = Keymap({"star": "x,*"})
    assert keymap.keys(LIST, "star") == ("x", "*")
    assert keymap.keys(LIST, "drop") == ("d",)
    assert keymap.keys(LIST, "select_undecided") == ()
    assert keymap.action(LIST, "s") is None


def test_an_action_may_go_without_a_key() -> None:
    assert Keymap({"quit": ""}).keys(LIST, "quit") == ()


def test_a_key_may_have_different_actions_in_different_scopes() -> None:
    keymap = Keymap()
    assert keymap.action(LIST, "1") != keymap.action(REVIEW, "1")
    assert keymap.action(PAPER, "1") is None


@pytest.mark.parametrize(
    ("own", "named"),
    [
        ({"explode": "x"}, "explode"),
        ({"drop": "contrl+d"}, "contrl+d"),
        ({"drop": "ctrl+"}, "ctrl+"),
        ({"drop": "delette"}, "delette"),
        ({"drop": "ctrl+i"}, "tab"),
        ({"drop": "z", "star": "z"}, "star"),
    ],
)
def test_the_error_names_the_bad_entry(own: Mapping[str, str], named: str) -> None:
    with pytest.raises(ConfigError, match=named.replace("+", r"\+")):
        Keymap(own)


@pytest.mark.parametrize(
    ("written", "key", "character"),
    [
        ("G", "G", "G"),
        ("/", "slash", "/"),
        ("space", "space", " "),
        ("PgDn", "pagedown", None),
        ("Ctrl+D", "ctrl+d", "\x04"),
        ("comma", "comma", ","),
        ("é", "é", "é"),
        ("alt+a", "alt+a", "a"),
    ],
)
def test_key_name(written: str, key: str, character: str | None) -> None:
    action = Keymap({"drop": written}).action(LIST, key_name(key, character))
    assert action is not None
    assert action.name == "drop"


@pytest.mark.parametrize(
    ("words", "name"),
    [
        ("mark read", "finish"),
        ("undo", "undo"),
        ("bibliography", "export"),
        ("delete", "drop"),
        ("later", "queue"),
        ("search", "filter"),
        ("flashcards", "review"),
        ("cite", "copy_key"),
        ("website", "browser"),
    ],
)
def test_help_finds_actions_by_search_words(words: str, name: str) -> None:
    keymap = Keymap()
    description = next(action.description for action in ACTIONS if action.name == name)
    assert any(description in block.text for block in help_blocks(keymap, LIST, words, {}))


def test_help_says_that_nothing_matches() -> None:
    assert any("nothing is called that" in block.text for block in help_blocks(Keymap(), LIST, "qqqq", {}))
