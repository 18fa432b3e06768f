"""Which handler carries out which action on which screen."""

from collections.abc import Mapping

from readq.tui import beginning, correcting, deciding, leaving, moving, noting, syncing, taking_out, viewing
from readq.tui.actions import BEGINNING, FEEDS, LIST, PAPER, REVIEW, STEPS
from readq.tui.keyed_screen import Handler


def _review_handlers() -> Mapping[str, Handler]:
    # Review brings cards and ratings along: imported with its first key, not at the start.
    from readq.tui import rating

    return {**leaving.ON_SCREENS, **noting.IN_PLACE, **taking_out.OF_ONE_PAPER, **rating.HANDLERS}


def _step_handlers() -> Mapping[str, Handler]:
    from readq.tui import stepping

    return {**leaving.ON_SCREENS, **stepping.HANDLERS}


def _feed_handlers() -> Mapping[str, Handler]:
    from readq.tui import feeding

    return {**leaving.ON_SCREENS, **syncing.HANDLERS, **feeding.HANDLERS}


_TABLES: Mapping[str, Mapping[str, Handler]] = {
    LIST: {
        **moving.IN_LISTS,
        **deciding.HANDLERS,
        **deciding.IN_LISTS,
        **correcting.HANDLERS,
        **correcting.IN_LISTS,
        **viewing.HANDLERS,
        **noting.HANDLERS,
        **taking_out.OF_ONE_PAPER,
        **taking_out.IN_LISTS,
        **syncing.HANDLERS,
        **leaving.IN_LISTS,
    },
    PAPER: {
        **moving.ON_A_PAPER,
        **deciding.HANDLERS,
        **correcting.HANDLERS,
        **noting.HANDLERS,
        **taking_out.OF_ONE_PAPER,
        **leaving.ON_SCREENS,
        **syncing.HANDLERS,
        **leaving.WITH_STEPS,
        **leaving.WITH_FEEDS,
    },
    BEGINNING: {**beginning.HANDLERS, **syncing.HANDLERS, **leaving.IN_AN_EMPTY_LIBRARY},
}


def handlers(place: str) -> Mapping[str, Handler]:
    """Action names and what carries them out on the screen `place`."""
    made = {REVIEW: _review_handlers, STEPS: _step_handlers, FEEDS: _feed_handlers}.get(place)
    return made() if made else _TABLES[place]
