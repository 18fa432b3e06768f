"""Run the command that a command line names. Report a failure as a line on standard error, and by the exit status.

`readq.cli.command_table` names the module of each command. Only the module of the command that runs is imported. Each
module has the members of `Command`. The help, the tests and the check of the README also read these members.
"""

import errno
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from typing import TYPE_CHECKING, Protocol, cast

from readq import __version__
from readq.cli.command_table import COMMANDS, GROUPS
from readq.errors import ConfigError, ReadqError, UsageError
from readq.text import quoted

if TYPE_CHECKING:
    # argparse is imported late: help and version need none.
    from argparse import ArgumentParser, Namespace

    from readq.cli.argument_parser import CommandParser
    from readq.cli.context import Context


class Command(Protocol):
    """The interface of a command's module. The texts in it are parts of the command's help.

    A command that takes long, or that uses the network, also has `IS_LOGGED = True`. Its messages are then written to
    the log.
    """

    USAGE: str
    """The arguments after `readq COMMAND`, as the help of the command shows them."""
    DESCRIPTION: str
    EXAMPLE: str

    def add_arguments(self, parser: "ArgumentParser") -> None:
        """Declare the arguments and options of this command. Do not declare the options that all commands share."""

    def run(self, arguments: "Namespace", context: "Context") -> int:
        """Run the command and return the exit status."""


_UI = "readq.cli.ui"

_INTERRUPTED = 130
"""The exit status after SIGINT: 128 plus the signal number 2. Importing `signal` for the number would take 0.5 ms."""

_HELP = """\
Example:  readq feed add hf:daily && readq

readq alone opens the terminal UI. readq COMMAND --help explains a command.

{commands}

Options, before or after the command:
  --db PATH         the library file (default: READQ_DB, config, data folder)
  --config PATH     the config file (default: READQ_CONFIG, config folder)
  --json            print results as JSON
  -v, --verbose     print more to stderr, including the log
  -h, --help        print this help, or that of the command

Option without a command:
  --version         print the version
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run the command line `argv`, by default the arguments of the process. Return the exit status.

    `readq.errors` lists the exit statuses. After an interrupt (Ctrl-C), the status is 130.
    """
    try:
        _prepare_streams()
        return _run(list(sys.argv[1:] if argv is None else argv))
    except ReadqError as error:
        return _fail(str(error), error.exit_status)
    except SystemExit as end:
        # argparse raises it after --help.
        return int(end.code or 0)
    except BrokenPipeError:
        # The reader of the pipe is gone. Without a working stdout the interpreter's last flush prints no error.
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    except OSError as error:
        return _fail(f"{error.filename or 'standard output'}: {error.strerror}", 74)
    finally:
        from readq.cli.output.streams import unfiltered

        # A stream that was closed from the start stays replaced.
        sys.stdout, sys.stderr = (unfiltered(stream) for stream in (sys.stdout, sys.stderr))


def entry() -> None:
    """Run the command line of the process and exit with its status.

    The installed script `readq` calls this function.
    """
    sys.unraisablehook = _interrupt_again
    try:
        status = main()
    except Exception as error:
        from readq.cli.command_log import write_fault

        status = _fail(write_fault(error), 1)
    if status == _INTERRUPTED:
        # A second Ctrl-C must not interrupt the clean-up with a traceback.
        import signal

        signal.signal(signal.SIGINT, signal.SIG_IGN)
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        status = _fail(f"standard output: {error.strerror}", 74)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def _interrupt_again(lost: "sys.UnraisableHookArgs") -> None:
    """Report an exception that Python cannot raise.

    If it is an interrupt (Ctrl-C), send it again, so that it is not lost. Python drops every exception raised in a
    destructor or in a weak reference's callback, even KeyboardInterrupt.
    """
    if lost.exc_type is not KeyboardInterrupt:
        sys.__unraisablehook__(lost)
        return
    import signal
    import threading

    # Later, from another thread: an interrupt within this hook would be dropped as well. To the main thread, so that
    # it ends a system call there.
    main_thread = threading.main_thread().ident or 0
    again = threading.Timer(0.01, signal.pthread_kill, (main_thread, signal.SIGINT))
    again.daemon = True
    again.start()


def _fail(message: str, status: int) -> int:
    from readq.text import one_line

    print(f"error: {one_line(message)}", file=sys.stderr)
    return status


def _prepare_streams() -> None:
    """Make the standard streams take any text, and filter what they print. Raises OSError if stdout is closed.

    Python sets a stream to None that was closed when the process started.
    """
    from readq.cli.output.streams import filtered

    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115 - open until the process ends
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # A letter that the terminal's encoding lacks becomes a substitute, not an exception.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")
    sys.stdout, sys.stderr = filtered(sys.stdout), filtered(sys.stderr)


def _run(words: list[str]) -> int:
    before, name, after = _split(words)
    if name is None or "--version" in before:
        return _run_without_command(before)
    if name not in COMMANDS:
        raise UsageError(f"unknown command {quoted(name)}", _nearest(name))
    from readq.cli.argument_parser import parse

    command, declared = declare(name)
    return _start(name, command, parse(before + after, declared))


def declare(name: str) -> "tuple[Command, CommandParser]":
    """Import the command `name` of COMMANDS. Return its module and its argument parser."""
    from readq.cli.argument_parser import parser

    command = cast(Command, import_module(COMMANDS[name][0]))
    declared = parser(f"readq {name} {command.USAGE}", command.EXAMPLE, command.DESCRIPTION)
    command.add_arguments(declared)
    return command, declared


def _run_without_command(options: list[str]) -> int:
    if "--version" in options:
        print(f"readq {__version__}")
        return 0
    if "-h" in options or "--help" in options:
        print(_HELP.format(commands="\n\n".join(_group_help(title, group) for title, group in GROUPS.items())))
        return 0
    from readq.cli.argument_parser import parse, parser

    return _start("readq", cast(Command, import_module(_UI)), parse(options, parser("readq", "readq", "")))


def _group_help(title: str, group: Mapping[str, tuple[str, str]]) -> str:
    width = max(map(len, COMMANDS))
    return "\n".join([f"{title}:", *(f"  {name:{width}}  {text}" for name, (_, text) in group.items())])


def _start(name: str, command: Command, arguments: "Namespace") -> int:
    from readq.cli.command_log import logged
    from readq.cli.context import Context

    context = Context(arguments)
    with logged(name, is_long=getattr(command, "IS_LOGGED", False), is_shown=context.verbose):
        context.name_files()
        try:
            status = command.run(arguments, context)
        except ConfigError as error:
            from readq.config_file import located

            raise located(error, context.config_path) from error
        context.finish()
    return status


def _split(words: list[str]) -> tuple[list[str], str | None, list[str]]:
    """Return the options before the command, the command's name if there is one, and the words after it."""
    position = 0
    while position < len(words) and words[position].startswith("-"):
        position += 2 if words[position] in ("--db", "--config") else 1
    if position >= len(words):
        return words, None, []
    return words[:position], words[position], words[position + 1 :]


def _nearest(name: str) -> str:
    from readq.nearest_name import suggestion

    return suggestion(name, COMMANDS) or "see readq --help"
