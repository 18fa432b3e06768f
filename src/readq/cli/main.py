"""`readq`: finds the command, imports only that, and turns failures into one line and an exit status."""

import argparse
import errno
import os
import sys
from collections.abc import Mapping, Sequence
from importlib import import_module
from types import ModuleType
from typing import TYPE_CHECKING, NoReturn

from readq import __version__
from readq.errors import ReadqError, UsageError

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

GROUPS: Mapping[str, Mapping[str, tuple[str, str]]] = {
    "papers come in": {
        "import": ("readq.cli.collect.import_", "papers from feed pages, Hugging Face JSON, .bib files"),
        "add": ("readq.cli.collect.add", "queue one paper by arXiv id, DOI, address, PDF or title"),
        "feed": ("readq.cli.collect.feed", "the feeds: add, list, remove, import, export"),
        "sync": ("readq.cli.collect.sync", "pull the feeds"),
        "enrich": ("readq.cli.collect.enrich", "complete papers that lack authors, ids or a published version"),
    },
    "look, and decide": {
        "list": ("readq.cli.papers.list", "the papers that a query finds"),
        "show": ("readq.cli.papers.show", "everything about a paper"),
        "open": ("readq.cli.papers.open", "open a paper in the browser"),
        "pdf": ("readq.cli.papers.pdf", "download and open the PDF, or attach your own"),
        "mark": ("readq.cli.papers.mark", "inbox, queued, reading, done or dropped"),
        "star": ("readq.cli.papers.star", "star papers, or take the stars off"),
        "snooze": ("readq.cli.papers.snooze", "hide papers until a day"),
        "tag": ("readq.cli.papers.tag", "add and remove tags"),
        "note": ("readq.cli.papers.note", "read or write the note on a paper"),
        "view": ("readq.cli.papers.view", "queries of your own under a name"),
    },
    "correct, and take back": {
        "edit": ("readq.cli.correct.edit", "correct the metadata, as BibTeX in your editor"),
        "key": ("readq.cli.correct.key", "print or set the citation key"),
        "remove": ("readq.cli.correct.remove", "remove papers"),
        "merge": ("readq.cli.correct.merge", "make one of two papers that are the same"),
        "undo": ("readq.cli.correct.undo", "take back the last step, or one by its number"),
        "redo": ("readq.cli.correct.redo", "do again what was taken back"),
    },
    "remember": {
        "due": ("readq.cli.review.due", "what spaced review asks today"),
        "review": ("readq.cli.review.review", "answer what is due, in the UI"),
        "rate": ("readq.cli.review.rate", "answer from a script: again, hard, good, easy"),
        "enrol": ("readq.cli.review.enrol", "bring papers into spaced review"),
        "unenrol": ("readq.cli.review.unenrol", "take papers out of spaced review"),
    },
    "cite": {
        "export": ("readq.cli.cite.export", "a .bib for LaTeX"),
    },
    "keep it safe": {
        "backup": ("readq.cli.safety.backup", "a copy of the library, read back before it counts"),
        "restore": ("readq.cli.safety.restore", "put a backup in the library's place"),
        "check": ("readq.cli.safety.check", "look for damage, and repair it"),
        "dump": ("readq.cli.safety.dump", "everything that is yours as plain text, for git"),
    },
    "readq itself": {
        "demo": ("readq.cli.setup.demo", "try readq on a throw-away library"),
        "config": ("readq.cli.setup.config", "show or edit the settings"),
    },
}
"""Each command's module and what it does, under what one does with it. Only the chosen module is imported."""

COMMANDS = {name: command for group in GROUPS.values() for name, command in group.items()}

_UI = "readq.cli.ui"

_INTERRUPTED = 130
"""128 and the number of SIGINT, which is the same everywhere; importing `signal` for it takes half a millisecond."""

_HELP = """\
Example:  readq feed add hf:daily && readq

readq opens the terminal UI. readq COMMAND --help says more of a command.

{commands}

Options, before or after the command:
  --db PATH         the library (else READQ_DB, the config, the data folder)
  --config PATH     the config file (else READQ_CONFIG, the config folder)
  --json            results as JSON
  -v, --verbose     say more on stderr
  --version         the version
  -h, --help        this text
"""


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command line and return its exit status (see `readq.errors`)."""
    try:
        _prepare_streams()
        return _run(list(sys.argv[1:] if argv is None else argv))
    except ReadqError as error:
        return _fail(str(error), error.exit_status)
    except SystemExit as end:
        # argparse ends so after --help.
        return int(end.code or 0)
    except BrokenPipeError:
        # The reader of the pipe has gone; so that the interpreter's last flush does not complain of it:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        return 0
    except KeyboardInterrupt:
        return _INTERRUPTED
    except OSError as error:
        return _fail(f"{error.filename or 'standard output'}: {error.strerror}", 74)


def entry() -> None:
    """The console script."""
    status = main()
    try:
        sys.stdout.flush()
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    except OSError as error:
        status = _fail(f"standard output: {error.strerror}", 74)
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    sys.exit(status)


def _fail(message: str, status: int) -> int:
    from readq.text import one_line

    print(f"error: {one_line(message)}", file=sys.stderr)
    return status


def _prepare_streams() -> None:
    """Make the standard streams take any text. Raises OSError when standard output is closed.

    Python has None for a stream that was closed when it started.
    """
    sys.stdin = sys.stdin or open(os.devnull, encoding="utf-8")  # noqa: SIM115 - as long as the process lives
    sys.stderr = sys.stderr or open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
    if sys.stdout is None:
        sys.stdout = open(os.devnull, "w", encoding="utf-8")  # noqa: SIM115
        raise OSError(errno.EBADF, os.strerror(errno.EBADF))
    for stream in (sys.stdin, sys.stdout, sys.stderr):
        # A terminal of another encoding shows a substitute rather than nothing at all.
        if hasattr(stream, "reconfigure"):
            stream.reconfigure(errors="replace")


def _run(words: list[str]) -> int:
    before, command, after = _split(words)
    if command is None:
        return _run_without_command(before)
    if command not in COMMANDS:
        raise UsageError(f"unknown command {command!r}", _nearest(command))
    module = import_module(COMMANDS[command][0])
    parser = _parser(f"readq {command} {module.USAGE}", module.EXAMPLE, module.DESCRIPTION)
    module.add_arguments(parser)
    return _start(module, _parse(parser, before + after))


def _run_without_command(options: list[str]) -> int:
    if "--version" in options:
        print(f"readq {__version__}")
        return 0
    if "-h" in options or "--help" in options:
        print(_HELP.format(commands="\n\n".join(_listed(title, group) for title, group in GROUPS.items())))
        return 0
    return _start(import_module(_UI), _parse(_parser("readq", "readq", ""), options))


def _listed(title: str, group: Mapping[str, tuple[str, str]]) -> str:
    width = max(map(len, COMMANDS))
    return "\n".join([f"{title}:", *(f"  {name:{width}}  {text}" for name, (_, text) in group.items())])


def _start(module: ModuleType, arguments: argparse.Namespace) -> int:
    from readq.cli.context import Context

    context = Context(arguments)
    status = int(module.run(arguments, context))
    context.leave()
    return status


def _split(words: list[str]) -> tuple[list[str], str | None, list[str]]:
    """Global options before the command, the command, and what follows it."""
    position = 0
    while position < len(words) and words[position].startswith("-"):
        position += 2 if words[position] in ("--db", "--config") else 1
    if position >= len(words):
        return words, None, []
    return words[:position], words[position], words[position + 1 :]


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """Made for every option that is declared, so it must not look up the terminal's size by a costly import."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80)


class _Parser(argparse.ArgumentParser):
    """Help that begins with an example; wrong usage is an error like any other: one line and status 2."""

    def error(self, message: str) -> NoReturn:
        raise UsageError(message, f"see {self.prog} --help")

    def print_help(self, file: "SupportsWrite[str] | None" = None) -> None:
        """Print the help; raises OSError, unlike argparse's own, when that fails."""
        print(self.format_help(), end="", file=file)

    def format_help(self) -> str:
        """The example and the description first, then the usage and the options."""
        formatter = self._get_formatter()
        formatter.add_text(self.description)
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups)
        for group in self._action_groups:
            formatter.start_section(group.title)
            formatter.add_text(group.description)
            formatter.add_arguments(group._group_actions)
            formatter.end_section()
        return formatter.format_help()


def _parser(usage: str, example: str, description: str) -> argparse.ArgumentParser:
    parser = _Parser(
        prog=" ".join(usage.split()[:2]),
        usage=" ".join([*usage.split(), "[options]"]),
        description=f"Example:  {example}\n\n{description}",
        formatter_class=_Formatter,
        allow_abbrev=False,
        add_help=False,
    )
    shared = parser.add_argument_group("everywhere")
    shared.add_argument("-h", "--help", action="help", help="this text")
    shared.add_argument("--db", metavar="PATH", help="the library")
    shared.add_argument("--config", metavar="PATH", help="the config file")
    shared.add_argument("--json", action="store_true", help="results as JSON")
    shared.add_argument("-v", "--verbose", action="store_true", help="say more on stderr")
    return parser


_LITERAL = "\0"
"""Put before words after `--`, so that argparse takes none of them for an option."""


def _parse(parser: argparse.ArgumentParser, words: list[str]) -> argparse.Namespace:
    if "--" in words:
        end = words.index("--")
        words = words[:end] + [_LITERAL + word for word in words[end + 1 :]]
    arguments = parser.parse_intermixed_args(words)
    for name, value in vars(arguments).items():
        if isinstance(value, list):
            setattr(arguments, name, [word.removeprefix(_LITERAL) for word in value])
        elif isinstance(value, str):
            setattr(arguments, name, value.removeprefix(_LITERAL))
    return arguments


def _nearest(command: str) -> str:
    import difflib

    near = difflib.get_close_matches(command, COMMANDS, n=1)
    return f"did you mean {near[0]}?" if near else "see readq --help"
