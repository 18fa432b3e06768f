"""The keymap: the action that each key starts in each scope. Keys set in the config replace the default keys.

A scope is a part of the UI with its own keys, such as the list or a review. A key is written as the character it types
(`a`, `G`, `/`) or by name (`space`, `enter`, `pagedown`, `f1`, `ctrl+d`). The comma is written as `comma`.
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence

from readq.errors import ConfigError
from readq.nearest_name import suggestion
from readq.text import quoted
from readq.tui.keys.action import LIST, SCOPES, Action
from readq.tui.keys.action_table import ACTIONS, BY_NAME

_KEY_NAMES = {
    *("space", "enter", "escape", "backspace", "tab", "up", "down", "left", "right", "home", "end"),
    *("pageup", "pagedown", "insert", "delete", "comma"),
    *(f"f{number}" for number in range(1, 13)),
}
_ALIASES = {"esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown", "del": "delete"}
_SAME_BYTES = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+[": "escape", "ctrl+j": "enter"}
_MODIFIERS = ("alt+", "ctrl+", "meta+", "super+", "hyper+")
_LABELS = {
    "space": "Space",
    "enter": "Enter",
    "escape": "Esc",
    "backspace": "Backspace",
    "pagedown": "PgDn",
    "pageup": "PgUp",
    "up": "↑",
    "down": "↓",
    "left": "←",
    "right": "→",
    "home": "Home",
    "end": "End",
    "tab": "Tab",
    "delete": "Del",
    "insert": "Ins",
    "comma": ",",
}
_NAMES_OF_LABELS = {label: name for name, label in _LABELS.items()}
_CHARACTERS = {"space": " ", "enter": "\r", "comma": ","}


def key_name(key: str, character: str | None) -> str:
    """Return the name of a pressed key in the notation of this module.

    If the key types a visible character, the name is this character. Otherwise it is Textual's name of the key. `key`
    and `character` come from Textual's key event.
    """
    if character == ",":
        return "comma"
    return character if character and types_itself(key, character) and character != " " else key


def types_itself(key: str, character: str | None) -> bool:
    """Return whether a pressed key types a printable character. Return False for a key pressed with Ctrl or Alt.

    `key` and `character` come from Textual's key event.
    """
    return character is not None and character.isprintable() and not key.startswith(_MODIFIERS)


def key_label(key: str) -> str:
    """Return the label of a key for the user: `Ctrl+d` for `ctrl+d`, `PgDn` for `pagedown`."""
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    label = last.upper() if len(last) > 1 and last[0] == "f" and last[1:].isdigit() else _LABELS.get(last, last)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), label])


def pressed_keys(label: str) -> list[tuple[str, str | None]]:
    """Return the key presses that a click on `label` stands for, each as a pair (name of the key, character).

    `label` is a label of keys in the footer. If it names several keys with the same effect, return the first. If it is
    a key followed by Enter, return both. If it is not a key, return []. The character is None if the key types none.
    """
    words = label.split()
    words = words if words[1:] == ["Enter"] else words[:1]
    names = [_NAMES_OF_LABELS.get(word, word if len(word) == 1 else word.lower()) for word in words]
    known = all(len(name) == 1 or name in _KEY_NAMES or name.startswith(_MODIFIERS) for name in names)
    return [(name, _CHARACTERS.get(name, name if len(name) == 1 else None)) for name in names] if known else []


def parse_key(text: str, name: str, table: str = "keys") -> str:
    """Convert `text`, a key in the config, to the notation of this module.

    Error messages name the setting `name` in `table`. Raises ConfigError if the key does not exist. Raises ConfigError
    if a terminal cannot tell the key from another key.
    """
    text = text.strip()
    key = _ALIASES.get(text.lower(), text) if len(text) == 1 else _ALIASES.get(text.lower(), text.lower())
    if key in _SAME_BYTES:
        raise ConfigError(
            f"[{table}] {name}: {text} is {_SAME_BYTES[key]} in a terminal",
            f"write {_SAME_BYTES[key]}",
            setting=f"{table}.{name}",
        )
    base = key.rpartition("+")[2] if len(key) > 1 else key
    modifiers = key[: -len(base)].split("+")[:-1] if base else ["?"]
    is_character = len(base) == 1 and base.isprintable() and base not in ", "
    if not (is_character or base in _KEY_NAMES) or any(
        modifier not in ("ctrl", "alt", "shift") for modifier in modifiers
    ):
        raise ConfigError(
            f"[{table}] {name}: there is no key {quoted(text)}",
            "write it like d, space, pagedown or ctrl+d",
            setting=f"{table}.{name}",
        )
    return key


class Keymap:
    """Maps keys to actions, and actions to keys, for each scope."""

    def __init__(self, user_keys: Mapping[str, str] | None = None, own: Sequence[Action] = ()) -> None:
        """Build the keymap. `user_keys` maps names of actions to keys, separated by commas.

        `own` has the actions of the own commands, which are programs that the user has defined in the config. The
        user's keys replace all default keys of the action. If such a key is the default key of another action, it no
        longer starts that action.

        Raises ConfigError for an unknown action or key. Raises ConfigError if the user gives one key to two actions of
        a scope, or gives an own command a key that already starts another action.
        """
        parsed = {name: self._parse(name, keys) for name, keys in (user_keys or {}).items()}
        self._actions: dict[str, dict[str, Action]] = {scope: {} for scope in SCOPES}
        for action in ACTIONS:
            for key in parsed.get(action.name, ()):
                self._bind_user_key(action, key)
        for action in ACTIONS:
            if action.name not in parsed:
                for key in filter(None, action.keys.split(",")):
                    self._bind_default_key(action, key)
        for action in own:
            for key in filter(None, (part.strip() for part in action.keys.split(","))):
                self._bind_own_key(action, parse_key(key, "key", action.name))
        at = ACTIONS.index(BY_NAME["palette"])
        self._ordered = (*ACTIONS[:at], *own, *ACTIONS[at:])
        self._by_name = {action.name: action for action in self._ordered}

    @staticmethod
    def _parse(name: str, keys: str) -> tuple[str, ...]:
        if name not in BY_NAME:
            hint = suggestion(name, BY_NAME, "`?` in the UI lists them")
            raise ConfigError(f"[keys] there is no action {quoted(name)}", hint, setting=f"keys.{name}")
        return tuple(parse_key(key, name) for key in keys.split(",") if key.strip())

    def _bind_user_key(self, action: Action, key: str) -> None:
        for scope in action.scopes:
            other = self._actions[scope].setdefault(key, action)
            if other is not action:
                raise ConfigError(
                    f"[keys] {key} is given to both {other.name} and {action.name}",
                    "give each its own",
                    setting=f"keys.{action.name}",
                )

    def _bind_own_key(self, action: Action, key: str) -> None:
        for scope in action.scopes:
            other = self._actions[scope].setdefault(key, action)
            if other is not action:
                raise ConfigError(
                    f"[{action.name}] {key_label(key)} is the key of {other.name}",
                    f"give it another key, or {other.name} one under [keys]",
                    setting=f"{action.name}.key",
                )

    def _bind_default_key(self, action: Action, key: str) -> None:
        for scope in action.scopes:
            self._actions[scope].setdefault(key, action)

    def action(self, scope: str, key: str) -> Action | None:
        """Return the action that `key` starts in the scope `scope`. Return None if it starts no action.

        `key` is a result of `key_name`.
        """
        return self._actions[scope].get(key)

    def keys(self, scope: str, name: str) -> tuple[str, ...]:
        """Return the keys of the action `name` in the scope `scope`, the preferred key first."""
        return tuple(key for key, action in self._actions[scope].items() if action.name == name)

    def all_keys(self, action: Action) -> tuple[str, ...]:
        """Return the keys that start `action` in any scope, each key once."""
        return tuple(dict.fromkeys(key for scope in action.scopes for key in self.keys(scope, action.name)))

    def label(self, scope: str, name: str) -> str:
        """Return the label of the preferred key of the action `name` in the scope `scope`.

        Return "" if the action has no key.
        """
        keys = self.keys(scope, name)
        return key_label(keys[0]) if keys else ""

    def quit_label(self) -> str:
        """Return the label of the key that quits the app from the list.

        This key is the first single-character key of the action `back`. If `back` has no such key, it is the preferred
        key of the action `quit`.
        """
        letters = [key for key in self.keys(LIST, "back") if len(key) == 1]
        return letters[0] if letters else self.label(LIST, "quit")

    def actions(self, scope: str) -> Iterator[Action]:
        """Yield the actions of the scope `scope` in the order of the table, including actions without a key.

        The user's own commands come just before the command palette.
        """
        return (action for action in self._ordered if scope in action.scopes)

    def by_name(self, name: str) -> Action:
        """Return the action with the name `name`. The user's own commands have actions too.

        Raises KeyError if no action has this name.
        """
        return self._by_name[name]

    def labelled(self, scope: str, labels: Iterable[tuple[str, str]]) -> list[tuple[str, str]]:
        """Return pairs (key label, footer label) for the footer of the scope `scope`.

        `labels` has pairs (name of an action, footer label). Actions without a key in the scope are left out.
        """
        pairs = ((self.label(scope, name), label) for name, label in labels)
        return [(key, label) for key, label in pairs if key]

    def footer(self, scope: str) -> list[tuple[str, str]]:
        """Return pairs (key label, footer label) for the footer of the scope `scope`, in the order of the table.

        Actions without a key or without a footer label are left out.
        """
        labelled = ((self.keys(scope, action.name), action.footer) for action in self.actions(scope) if action.footer)
        return [(key_label(keys[0]), label) for keys, label in labelled if keys]
