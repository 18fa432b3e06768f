"""The house rules that machines can hold: style, types, import directions, the size of rooms."""

import ast
import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCES = sorted((ROOT / "src").rglob("*.py"))
LONGEST_FILE = 400
LONGEST_FUNCTION = 50


@pytest.mark.parametrize(
    "tool",
    [
        pytest.param(["ruff", "check", "src", "tests"], id="ruff check"),
        pytest.param(["ruff", "format", "--check", "src", "tests"], id="ruff format"),
        pytest.param(["mypy", "--strict"], id="mypy"),
        pytest.param(["lint-imports"], id="import contracts"),
    ],
)
def test_tool_finds_nothing(tool: list[str]) -> None:
    program = Path(sys.executable).with_name(tool[0])
    environment = {**os.environ, "NO_COLOR": "1"}
    done = subprocess.run([program, *tool[1:]], cwd=ROOT, env=environment, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_no_file_holds_two_ideas() -> None:
    long = {str(path.relative_to(ROOT)): len(path.read_text().splitlines()) for path in SOURCES}
    assert {name: lines for name, lines in long.items() if lines > LONGEST_FILE} == {}


def test_functions_stay_short() -> None:
    assert [name for path in SOURCES for name, lines in _functions(path) if lines > LONGEST_FUNCTION] == []


def test_package_markers_are_empty() -> None:
    full = [path for path in SOURCES if path.name == "__init__.py" and path.parent.name != "readq" and path.read_text()]
    assert full == []


def test_ci_runs_the_commands_of_the_readme() -> None:
    commands = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("python3 -m venv")]
    assert [command.split()[-2:] for command in commands] == [[".venv/bin/readq", "demo"], ["&&", ".venv/bin/pytest"]]


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield f"{path.relative_to(ROOT)}:{node.name}", node.end_lineno - node.lineno + 1
