"""The actions of the UI, and their scopes. A scope is a part of the UI with its own keys, such as a review."""

from typing import NamedTuple

LIST = "list"
PAPER = "paper"
REVIEW = "review"
STEPS = "steps"
FEEDS = "feeds"
EMPTY_LIBRARY = "empty_library"
OUTPUT = "output"
VIEW_MENU = "view_menu"
SCOPES = {
    LIST: "in lists",
    PAPER: "on a paper",
    REVIEW: "in review",
    STEPS: "in the list of steps",
    FEEDS: "in the list of feeds",
    EMPTY_LIBRARY: "in an empty library",
    OUTPUT: "in a text",
    VIEW_MENU: "in the menu of views",
}


class Action(NamedTuple):
    """An action of the UI. The user starts it by a key or in the command palette."""

    name: str
    """The unique name of the action. Users write this name in the table `[keys]` of the config."""
    keys: str
    """The default keys, separated by commas, in the notation of `readq.tui.keys.keymap`.

    If it is "", the action can be started only in the palette.
    """
    footer: str
    """The label of the action in the footer. If it is "", the footer does not show the action."""
    description: str
    """A sentence about the effect of the action, for the help screen and the palette."""
    words: str
    """Further words by which the help screen and the palette find the action."""
    scopes: tuple[str, ...]
    """The scopes in which the action is available."""
    waits_for_writes: bool = False
    """Whether the action waits for the writes of earlier keys, because it reads the results of these writes."""
