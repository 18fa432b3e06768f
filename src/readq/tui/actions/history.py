"""Actions on the steps screen: undo the step under the cursor, and redo."""

from collections.abc import Mapping

from readq.tui.actions import cursor
from readq.tui.actions.triage import redo
from readq.tui.screens.screen_context import Handler
from readq.tui.screens.steps_screen import StepsScreen

HANDLERS: Mapping[str, Handler] = {**cursor.IN_ROWS, "take_back": StepsScreen.undo_current_step, "redo": redo}
