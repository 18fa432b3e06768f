"""The list of steps, newest first: what was done when, by any process, and each of it can be taken back alone."""

from textual.app import ComposeResult
from textual.content import Content

from readq.errors import ReadqError
from readq.store.journal.steps import steps_with_titles
from readq.text import counted
from readq.tui.keys.action_table import STEPS
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import ScreenContext
from readq.tui.widgets.bars import TextLine
from readq.tui.widgets.step_list import StepList

_MOST = 2000
"""Steps that are listed; older ones are for `readq undo --list`."""


async def open_steps(screen: KeyedScreen) -> None:
    """Show the steps."""
    await screen.app.push_screen(StepsScreen(screen.context))


class StepsScreen(KeyedScreen):
    """Steps with a cursor on one of them."""

    PLACE = STEPS

    def __init__(self, context: ScreenContext) -> None:
        super().__init__(context)
        self.heading = TextLine("list-heading")
        self.rows = StepList(context.session.clock())

    def compose(self) -> ComposeResult:
        """The steps."""
        yield self.heading
        yield self.rows
        yield from self.compose_bottom()

    def on_mount(self) -> None:
        """Show what was done."""
        self.library_changed()

    def library_changed(self) -> None:
        """Read the steps anew; while the library is locked they stay as they are."""
        steps = self.session.library.read(lambda conn: steps_with_titles(conn, _MOST + 1), None)
        if steps is not None:
            self.rows.show(steps[:_MOST])
            more = ", older ones: readq undo --list" if len(steps) > _MOST else ""
            self.heading.put(Content(f" Steps, newest first: {counted(min(len(steps), _MOST), 'step')}{more}"))
        self.draw_state()

    def move(self, index: int) -> None:
        """Put the cursor on another step."""
        self.rows.move(index)
        self.draw_state()

    def take_back(self) -> None:
        """Take back the step under the cursor and no other. Raises ReadqError when that was done already."""
        if not self.rows.line_count:
            return
        step, _ = self.rows.rows[self.rows.cursor_line]
        if step.undone:
            redo = self.keymap.label(STEPS, "redo")
            raise ReadqError(f"step {step.step} is undone already", f"{redo} repeats the step that was undone last")
        self.session.undo(step.step)

    def on_line_list_clicked(self, message: StepList.Clicked) -> None:
        """A click moves the cursor."""
        self.move(message.index)

    def state_text(self) -> str:
        """What the key would do."""
        if not self.rows.line_count:
            return ""
        step, _ = self.rows.rows[self.rows.cursor_line]
        key = self.keymap.label(STEPS, "take_back")
        return f"step {step.step} is taken back" if step.undone else f"{key} takes back “{step.what}” and nothing else"

    def footer_keys(self) -> list[tuple[str, str]]:
        """The keys that work here; redo stands beside what it does again."""
        first, *others = super().footer_keys()
        redo = self.keymap.label(STEPS, "redo")
        return [first, *([(redo, "redo")] if redo else []), *others]

    def subject(self) -> int | None:
        """A step is no paper."""
        return None
