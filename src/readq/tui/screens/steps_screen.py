"""The steps screen. It lists the undo steps, newest first, and can undo any single step."""

from textual.content import Content

from readq.errors import ReadqError
from readq.store.journal.steps import steps_with_titles
from readq.text import counted
from readq.tui.keys.action import STEPS
from readq.tui.screens.cursor_list_screen import CursorListScreen
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.widgets.step_list import StepList

_MAX_STEPS = 2000
"""Maximum number of listed steps. `readq undo --list` lists older steps too."""


class StepsScreen(CursorListScreen):
    """Lists the undo steps of all processes that use the library."""

    SCOPE = STEPS

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.rows: StepList = StepList(context.session.clock())

    def on_mount(self) -> None:
        """Show the undo steps when the screen opens."""
        self.library_changed()

    def library_changed(self) -> None:
        """Read the steps from the library and show them. While the library is locked, keep the shown steps."""
        steps = self.session.library.read(lambda conn: steps_with_titles(conn, _MAX_STEPS + 1), None)
        if steps is not None:
            self.rows.show(steps[:_MAX_STEPS])
            more = ", older ones: readq undo --list" if len(steps) > _MAX_STEPS else ""
            self.heading.put(Content(f" Steps, newest first: {counted(min(len(steps), _MAX_STEPS), 'step')}{more}"))
        self.draw_state()

    def undo_current_step(self) -> None:
        """Undo only the step under the cursor. Raises ReadqError if this step is undone already.

        If there are no steps, do nothing.
        """
        if not self.rows.line_count:
            return
        step, _ = self.rows.rows[self.rows.cursor_line]
        if step.undone:
            redo = self.keymap.label(STEPS, "redo")
            raise ReadqError(f"step {step.step} is undone already", f"{redo} repeats the step that was undone last")
        self.session.undo(step.step)

    def state_text(self) -> str:
        """Return a text that says what the undo key does with the step under the cursor.

        Return "" if there are no steps.
        """
        if not self.rows.line_count:
            return ""
        step, _ = self.rows.rows[self.rows.cursor_line]
        key = self.keymap.label(STEPS, "take_back")
        return f"step {step.step} is undone" if step.undone else f"{key} undoes “{step.what}” and nothing else"

    def screen_footer_keys(self) -> list[tuple[str, str]]:
        """Return the keys for the footer, as (key, label) pairs. The redo key comes second, after the undo key."""
        first, *others = super().screen_footer_keys()
        redo = self.keymap.label(STEPS, "redo")
        return [first, *([(redo, "redo")] if redo else []), *others]
