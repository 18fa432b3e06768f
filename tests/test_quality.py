"""Rules of the source that a machine can check: style, types, import contracts, sizes, names, docstrings.

Ruff checks docstrings and the number of parameters; an exception is a `noqa` with its reason on the line. Lists of
exceptions here must be exact: an exception that no longer occurs fails the test, so a list only shrinks.
"""

import ast
import os
import re
import subprocess
import sys
import tomllib
from collections.abc import Iterator
from graphlib import TopologicalSorter
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
SOURCE_FOLDER = ROOT / "src"
SOURCES = sorted(SOURCE_FOLDER.rglob("*.py"))
MOST_LINES_OF_A_FILE = 400
MOST_LINES_OF_A_FUNCTION = 50
FEWEST_IN_A_PACKAGE, MOST_IN_A_PACKAGE = 2, 15

NOUNS_IN_ING = {
    "readq.ranking",
    "readq.services.citing",
    "readq.services.importing",
}
"""Names that are nouns of the field in spite of their ending."""


def _name(path: Path) -> str:
    """Return the dotted name of a module or package, `readq.cli.main`."""
    return ".".join(path.relative_to(SOURCE_FOLDER).with_suffix("").parts).removesuffix(".__init__")


MODULES = {_name(path): path for path in SOURCES}
PACKAGES = {name: path for name, path in MODULES.items() if path.name == "__init__.py"}


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


def test_files_stay_short() -> None:
    lines = {name: len(path.read_text().splitlines()) for name, path in MODULES.items()}
    assert {name: number for name, number in lines.items() if number > MOST_LINES_OF_A_FILE} == {}


def test_functions_stay_short() -> None:
    assert [name for path in SOURCES for name, lines in _functions(path) if lines > MOST_LINES_OF_A_FUNCTION] == []


def _functions(path: Path) -> Iterator[tuple[str, int]]:
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef) and node.end_lineno:
            yield f"{_name(path)}.{node.name}", node.end_lineno - node.lineno + 1


def test_packages_hold_a_docstring_and_nothing_else() -> None:
    def is_docstring(nodes: list[ast.stmt]) -> bool:
        return len(nodes) == 1 and isinstance(nodes[0], ast.Expr) and isinstance(nodes[0].value, ast.Constant)

    parsed = {name: ast.parse(path.read_text()).body for name, path in PACKAGES.items() if name != "readq"}
    assert [name for name, nodes in parsed.items() if not is_docstring(nodes)] == []


def test_packages_are_of_a_useful_size_or_say_why_not() -> None:
    """The docstring of a package with another number of modules names it: "one module", "many modules"."""
    odd = {}
    for name, path in PACKAGES.items():
        modules = sum(other.parent == path.parent for other in SOURCES) - 1
        packages = sum(other.name == "__init__.py" and other.parent.parent == path.parent for other in SOURCES)
        if modules > MOST_IN_A_PACKAGE or modules + packages < FEWEST_IN_A_PACKAGE:
            odd[name] = modules
    docstrings = {name: ast.get_docstring(ast.parse(PACKAGES[name].read_text())) or "" for name in odd}
    says_why = re.compile(r"\b(one|many|\d+)\s+modules?\b", re.IGNORECASE)
    assert {name: odd[name] for name, docstring in docstrings.items() if not says_why.search(docstring)} == {}


def test_no_module_is_named_by_a_gerund() -> None:
    assert {name for name in MODULES if name.endswith("ing")} == NOUNS_IN_ING


def test_messages_quote_values_by_one_function() -> None:
    """`text.quoted` shortens a value and keeps it on one line. `!r` in a message does neither."""
    free = {"readq.text", "readq.errors"}
    # A slice of a text is short.
    found = [name for name, path in MODULES.items() if re.search(r"[^\]]!r\}", path.read_text())]
    assert [name for name in found if name not in free] == []


def test_no_modules_import_each_other() -> None:
    """No circle of imports, be they at the top of a module, inside a function, or for types only."""
    imports = {name: {target for target, _ in _imported_modules(path)} - {name} for name, path in MODULES.items()}
    TopologicalSorter(imports).prepare()


def test_modules_are_imported_by_their_own_names() -> None:
    renamed = {
        f"{name}: {target} as {alias}"
        for name, path in MODULES.items()
        for target, alias in _imported_modules(path)
        if alias not in (None, target.rpartition(".")[2])
    }
    assert sorted(renamed) == []


def _imported_modules(path: Path) -> Iterator[tuple[str, str | None]]:
    """Yield each module of readq that a module imports, and the name it gets there by `as`."""
    for node in ast.walk(ast.parse(path.read_text())):
        if isinstance(node, ast.Import):
            yield from ((alias.name, alias.asname) for alias in node.names if alias.name in MODULES)
        elif isinstance(node, ast.ImportFrom) and node.module in MODULES:
            for alias in node.names:
                name = f"{node.module}.{alias.name}"
                yield (name, alias.asname) if name in MODULES else (node.module, None)


def test_import_contracts_cover_the_whole_package() -> None:
    """Every package of packages has a layers contract, and a new module or package must take its place in it."""
    settings = tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]
    layers = [contract for contract in settings["contracts"] if contract["type"] == "layers"]
    assert settings["exclude_type_checking_imports"] is False
    assert [contract["name"] for contract in layers if not contract.get("exhaustive")] == []
    assert [contract["name"] for contract in settings["contracts"] if contract.get("ignore_imports")] == []
    with_packages = {name.rpartition(".")[0] for name in PACKAGES} - {""}
    assert with_packages - {container for contract in layers for container in contract["containers"]} == set()


def test_the_lowest_versions_are_those_that_are_allowed() -> None:
    project = tomllib.loads((ROOT / "pyproject.toml").read_text())["project"]
    allowed = {line.partition(",")[0].replace(">=", "==") for line in project["dependencies"]}
    constraints = (ROOT / ".ci/constraints-lowest.txt").read_text().splitlines()
    assert {line for line in constraints if not line.startswith("#")} == allowed


def test_ci_runs_the_commands_of_the_readme() -> None:
    commands = [line for line in (ROOT / "README.md").read_text().splitlines() if line.startswith("python3 -m venv")]
    assert [command.split()[-2:] for command in commands] == [[".venv/bin/readq", "demo"], ["&&", ".venv/bin/pytest"]]
