"""Shells complete commands, options, and the names in the library; the man page has all commands and options."""

import contextlib
import os
import pty
import re
import select
import shutil
import sqlite3
import subprocess
import sys
from collections.abc import Callable, Iterable
from pathlib import Path
from typing import Any

import pytest

from readq.cli.command_table import COMMANDS
from readq.cli.command_tree import command_tree, parsers
from readq.cli.setup.completion import KINDS, SHELLS, VALUES

Run = Callable[..., Any]

_ASK = """
eval "$(readq completion bash)"
shift
while [ $# -gt 0 ]; do
  COMP_LINE="$1"; COMP_POINT=${#COMP_LINE}
  read -ra COMP_WORDS <<< "${COMP_LINE//:/ : }"
  [ "${COMP_LINE: -1}" = " " ] && COMP_WORDS+=("")
  COMP_CWORD=$((${#COMP_WORDS[@]} - 1)); COMPREPLY=()
  complete=$(complete -p readq); complete="${complete##*-F }"; "${complete%% *}"
  echo "${COMPREPLY[*]}"
  shift
done
"""


LINES = {
    "readq sho": {"show"},
    "readq show lovelace2026d": {"lovelace2026decay"},
    "readq mark qu": {"queued"},
    "readq mark queued lovelace2026s": {"lovelace2026shape", "lovelace2026symmetry"},
    "readq tag 1 -a ro": {"robotics"},
    "readq list --so": {"--sort"},
    "readq list --sort up": {"upvotes"},
    "readq list stat": {"status:"},
    "readq sync hf": {"hf-daily"},
    "readq config pa": {"path"},
    "readq export --format bibl": {"biblatex"},
    "readq digest --format ma": {"markdown"},
    "readq edit 1 --format bibt": {"bibtex"},
    "readq sync --progress pl": {"plain"},
    "readq notes st": {"status"},
    "readq import --tag ro": {"robotics"},
    "readq export --take lovelace2026d": {"lovelace2026decay"},
    "readq undo --li": {"--list"},
}
"""What is typed, and the words that a shell offers for the last one."""


@pytest.fixture
def shell_environment(six_papers: str, run_cli: Run, tmp_path: Path) -> dict[str, str]:
    """Return the environment of a shell in which `readq` is this program, over a library with tags and a view."""
    run_cli("tag", 1, "-a", "robotics", "-a", "rl")
    run_cli("view", "save", "mine", "tag:rl")
    program = tmp_path / "bin" / "readq"
    program.parent.mkdir()
    program.write_text(f'#!/bin/sh\nexec "{sys.executable}" -m readq "$@"\n')
    program.chmod(0o755)
    path = f"{program.parent}:{os.environ['PATH']}"
    return {**os.environ, "READQ_DB": six_papers, "PATH": path, "TERM": "xterm", "LC_ALL": "C.UTF-8"}


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_completes_what_is_typed(shell_environment: dict[str, str]) -> None:
    assert _answers_of_bash(LINES, shell_environment) == LINES


@pytest.mark.skipif(not shutil.which("bash"), reason="needs bash")
def test_bash_completes_keys_with_a_colon(shell_environment: dict[str, str], run_cli: Run) -> None:
    """bash replaces only what stands after the colon."""
    run_cli("key", 1, "DBLP:conf/a1")
    run_cli("key", 2, "DBLP:conf/b2")
    lines = {
        "readq show DBL": {"DBLP:conf/a1", "DBLP:conf/b2"},
        "readq show DBLP:conf/a": {"conf/a1"},
        "readq mark queued DBLP:": {"conf/a1", "conf/b2"},
        "readq list status:qu": {"queued"},
    }
    assert _answers_of_bash(lines, shell_environment) == lines


def _answers_of_bash(lines: Iterable[str], environment: dict[str, str]) -> dict[str, set[str]]:
    done = subprocess.run(
        ["bash", "--norc", "-c", _ASK, "bash", "-", *lines],
        env=environment, capture_output=True, text=True, timeout=120, check=True,
    )  # fmt: skip
    return dict(zip(lines, (set(line.split()) for line in done.stdout.splitlines()), strict=True))


@pytest.mark.skipif(not shutil.which("fish"), reason="needs fish")
def test_fish_completes_what_is_typed(shell_environment: dict[str, str]) -> None:
    asked = "".join(f"complete -C '{line}'; echo '<>';" for line in LINES)
    done = subprocess.run(
        ["fish", "--no-config", "-c", f"readq completion fish | source; {asked}"],
        env=shell_environment, capture_output=True, text=True, timeout=120, check=False,
    )  # fmt: skip
    answers = [{line.split("\t")[0] for line in part.split("\n") if line} for part in done.stdout.split("<>\n")]
    assert dict(zip(LINES, answers[:-1], strict=True)) == LINES, done.stderr


_ZSH = r"""
PS1=; unsetopt zle_bracketed_paste; setopt no_auto_menu no_list_beep no_beep
autoload -Uz compinit; compinit -u -D; eval "$(readq completion zsh)"
shown() { zle complete-word; print -r -- "<<$BUFFER>>"; BUFFER=; zle accept-line }
zle -N shown; bindkey '^X' shown; print rea''dy
"""
"""Ctrl-X completes the line and prints it. The shell prints `ready` when it has read all this."""


@pytest.mark.skipif(not shutil.which("zsh"), reason="needs zsh")
def test_zsh_completes_what_is_typed(shell_environment: dict[str, str]) -> None:
    """It completes in an interactive shell only; of several words it inserts what they have in common."""
    screen, terminal = pty.openpty()
    with subprocess.Popen(
        ["zsh", "-f", "-i"], env=shell_environment, stdin=terminal, stdout=terminal, stderr=terminal,
        start_new_session=True,
    ) as shell:  # fmt: skip
        os.close(terminal)
        try:
            os.write(screen, _ZSH.encode())
            _read_until(screen, "\nready")
            for line, words in LINES.items():
                os.write(screen, f"{line}\x18".encode())
                completed = re.findall(r"<<(.*?)>>", _read_until(screen, ">>"))
                assert completed[-1].rstrip().endswith(_common(words)), line
        finally:
            shell.kill()
            os.close(screen)


def _common(words: set[str]) -> str:
    """Return the longest text with which all the words begin."""
    first, last = min(words), max(words)
    return next((first[:end] for end in range(len(first), 0, -1) if last.startswith(first[:end])), "")


def _read_until(terminal: int, text: str) -> str:
    read = ""
    while text not in read:
        assert select.select([terminal], [], [], 60)[0], f"zsh said nothing after {read!r}"
        read += os.read(terminal, 65536).decode(errors="replace")
    return read


@pytest.mark.parametrize("shell", SHELLS)
def test_each_script_is_one_that_the_shell_takes(run_cli: Run, shell: str) -> None:
    result = run_cli("completion", shell)
    assert (result.status, result.err) == (0, "")
    assert all(name in result.out for name in COMMANDS)
    if program := shutil.which(shell):
        subprocess.run([program, "-n"], input=result.out, text=True, check=True, timeout=60)


def test_names_of_the_library(six_papers: str, run_cli: Run) -> None:
    run_cli("tag", 1, "-a", "rl")
    run_cli("tag", 1, 2, "-a", "robotics")
    run_cli("view", "save", "mine", "tag:rl")
    values = {kind: run_cli("completion", "--values", kind, "--json").json for kind in KINDS}
    assert len(values["ref"]) == 6
    assert (values["tag"], values["view"], values["feed"]) == (["robotics", "rl"], ["mine"], ["hf-daily"])
    assert "status:" in values["query"]
    assert run_cli("completion", "--values", "query", "tag:ro").out == "tag:robotics\n"
    assert run_cli("completion", "--values", "query", "--", "-tag:ro").out in ("-tag:robotics\n", "\n")
    assert run_cli("completion", "--values", "query", "status:queued,in").out == "status:queued,inbox\n"


def test_no_name_is_offered_that_a_shell_could_run(six_papers: str, run_cli: Run) -> None:
    with contextlib.closing(sqlite3.connect(six_papers)) as connection, connection:
        connection.execute("UPDATE paper SET key = 'x$(touch${IFS}owned)' WHERE id = 1")
        connection.execute("INSERT INTO paper_tag VALUES (1, 'x`id`'), (1, 'x;id'), (1, '-rf'), (1, 'fine')")
    assert run_cli("completion", "--values", "ref", "x").out == "\n"
    assert run_cli("completion", "--values", "tag").out == "fine\n"


def test_wrong_use(run_cli: Run) -> None:
    assert run_cli("completion").status == 2
    assert "did you mean bash?" in run_cli("completion", "bsah").err
    assert "tag" in run_cli("completion", "--values", "tga").err


def test_the_man_page_has_every_command_and_option(run_cli: Run) -> None:
    result = run_cli("man")
    assert (result.status, result.err) == (0, "")
    text = result.out.replace("\\-", "-")
    assert text.startswith('.TH READQ "1" "2026-11-23"')
    for name, parser in parsers(command_tree()).items():
        assert f".SH COMMAND \\fI\\,'readq {name}'" in text, name
        options = [option for action in parser._actions for option in action.option_strings if action.dest != "help"]
        assert [option for option in options if f"{option}\\fR" not in text] == [], name


@pytest.mark.skipif(not shutil.which("man"), reason="needs man")
def test_man_reads_the_page(run_cli: Run) -> None:
    page = run_cli("man").out
    done = subprocess.run(
        ["man", "--warnings", "-l", "-"], input=page, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0
    assert done.stderr == ""
    assert "readq list [QUERY" in done.stdout


@pytest.mark.parametrize(
    "line",
    ["digest --format", "edit 1 --format", "notes", "pdf 1 --progress", "sync --progress"],
)
def test_the_words_that_completion_knows_are_those_that_the_command_takes(run_cli: Run, line: str) -> None:
    parts = line.split()
    refused = run_cli(*parts, "zz")
    (words,) = re.findall(r"'zz' \(one of ([^)]*)\)", refused.err)
    name = parts[-1].removeprefix("--") if parts[1:] else "action"
    assert sorted(VALUES[parts[0], name]) == sorted(words.split(", "))
