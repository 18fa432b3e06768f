"""Make the tabs of the views bar, for the built-in views and the saved views."""

from readq.services.views import VIEWS, own_view, view_title
from readq.store.papers.queries import Counts
from readq.tui.keys.action import LIST
from readq.tui.keys.action_table import OWN_KEYS
from readq.tui.keys.keymap import Keymap
from readq.tui.state.own_views import OwnView
from readq.tui.text import icons
from readq.tui.text.sanitize import display_text
from readq.tui.widgets.bars import Tab

_WITH_KEY, _WITHOUT_KEY = 1, 9
"""The rank of a saved view's tab: the first number if the view has a key, the second if it has none.

In a narrow bar, tabs with a lower rank are preferred. The built-in views have the ranks from 0 on, in their order.
"""


def own_keys(keymap: Keymap, place: int) -> str:
    """Return the label of the key of the saved view at `place`, counted from 0. Return "" if it has no key."""
    return keymap.label(LIST, OWN_KEYS[place]) if place < len(OWN_KEYS) else ""


def view_tabs(counts: Counts, own: list[OwnView], keymap: Keymap, shown: str) -> list[Tab]:
    """Return the tabs of the built-in views and of the saved views `own`.

    `shown` is the name of the view that the list shows. It has a tab even if it is a saved view that was removed.
    """
    tabs = [
        Tab(view.name, keymap.label(LIST, f"view_{view.name}"), view.title, counts.of_view(view.name), rank=rank)
        for rank, view in enumerate(VIEWS)
    ]
    tabs += [_own_tab(one, own_keys(keymap, place), place) for place, one in enumerate(own)]
    if shown not in {tab.name for tab in tabs}:
        tabs.append(Tab(shown, "", display_text(view_title(shown)), None))
    return tabs


def _own_tab(one: OwnView, key: str, place: int) -> Tab:
    return Tab(
        own_view(one.view.name),
        key,
        display_text(one.view.name),
        one.papers,
        icons.WATCH.get(one.view.watch or "", ""),
        _WITH_KEY if place < len(OWN_KEYS) else _WITHOUT_KEY,
    )
