"""`readq completion`: print a script that makes a shell complete command lines of readq."""

import argparse
import re
from collections.abc import Iterable

from readq.cli.arguments import refuse_unknown
from readq.cli.command_table import COMMANDS
from readq.cli.context import Context
from readq.cli.output.streams import print_json
from readq.errors import UsageError

USAGE = "bash | zsh | fish"
DESCRIPTION = """\
Print a shell script that completes commands, options, keys, tags, views, feeds
and the fields of queries. Save it where the shell looks for completions. Make
that folder first:
  bash   ~/.local/share/bash-completion/completions/readq
  zsh    a folder of $fpath, as _readq
  fish   ~/.config/fish/completions/readq.fish"""
EXAMPLE = "readq completion zsh > ~/.zfunc/_readq"

SHELLS = ("bash", "zsh", "fish")
KINDS = ("ref", "tag", "view", "feed", "query")
"""The kinds of names that the scripts look up in the library while the user types."""

_MOST = 50

_SAFE = re.compile(r"[\w+][\w.+:/@=,^-]*")
"""The pattern of the names that completion offers.

A shell inserts a name unquoted, so `$(…)` in it could run a command.
"""

_KIND_OF_ARGUMENT = {
    "REF": "ref",
    "REF|TITLE": "ref",
    "QUERY": "query",
    "KEY": "ref",
    "TAG": "tag",
    "T": "tag",
    "NAME": "feed",
    "NAME QUERY": "view",
    "SPEC, NAME or FILE": "feed",
}
VALUES = {
    ("digest", "format"): ("text", "markdown", "html", "line"),
    ("edit", "format"): ("biblatex", "bibtex"),
    ("notes", "action"): ("sync", "status"),
    ("pdf", "progress"): ("bar", "none", "json"),
    ("sync", "progress"): ("bar", "plain", "none", "json"),
}
"""Maps pairs of a command and the name of one of its arguments to the values of this argument."""
_FILES = ("FILE", "PATH", "DIR")

_PREAMBLE = {
    "bash": """\
_readq() {
  # bash ends a word at a colon. The parts of a word are joined here, and after that only its last part is completed.
  local rest="$COMP_LINE" before="" word part i
  local -a words=()
  for ((i = 0; i <= COMP_CWORD; i++)); do
    part="${COMP_WORDS[i]}"
    if [[ $i -gt 0 && "$rest" != [[:space:]]* && ( "$part" == :* || "$word" == *: ) ]]; then
      words[${#words[@]} - 1]+="$part"
    else
      words+=("$part")
    fi
    word="${words[${#words[@]} - 1]}"
    rest="${rest#"${rest%%[![:space:]]*}"}"
    rest="${rest#"$part"}"
  done
  COMP_WORDS=("${words[@]}")
  COMP_CWORD=$((${#words[@]} - 1))
  _shtab_readq
  if [[ "$COMP_WORDBREAKS" == *:* && "$word" == *:* ]]; then before="${word%:*}:"; fi
  for i in "${!COMPREPLY[@]}"; do COMPREPLY[i]="${COMPREPLY[i]#"$before"}"; done
}
"""
    + "".join(f'_readq_{kind}() {{ readq completion --values {kind} -- "$1" 2>/dev/null; }}\n' for kind in KINDS),
    "zsh": "_readq_none() { return 1 }\n"
    + "".join(
        f'_readq_{kind}() {{ local -a found; found=("${{(@f)$(readq completion --values {kind} -- "$PREFIX"'
        ' 2>/dev/null)}"); compadd -Q -S "" -- $found }\n'
        for kind in KINDS
    ),
    "fish": "",
}


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq completion`."""
    parser.add_argument("words", nargs="*", metavar="|".join(SHELLS), help="the shell")
    parser.add_argument(
        "--values",
        metavar="KIND",
        help=f"used by the scripts: print the names that begin with a text; {', '.join(KINDS)}",
    )


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print the completion script for a shell. Return 0. Raises UsageError for an unknown shell.

    With `--values`, print the names in the library that begin with a given text. The completion scripts call readq with
    this option.
    """
    words: list[str] = arguments.words
    if arguments.values is not None:
        refuse_unknown("kind", arguments.values, KINDS)
        found = [one for one in _values(arguments.values, words[0] if words else "", context) if _SAFE.fullmatch(one)]
        print_json(found) if context.wants_json else print("\n".join(found))
        return 0
    if len(words) != 1:
        raise UsageError("which shell?", ", ".join(SHELLS))
    refuse_unknown("shell", words[0], SHELLS)
    text = _script(words[0])
    print_json({"shell": words[0], "text": text}) if context.wants_json else print(text)
    return 0


def _values(kind: str, typed: str, context: Context) -> list[str]:
    from readq.store.search.vocabulary import keys_with_prefix, vocabulary
    from readq.tui.state.completion import complete_query

    with context.reading() as connection:
        if kind == "ref":
            return keys_with_prefix(connection, typed, _MOST)
        names = vocabulary(connection)
        if kind == "query":
            found = complete_query(names, lambda text: keys_with_prefix(connection, text, _MOST), typed, len(typed))
            whole = (f"{typed[: found.start]}{one.text}" for one in found.candidates)
            return [text for text in whole if text.startswith(typed)][:_MOST]
    listed: Iterable[str] = [tag for tag, _ in names.tags] if kind == "tag" else getattr(names, f"{kind}s")
    return [name for name in listed if name.startswith(typed)][:_MOST]


def _script(shell: str) -> str:
    import shtab

    from readq.cli.command_tree import command_tree, parsers

    tree = command_tree()
    for name, parser in parsers(tree).items():
        # Shells show its first line beside the name.
        parser.description = COMMANDS[name][1]
        for action in parser._actions:
            _set_completion(name, action)
    text: str = shtab.complete(tree, shell, preamble=_PREAMBLE[shell])
    return f"{text}\ncomplete -o bashdefault -F _readq readq" if shell == "bash" else text


def _set_completion(command: str, action: argparse.Action) -> None:
    """Set how the values of an argument are completed: by a fixed set of words, names in the library, or files."""
    metavar = action.metavar if isinstance(action.metavar, str) else ""
    if words := _words_of(command, action.dest, metavar):
        action.choices = words
    elif kind := _KIND_OF_ARGUMENT.get(metavar):
        fish = f"(readq completion --values {kind} -- (commandline -ct) 2>/dev/null)"
        action.complete = {"bash": f"_readq_{kind}", "zsh": f"_readq_{kind}", "fish": fish}  # type: ignore[attr-defined]  # shtab reads it
    elif metavar in _FILES:
        import shtab

        action.complete = shtab.DIRECTORY if metavar == "DIR" else shtab.FILE  # type: ignore[attr-defined]  # as above
    elif not action.option_strings:
        # zsh would offer no options either where the first argument has no completion.
        action.complete = {"zsh": "_readq_none"}  # type: ignore[attr-defined]  # as above


def _words_of(command: str, name: str, metavar: str) -> list[str]:
    from readq.model.values import Rating, Status
    from readq.store.papers.queries import SORTS

    if re.fullmatch(r"[a-z-]+(\|[a-z-]+)+", metavar):
        return metavar.split("|")
    if metavar == "STATUS" or (command, name) == ("import", "status"):
        return [str(status) for status in Status]
    if metavar == "RATING":
        return [rating.name.lower() for rating in Rating]
    if name == "sort":
        return list(SORTS)
    if (command, name) == ("export", "format"):
        from readq.services.citing.export_formats import FORMATS

        return list(FORMATS)
    if (command, name) == ("import", "format"):
        from readq.services.importing.input_formats import FORMATS as INPUTS

        return list(INPUTS)
    if metavar == "TOPIC":
        from readq.cli.setup.help import TOPICS

        return list(TOPICS)
    return list(VALUES.get((command, name), ()))
