"""Actions that start the user's own commands on the paper under the cursor, and show their output.

An own command is a program that the user has defined in the config.
"""

from collections.abc import Mapping, Sequence
from functools import partial
from typing import NamedTuple

from readq.errors import ReadqError
from readq.services.papers import own_commands
from readq.services.papers.own_commands import OwnCommand
from readq.services.papers.programs import Ended
from readq.services.pdf import linked_files
from readq.text import one_line
from readq.tui.keys.own_actions import action_name
from readq.tui.screens.base import KeyedScreen
from readq.tui.screens.screen_context import Handler
from readq.tui.state.background.command_runs import SHOWN_AFTER, CommandOutput, start_text


def handlers_of(commands: Sequence[OwnCommand]) -> Mapping[str, Handler]:
    """Return the handlers that run the user's own commands, as a dict from names of actions to handlers."""
    return {action_name(command): partial(run_command, command=command) for command in commands}


async def run_command(screen: KeyedScreen, command: OwnCommand) -> None:
    """Start `command`, one of the user's own commands, on the paper under the cursor.

    If the command has run on this paper and its output was not shown yet, show this output instead. If the program
    cannot be started, or another command with output still runs, show a message. Raises ReadqError if a field of the
    paper that the command needs is missing, or starts with `-`.
    """
    runs, paper_id = screen.context.commands, screen.current_paper_id()
    if paper_id is None:
        return
    if command.show and (unseen := runs.unseen) and (unseen.name, unseen.paper_id) == (command.name, paper_id):
        await show_output(screen)
        return
    if command.show and runs.running:
        screen.show_message(f"{runs.running} still runs, {command.name} was not started")
        return
    library = screen.session.library
    paper = library.paper(paper_id)
    if paper is None:
        return
    pdf = library.read(lambda conn: linked_files.existing_path(conn, paper_id), None) if command.needs_pdf else None
    started = _Start(command, paper_id, own_commands.fill_words(command, paper, pdf), screen.context.key_presses)
    text = own_commands.input_text(command, paper)
    run = _run_shown if command.show else _run_apart
    screen.show_message(start_text(command.name))
    screen.app.run_worker(run(screen, started, text), exit_on_error=False, group="command")


class _Start(NamedTuple):
    command: OwnCommand
    paper_id: int
    words: Sequence[str]
    key_presses: int
    """The number of keys that were pressed before the command was started."""


async def _run_apart(screen: KeyedScreen, started: _Start, text: str) -> None:
    """Run a command whose output is not shown, such as a viewer. A command that runs for long is left running."""
    observer, runs, command = screen.session.observer, screen.context.commands, started.command
    long = screen.app.set_timer(SHOWN_AFTER, lambda: observer.show_message(f"{command.name} runs on its own"))
    try:
        ended = await runs.run(command.name, started.words, text, keep_output=False)
    except ReadqError as error:
        observer.show_error(error)
        return
    finally:
        long.stop()
    if ended.status:
        observer.show_error(_failure(command, ended))
    else:
        observer.show_message(f"{command.name} is done")


async def _run_shown(screen: KeyedScreen, started: _Start, text: str) -> None:
    observer, context, command = screen.session.observer, screen.context, started.command
    runs, title = context.commands, screen.session.describe((started.paper_id,))
    ticks = screen.app.set_interval(1.0, context.redraw_state)
    try:
        ended = await runs.run(command.name, started.words, text, keep_output=True)
    except ReadqError as error:
        observer.show_error(error)
        return
    finally:
        ticks.stop()
    if runs.is_ended_by_reader:
        observer.show_message(f"{command.name} was ended")
    elif ended.status and not ended.is_cut:
        observer.show_error(_failure(command, ended))
    elif not ended.output.strip():
        observer.show_message(f"{command.name} printed nothing")
    else:
        runs.unseen = CommandOutput(command.name, started.paper_id, title, ended.output, ended.is_cut)
        if context.key_presses == started.key_presses and screen.is_current:
            await show_output(screen)
        else:
            # The output would take the keys that the user is pressing.
            key = screen.keymap.label(screen.scope, action_name(command)) or "the palette"
            observer.show_message(f"{command.name} has ended: {key} on {title} shows its output")


def _failure(command: OwnCommand, ended: Ended) -> ReadqError:
    why = one_line(ended.error)
    how = f"ended with status {ended.status}" if ended.status > 0 else f"was ended by signal {-ended.status}"
    return ReadqError(f"{command.name} {how}" + (f": {why[:_LONGEST_REASON]}" if why else ""))


_LONGEST_REASON = 200


async def show_output(screen: KeyedScreen) -> None:
    """Open a screen with the newest output of an own command, unless this output was shown already.

    Do nothing if there is no such output.
    """
    from readq.tui.screens.output_screen import OutputScreen

    output, screen.context.commands.unseen = screen.context.commands.unseen, None
    if output is not None:
        screen.show_message("")
        await screen.app.push_screen(OutputScreen(screen.context, output))
