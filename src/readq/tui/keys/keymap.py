"""Which key does what on which screen: the action table with the reader's own keys laid over it.

A key is written as the character it types (`a`, `G`, `/`) or by name (`space`, `enter`, `pagedown`, `f1`, `ctrl+d`);
a comma is `comma`.
"""

from collections.abc import Iterator, Mapping

from readq.errors import ConfigError
from readq.tui.keys.action_table import ACTIONS, BY_NAME, LIST, SCOPES, Action

_NAMED = {
    *("space", "enter", "escape", "backspace", "tab", "up", "down", "left", "right", "home", "end"),
    *("pageup", "pagedown", "insert", "delete", "comma"),
    *(f"f{number}" for number in range(1, 13)),
}
_ALIASES = {"esc": "escape", "return": "enter", "pgup": "pageup", "pgdn": "pagedown", "del": "delete"}
_SAME_BYTES = {"ctrl+i": "tab", "ctrl+m": "enter", "ctrl+h": "backspace", "ctrl+[": "escape", "ctrl+j": "enter"}
_HELD = ("alt+", "ctrl+", "meta+", "super+", "hyper+")
_SHOWN = {
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


def key_name(key: str, character: str | None) -> str:
    """The notation of this module for a key event: what it types if that can be seen, else its name."""
    if character == ",":
        return "comma"
    return character if character and types_itself(key, character) and character != " " else key


def types_itself(key: str, character: str | None) -> bool:
    """Whether a key event types its character; with Ctrl or Alt held it does not."""
    return character is not None and character.isprintable() and not key.startswith(_HELD)


def key_label(key: str) -> str:
    """Return a key as the screen shows it: `Ctrl+d` for `ctrl+d`, `PgDn` for `pagedown`."""
    *modifiers, last = key.split("+") if len(key) > 1 else [key]
    label = last.upper() if len(last) > 1 and last[0] == "f" and last[1:].isdigit() else _SHOWN.get(last, last)
    return "+".join([*(modifier.capitalize() for modifier in modifiers), label])


def parse_key(text: str, action: str) -> str:
    """One key of a config entry in normal form.

    Raises ConfigError, naming the entry, for a key that does not exist or that no terminal can tell apart.
    """
    text = text.strip()
    key = _ALIASES.get(text.lower(), text) if len(text) == 1 else _ALIASES.get(text.lower(), text.lower())
    if key in _SAME_BYTES:
        raise ConfigError(f"[keys] {action}: {text} is {_SAME_BYTES[key]} in a terminal", f"write {_SAME_BYTES[key]}")
    base = key.rpartition("+")[2] if len(key) > 1 else key
    modifiers = key[: -len(base)].split("+")[:-1] if base else ["?"]
    typed = len(base) == 1 and base.isprintable() and base not in ", "
    if not (typed or base in _NAMED) or any(modifier not in ("ctrl", "alt", "shift") for modifier in modifiers):
        raise ConfigError(f"[keys] {action}: there is no key {text!r}", "write it like d, space, pagedown or ctrl+d")
    return key


class Keymap:
    """The keys of every action, and the action of every key, scope by scope."""

    def __init__(self, own: Mapping[str, str] | None = None) -> None:
        """`own` maps action names to comma-separated keys, which replace the defaults; a default that clashes with an
        own key gives way.

        Raises ConfigError for an unknown action, an unknown key, or one key given to two actions of one screen.
        """
        chosen = {name: self._parse(name, keys) for name, keys in (own or {}).items()}
        self._actions: dict[str, dict[str, Action]] = {scope: {} for scope in SCOPES}
        for action in ACTIONS:
            for key in chosen.get(action.name, ()):
                self._claim(action, key)
        for action in ACTIONS:
            if action.name not in chosen:
                for key in filter(None, action.keys.split(",")):
                    self._offer(action, key)

    @staticmethod
    def _parse(name: str, keys: str) -> tuple[str, ...]:
        if name not in BY_NAME:
            raise ConfigError(f"[keys] there is no action {name!r}", "`?` in the UI lists them")
        return tuple(parse_key(key, name) for key in keys.split(",") if key.strip())

    def _claim(self, action: Action, key: str) -> None:
        for scope in action.scopes:
            other = self._actions[scope].setdefault(key, action)
            if other is not action:
                raise ConfigError(f"[keys] {key} is given to both {other.name} and {action.name}", "give each its own")

    def _offer(self, action: Action, key: str) -> None:
        for scope in action.scopes:
            self._actions[scope].setdefault(key, action)

    def action(self, scope: str, key: str) -> Action | None:
        """What `key`, as `key_name` writes it, does on the screen `scope`."""
        return self._actions[scope].get(key)

    def keys(self, scope: str, name: str) -> tuple[str, ...]:
        """The keys of the action `name` on the screen `scope`, its first choice first."""
        return tuple(key for key, action in self._actions[scope].items() if action.name == name)

    def label(self, scope: str, name: str) -> str:
        """Return the label of an action's first key on the screen `scope`; empty if it has no key."""
        keys = self.keys(scope, name)
        return key_label(keys[0]) if keys else ""

    def quit_label(self) -> str:
        """Return the label of the key that quits from the list: a letter for `back` if there is one, else `quit`'s."""
        letters = [key for key in self.keys(LIST, "back") if len(key) == 1]
        return letters[0] if letters else self.label(LIST, "quit")

    def actions(self, scope: str) -> Iterator[Action]:
        """The actions of a screen in the order of the table, bound or not."""
        return (action for action in ACTIONS if scope in action.scopes)

    def footer(self, scope: str) -> list[tuple[str, str]]:
        """(key, label) of the actions that have a label and a key, in the order of the table."""
        labelled = ((self.keys(scope, action.name), action.footer) for action in self.actions(scope) if action.footer)
        return [(key_label(keys[0]), label) for keys, label in labelled if keys]
