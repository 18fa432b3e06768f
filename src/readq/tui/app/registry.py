"""Which handler carries out which action on which screen."""

from collections.abc import Mapping

from readq.tui.actions import cite as taking_out
from readq.tui.actions import corrections as correcting
from readq.tui.actions import cursor as moving
from readq.tui.actions import first_run as beginning
from readq.tui.actions import navigation as leaving
from readq.tui.actions import notes as noting
from readq.tui.actions import sync
from readq.tui.actions import triage as deciding
from readq.tui.actions import views as viewing
from readq.tui.keys.action_table import BEGINNING, FEEDS, LIST, PAPER, REVIEW, STEPS
from readq.tui.screens.screen_context import Handler


def _review_handlers() -> Mapping[str, Handler]:
    # Review brings cards and ratings along: imported with its first key, not at the start.
    from readq.tui.actions import review as rating

    return {**leaving.ON_SCREENS, **noting.IN_REVIEW, **taking_out.OF_ONE_PAPER, **rating.HANDLERS}


def _step_handlers() -> Mapping[str, Handler]:
    from readq.tui.actions import history as stepping

    return {**leaving.ON_SCREENS, **stepping.HANDLERS}


def _feed_handlers() -> Mapping[str, Handler]:
    from readq.tui.actions import feeds as feeding

    return {**leaving.ON_SCREENS, **sync.HANDLERS, **feeding.HANDLERS}


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
        **sync.HANDLERS,
        **leaving.IN_LISTS,
    },
    PAPER: {
        **moving.ON_A_PAPER,
        **deciding.HANDLERS,
        **correcting.HANDLERS,
        **noting.HANDLERS,
        **taking_out.OF_ONE_PAPER,
        **leaving.ON_SCREENS,
        **sync.HANDLERS,
        **leaving.WITH_STEPS,
        **leaving.WITH_FEEDS,
    },
    BEGINNING: {**beginning.HANDLERS, **sync.HANDLERS, **leaving.IN_AN_EMPTY_LIBRARY},
}


def handlers(place: str) -> Mapping[str, Handler]:
    """Action names and what carries them out on the screen `place`."""
    made = {REVIEW: _review_handlers, STEPS: _step_handlers, FEEDS: _feed_handlers}.get(place)
    return made() if made else _TABLES[place]
