"""The argument parser of a command. The help that it prints begins with an example. Wrong usage raises UsageError."""

import argparse
import os
from typing import TYPE_CHECKING, Any, NoReturn

from readq.errors import UsageError
from readq.paths import is_utf8
from readq.text import quoted

if TYPE_CHECKING:
    from _typeshed import SupportsWrite

_LITERAL = "\0"
"""The prefix that `parse` puts before each word after `--`, so that argparse does not parse the word as an option."""

_FREE_TEXT = "TEXT"
"""The name in the help for a value that may be any text, even a blank one."""

_SIGNED = ("KEY", "QUERY", "N", _FREE_TEXT)
"""The names in the help of values that may begin with `-`.

They are a reversed order, a query that excludes papers, a number, and any text. Paths are not among them, so that
`export -o -format` does not write a file of this name.
"""

_FILES = ("PATH", "FILE", "DIR", "URL", "BASE", "OURS", "THEIRS")
"""The names in the help of values that are files, or may be. The name of a file may have any bytes."""

_REFERENCE = "REF"
"""The name in the help of a paper. Any text that names no paper is refused by its own message."""

_TEXTS_OR_FILES = ("REF|TITLE", "SPEC, NAME or FILE")
"""The names in the help of values that may be files or texts."""


class _Formatter(argparse.RawDescriptionHelpFormatter):
    """The formatter of help texts, 80 columns wide.

    argparse makes a formatter for each declared option. With its default width, that would import shutil.
    """

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=80)

    def _split_lines(self, text: str, width: int) -> list[str]:
        # argparse would cut `csl-json` at its hyphen.
        import textwrap

        return textwrap.wrap(" ".join(text.split()), width, break_on_hyphens=False)


class CommandParser(argparse.ArgumentParser):
    """A parser whose help begins with an example, and which raises UsageError for wrong usage."""

    def error(self, message: str) -> NoReturn:
        """Raise UsageError with the message of argparse, and a hint."""
        from readq.nearest_name import suggestion

        message = message.replace(_LITERAL, "")
        # argparse has no hook for the arguments that it does not know.
        unknown = message.removeprefix("unrecognized arguments: ").split(" ", 1)[0]
        known = self._option_string_actions if message != unknown and unknown.startswith("--") else ()
        raise UsageError(message, suggestion(unknown.partition("=")[0], known, f"see {self.prog} --help"))

    def print_help(self, file: "SupportsWrite[str] | None" = None) -> None:
        """Print the help. Raises OSError if that fails, unlike argparse's own method."""
        print(self.format_help(), end="", file=file)

    def format_help(self) -> str:
        """Return the help: example and description before usage and options."""
        formatter = self._get_formatter()
        formatter.add_text(self.description)
        formatter.add_usage(self.usage, self._actions, self._mutually_exclusive_groups)
        for group in self._action_groups:
            formatter.start_section(group.title)
            formatter.add_text(group.description)
            formatter.add_arguments(group._group_actions)
            formatter.end_section()
        return formatter.format_help()

    def _get_value(self, action: argparse.Action, arg_string: str) -> Any:  # noqa: ANN401 - what the action's type makes
        return super()._get_value(action, arg_string.removeprefix(_LITERAL))


def parser(usage: str, example: str, description: str) -> CommandParser:
    """Return the argument parser of one command. It has the options that all commands share, such as `--db`.

    `usage` is `readq COMMAND` and the arguments of the command. The help begins with `example` and `description`. For
    wrong usage, the parser raises UsageError.
    """
    made = CommandParser(
        prog=" ".join(usage.split()[:2]),
        usage=" ".join([*usage.split(), "[options]"]),
        description=f"Example:  {example}\n\n{description}",
        formatter_class=_Formatter,
        allow_abbrev=False,
        add_help=False,
    )
    add_shared_options(made)
    return made


def add_shared_options(parser: argparse.ArgumentParser) -> None:
    """Declare the options that all commands share, such as `--db`."""
    shared = parser.add_argument_group("options of every command")
    shared.add_argument("-h", "--help", action="help", help="print this help")
    shared.add_argument("--db", metavar="PATH", help="the library file")
    shared.add_argument("--config", metavar="PATH", help="the config file")
    shared.add_argument("--json", action="store_true", help="print results as JSON")
    shared.add_argument("-v", "--verbose", action="store_true", help="print more to stderr, including the log")


def parse(words: list[str], declared: CommandParser) -> argparse.Namespace:
    """Parse the command-line arguments `words` with the parser `declared`. Raises UsageError for wrong usage.

    Each word after `--` is an argument, even if it looks like an option. The value of an option can begin with one `-`,
    as in `--sort -year`, if it is one of the kinds in _SIGNED. `argparse` alone would take such words for options.
    """
    end = words.index("--") if "--" in words else len(words)
    literal = [_LITERAL + word for word in words[end + 1 :]]
    arguments = declared.parse_intermixed_args(_with_signed_values(words[:end], declared) + literal)
    for action in declared._actions:
        value = getattr(arguments, action.dest, None)
        _refuse_blank(action, value)
        _refuse_bytes(action, value)
    return arguments


def _refuse_bytes(action: argparse.Action, value: object) -> None:
    """Raise UsageError if a value has bytes that are not UTF-8, unless it is the name of a file.

    Python passes such a byte on as a lone surrogate, which no other text may have.
    """
    for one in value if isinstance(value, list) else [value]:
        if not isinstance(one, str) or is_utf8(one) or action.metavar in (*_FILES, _REFERENCE):
            continue
        if action.metavar not in _TEXTS_OR_FILES or not os.path.lexists(one):
            raise UsageError(f"{_name(action)} is not UTF-8: {quoted(one)}", "type it again")


def _name(action: argparse.Action) -> str:
    return action.option_strings[-1] if action.option_strings else str(action.metavar)


def _refuse_blank(action: argparse.Action, value: object) -> None:
    """Raise UsageError if a value is blank, unless a text is wanted. An unset variable in a script makes it so.

    The command would run without the option, for example on the whole library.
    """
    if action.option_strings and isinstance(value, list):
        values: list[object] = value
    else:
        values = [value] if action.option_strings or action.nargs == "?" else []
    if action.metavar != _FREE_TEXT and any(isinstance(one, str) and not one.strip() for one in values):
        raise UsageError(f"{_name(action)} is empty", "give it a value")


def _with_signed_values(words: list[str], declared: CommandParser) -> list[str]:
    """Join each option with a value of _SIGNED to the next word if that begins with one `-` and is no option itself."""
    options, joined = declared._option_string_actions, list[str]()
    for word in words:
        is_value = word.startswith("-") and not word.startswith("--") and word not in ("-", *options)
        if is_value and joined and joined[-1] in options and options[joined[-1]].metavar in _SIGNED:
            joined[-1] += f"={word}"
        else:
            joined.append(word)
    return joined
