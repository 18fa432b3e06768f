"""Command lines: help, options, REFs, and the text that commands print."""

import inspect
import os
from collections.abc import Callable
from importlib import import_module
from pathlib import Path
from typing import Any

import pytest

from readq import __version__, cli
from readq.cli.command_table import COMMANDS, GROUPS

Run = Callable[..., Any]


@pytest.mark.parametrize("flag", ["-h", "--help"])
def test_help_begins_with_an_example_and_names_every_command(run_cli: Run, flag: str) -> None:
    result = run_cli(flag)
    assert (result.status, result.err) == (0, "")
    assert result.out.startswith("Example:  readq ")
    for command in COMMANDS:
        assert f"\n  {command} " in result.out
    for group in GROUPS:
        assert f"\n{group}:\n" in result.out
    assert max(map(len, result.out.splitlines())) <= 80
    for option in ("--db", "--config", "--json", "-v", "--version"):
        assert option in result.out


@pytest.mark.parametrize("command", COMMANDS)
def test_help_of_a_command_begins_with_an_example_of_it(run_cli: Run, command: str) -> None:
    for words in ((command, "--help"), ("-h", command), (command, "-h", "--json")):
        result = run_cli(*words)
        assert (result.status, result.err) == (0, "")
        assert result.out.startswith(f"Example:  readq {command}")
        assert f"usage: readq {command}" in result.out
        assert max(map(len, result.out.splitlines())) <= 80


def test_every_module_of_a_group_is_one_command_of_it() -> None:
    folder = Path(cli.__file__).parent
    for title, group in GROUPS.items():
        packages = {module.rpartition(".")[0] for module, _ in group.values()}
        assert len(packages) == 1, title
        (package,) = packages
        modules = {path.stem for path in (folder / package.rpartition(".")[2]).glob("*.py")} - {"__init__"}
        assert {module.rpartition(".")[2] for module, _ in group.values()} == modules
        # A trailing underscore tells `import_` from the keyword, and no module has a hyphen in its name.
        assert {module.removesuffix("_").replace("_", "-") for module in modules} == set(group)


@pytest.mark.parametrize("command", COMMANDS)
def test_every_command_has_the_same_shape(command: str) -> None:
    module = import_module(COMMANDS[command][0])
    assert (module.__doc__ or "").startswith(f"`readq {command}`: ")
    assert module.EXAMPLE.startswith(f"readq {command}")
    assert list(inspect.signature(module.add_arguments).parameters) == ["parser"]
    assert [name.removeprefix("_") for name in inspect.signature(module.run).parameters] == ["arguments", "context"]


@pytest.mark.parametrize("words", [("undo", "x"), ("list", "--limit", "x")])
def test_a_word_for_a_number_is_refused(run_cli: Run, words: tuple[str, ...]) -> None:
    result = run_cli(*words)
    assert result.status == 2
    assert "'x' is not a whole number (see readq" in result.err


def test_remove_reports_removed_papers(six_papers: str, run_cli: Run) -> None:
    assert run_cli("remove", 1, 2, "--yes").out.startswith("2 papers removed (step ")


def test_a_missing_card_is_reported_as_a_card(six_papers: str, run_cli: Run) -> None:
    assert run_cli("rate", "good", "card:999").err == "error: no card 'card:999' (see readq due)\n"


def test_version(run_cli: Run) -> None:
    assert run_cli("--version") == (0, f"readq {__version__}\n", "")


def test_options_stand_before_or_after_the_command(six_papers: str, run_cli: Run, tmp_path: Path) -> None:
    other = str(tmp_path / "other.db")
    config = tmp_path / "config.toml"
    config.touch()
    for words in (
        ("--db", six_papers, "--config", config, "-v", "--json", "list", "part 1"),
        ("list", "part 1", "--db", six_papers, "--config", config, "-v", "--json"),
        (f"--db={six_papers}", "list", "--json", f"--config={config}", "part 1", "--verbose"),
    ):
        assert [paper["id"] for paper in run_cli(*words).json] == [1]
    assert run_cli("--db", other, "list").out == ""


def test_options_may_stand_between_references(six_papers: str, run_cli: Run) -> None:
    assert run_cli("tag", 1, "--add", "x", 2, "--json", 3).json["changed"] == 3
    assert run_cli("mark", "--json", "queued", 1, "--db", six_papers, 2).json["changed"] == 2


def test_words_after_two_dashes_are_not_options(six_papers: str, run_cli: Run) -> None:
    run_cli("tag", 1, 2, "-a", "robotics")
    assert run_cli("list", "--count", "--", "-tag:robotics").out == "4\n"
    assert run_cli("list", "--count", "tag:robotics", "--", "-recurrent").out == "1\n"
    assert run_cli("mark", "queued", "--", "-1").status == 1
    assert run_cli("note", 1, "--append", "- a list item").status == 0


def test_the_environment_the_config_and_the_option_name_the_library(
    run_cli: Run, six_papers: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    config = tmp_path / "config.toml"
    config.write_text(f'library = "{six_papers}"\n')
    monkeypatch.setenv("READQ_CONFIG", str(config))
    monkeypatch.setenv("READQ_DB", str(tmp_path / "none.db"))
    assert run_cli("list", "--count").out == "0\n"
    assert run_cli("list", "--count", "--db", six_papers).out == "6\n"
    monkeypatch.delenv("READQ_DB")
    assert run_cli("list", "--count").out == "6\n"


def test_the_library_is_in_the_users_data_folder(run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("READQ_DB")
    run_cli("import", "-", stdin="@misc{k, title={T}}")
    assert os.path.exists(os.path.join(os.environ["XDG_DATA_HOME"], "readq", "library.db"))


# REFs


def test_references_from_standard_input(six_papers: str, run_cli: Run) -> None:
    listed = run_cli("list", "--sort=-added").out
    assert run_cli("star", "-", stdin=listed).out == "6 papers changed (step 2)\n"
    assert run_cli("star", "--off", 1, "-", 2, stdin="#3\tx\ty\n\n \nlovelace2026cost\n").out.startswith("3 papers")
    assert run_cli("star", "-", stdin="").status == 0
    result = run_cli("star", "-", stdin="nowhere\n4\n")
    assert (result.status, result.err) == (1, "error: no paper 'nowhere' (see readq list)\n")


def test_a_query_in_place_of_references(six_papers: str, run_cli: Run) -> None:
    run_cli("mark", "dropped", 6)
    assert run_cli("star", "--query", "recurrent OR graph", "--json").json["changed"] == 2
    assert run_cli("star", "--query", "zebra") == (0, "0 papers changed\n", "")
    run_cli("tag", 1, "--add", "robotics")
    assert run_cli("star", "--query", "-tag:robotics", "--json").json["changed"] == 3
    assert run_cli("tag", "--query", "-author:nobody", "-a", "rl", "--json").json["changed"] == 5
    assert run_cli("tag", "--query", "-a", "rl").status == 2


@pytest.mark.parametrize(
    ("words", "name"),
    [
        (("export", "--update", ""), "--update"),
        (("export", "--forget", " "), "--forget"),
        (("export", "-o", ""), "--output"),
        (("export", "--aux="), "--aux"),
        (("export", "--fields", ""), "--fields"),
        (("export", "--update", "refs.bib", "--take", ""), "--take"),
        (("export", ""), "QUERY"),
        (("verify", "--bib", ""), "--bib"),
        (("verify", "--offline", ""), "QUERY"),
        (("rekey", " "), "QUERY"),
        (("enrich", ""), "QUERY"),
        (("remove", "--yes", "--query", ""), "--query"),
        (("import", "-", "--base", ""), "--base"),
        (("import", "-", "--tag", ""), "--tag"),
        (("sync", "--progress", ""), "--progress"),
        (("digest", "--email", ""), "--email"),
        (("pdf", "1", "--attach", ""), "--attach"),
        (("backup", ""), "FILE"),
        (("share", "init", ""), "URL"),
        (("key", "1", "--", ""), "NEW"),
    ],
)
def test_a_blank_value_of_an_unset_variable_is_refused(
    six_papers: str, run_cli: Run, words: tuple[str, ...], name: str
) -> None:
    done = run_cli(*words)
    assert (done.status, done.out) == (2, "")
    assert done.err.startswith(f"error: {name} is empty")
    assert run_cli("list", "is:frozen", "--count").out == "0\n"


def test_a_text_may_be_blank(six_papers: str, run_cli: Run) -> None:
    assert run_cli("list", "--format", "", "--limit", 2) == (0, "\n\n", "")
    assert run_cli("note", 1, "--append", "").status == 0
    assert run_cli("list", "--count", "").out == "6\n"


# list


def test_a_list_in_a_pipe(six_papers: str, run_cli: Run) -> None:
    run_cli("mark", "queued", 2)
    run_cli("mark", "dropped", 3)
    lines = run_cli("list").out.splitlines()
    assert lines[:2] == [
        "lovelace2026decay\tinbox\t2026\tOn the decay of recurrent networks, part 1",
        "lovelace2026symmetry\tqueued\t2026\tOn the symmetry of graph networks, part 2",
    ]
    assert len(lines) == 5
    assert run_cli("list", "status:dropped").out.startswith("lovelace2026cost\tdropped\t")


def test_a_missing_year_is_an_empty_field(library: str, run_cli: Run) -> None:
    run_cli("import", "-", stdin="@misc{k, title = {No\tyear\n here}}")
    assert run_cli("list").out == "k\tdone\t\tNo year here\n"


def test_a_pipe_gets_all_rows(library: str, run_cli: Run, daily_file: Run) -> None:
    run_cli("import", daily_file(70))
    assert run_cli("list").out.count("\n") == 70
    assert run_cli("list", "--limit", 3).out.count("\n") == 3
    assert run_cli("list", "--limit", 0).out == ""
    assert run_cli("list", "--limit", "99999999999999999999").out.count("\n") == 70


def test_records_ended_by_nul(six_papers: str, run_cli: Run) -> None:
    out = run_cli("list", "-0", "--format", "{id}\\n{title}", "--limit", 2).out
    assert out.split("\0")[:-1] == [
        "1\nOn the decay of recurrent networks, part 1",
        "2\nOn the symmetry of graph networks, part 2",
    ]


def test_the_format_of_a_line(six_papers: str, run_cli: Run) -> None:
    run_cli("tag", 1, "-a", "rl", "-a", "nlp")
    template = r"{id}\t{key}|{authors}|{tags}|{starred}|{venue}|{doi}|{{x}}\\n{year}"
    result = run_cli("list", "--format", template.replace("{{x}}", "x"), "--limit", 1)
    assert result.out == "1\tlovelace2026decay|Ada Lovelace, Emmy Noether|nlp, rl|no|||x\\n2026\n"


def test_a_title_does_not_become_a_template(library: str, run_cli: Run) -> None:
    run_cli("import", "-", "--format", "bibtex", stdin=r"@misc{k, title = {A \{key\} and {\textbackslash}n}}")
    title = run_cli("show", "k", "--json").json["title"]
    assert run_cli("list", "--format", "{title}").out == f"{title}\n"


def test_counting(six_papers: str, run_cli: Run) -> None:
    assert run_cli("list", "--count").out == "6\n"
    assert run_cli("list", "--count", "recurrent", "--json").json == 2
    assert run_cli("list", "--count", "zebra").out == "0\n"


def test_sorting(six_papers: str, run_cli: Run) -> None:
    def ids(*words: str) -> list[int]:
        return [int(line) for line in run_cli("list", "--format", "{id}", *words).out.split()]

    assert ids("--sort", "upvotes") == [6, 5, 4, 3, 2, 1]
    assert ids("--sort=-upvotes") == [1, 2, 3, 4, 5, 6]
    assert ids("--sort", "-upvotes", "--limit", "2") == [1, 2]
    assert run_cli("list", "--sort", "-upvote").err.startswith("error: unknown sort key '-upvote'")
    for line in (("--sort",), ("--sort", "--count"), ("--sort", "-0")):
        assert run_cli("list", *line).status == 2
    assert ids("--sort", "title") == [3, 1, 5, 6, 2, 4]


# Other commands


def test_a_paper_is_shown_as_text(six_papers: str, run_cli: Run) -> None:
    run_cli("note", 1, "--append", "My\x1b[31m words.")
    lines = run_cli("show", "2611.00001").out.splitlines()
    assert lines[:2] == ["#1  On the decay of recurrent networks, part 1", "Ada Lovelace, Emmy Noether"]
    assert "key     lovelace2026decay (provisional)" in lines
    assert "seen    hf-daily 2026-11-20, 10 upvotes" in lines
    assert lines[-2:] == ["note:", "My words."]


def test_undo_and_redo_report_the_step(six_papers: str, run_cli: Run) -> None:
    run_cli("mark", "dropped", 1, 2)
    assert run_cli("undo") == (0, "undone: dropped, 2 papers (step 2)\n", "")
    assert run_cli("redo") == (0, "redone: dropped, 2 papers (step 2)\n", "")
    assert run_cli("redo") == (0, "", "nothing to redo\n")
    assert run_cli("undo", 2).status == 0
    assert run_cli("undo", 2).status == 1


def test_undo_names_papers_changed_since(six_papers: str, run_cli: Run) -> None:
    run_cli("mark", "queued", 1, 2)
    run_cli("mark", "reading", 1)
    assert run_cli("undo", 2) == (
        1,
        "undone: queued, 1 paper (step 2)\n",
        "error: #1 was changed since and stays as it is\n",
    )
    assert [paper["status"] for paper in run_cli("list", "--json").json[:2]] == ["reading", "inbox"]


GONE = "error: #1 is not in the library: it was removed since, or another paper has its key or ids"


def test_undo_and_redo_leave_out_a_paper_that_was_removed_since(six_papers: str, run_cli: Run) -> None:
    run_cli("tag", 1, 2, "-a", "rl")
    run_cli("remove", 1, "--yes")
    for words, tagged in ((("undo", 2), "0\n"), (("redo",), "1\n")):
        result = run_cli(*words)
        assert (result.status, result.err) == (1, f"{GONE}\n")
        assert run_cli("list", "--count", "tag:rl").out == tagged
    run_cli("undo", 3)
    assert run_cli("list", "--count", "tag:rl").out == "2\n"


def test_undo_of_a_removal_does_nothing_while_a_newer_copy_of_the_paper_is_in_the_library(
    library: str, run_cli: Run, tmp_path: Path
) -> None:
    (tmp_path / "a.bib").write_text("@misc{own, title = {A paper of ours}}")
    run_cli("import", tmp_path / "a.bib")
    run_cli("note", 1, "--append", "keep me")
    run_cli("remove", 1, "--yes")
    run_cli("import", tmp_path / "a.bib")
    result = run_cli("undo", 3)
    assert (result.status, result.out) == (1, "")
    assert result.err == f"{GONE}\nnothing undone: step 3 (removed) stays as it was (readq undo --list has others)\n"
    run_cli("star", 2)
    for step in (5, 4, 3):
        assert run_cli("undo", step).status == 0
    assert run_cli("note", 1).out == "keep me\n"


def test_undo_of_a_step_with_only_conflicts_does_nothing(six_papers: str, run_cli: Run) -> None:
    run_cli("note", 1, "--append", "A")
    run_cli("note", 1, "--append", "B")
    assert run_cli("undo", 2, "--json").json["changed"] == 0
    assert [run_cli("undo", "--json").json["step"] for _ in range(3)] == [3, 2, 1]
    assert [run_cli("redo", "--json").json["step"] for _ in range(3)] == [1, 2, 3]
    assert run_cli("note", 1).out == "A\nB\n"


def test_a_step_is_undone_once(six_papers: str, run_cli: Run) -> None:
    run_cli("star", 1)
    run_cli("undo", 2)
    result = run_cli("undo", 2)
    assert (result.status, result.err.split(" (")[0]) == (1, "error: step 2 is undone already")


def test_a_new_step_clears_redo(six_papers: str, run_cli: Run) -> None:
    run_cli("star", 1)
    run_cli("undo")
    run_cli("star", 2)
    assert run_cli("redo").err == "nothing to redo\n"
    assert [step["what"] for step in run_cli("undo", "--list", "--json").json] == ["starred", "imported"]


def test_config_path_and_show(run_cli: Run, library: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    assert run_cli("config", "path").out == f"{os.environ['XDG_CONFIG_HOME']}/readq/config.toml\n"
    config = tmp_path / "my.toml"
    config.write_text(
        'theme = "light"\nopen.pdf = "a \\" b"\nbusy_timeout = 5\n'
        '[review]\nenrol_on_done = false\n[keys]\nqueue = "q"\n'
    )
    shown = run_cli("config", "show", "--config", config).out
    for line in (f'library = "{library}"', r'open.pdf = "a \" b"', "busy_timeout = 5", 'keys.queue = "q"'):
        assert line in shown.splitlines()
    # The addresses of servers are shown, too, with those set in the environment.
    assert 'endpoints.crossref = "https://api.crossref.org"' in shown.splitlines()
    monkeypatch.setenv("READQ_ARXIV_API_URL", "http://127.0.0.1:9/")
    assert 'endpoints.arxiv_api = "http://127.0.0.1:9"' in run_cli("config").out.splitlines()
    found = run_cli("config", "--json", "--config", config).json
    assert (found["review.enrol_on_done"], found["library"]) == (False, library)


def test_the_demo_runs_headless_and_leaves_no_files(run_cli: Run, library: str, tmp_path: Path) -> None:
    result = run_cli("demo")
    assert (result.status, result.err) == (0, "")
    assert "$ readq undo" in result.out
    assert "@misc{" in result.out
    assert not os.path.exists(library)
    assert result == run_cli("demo")


def test_undo_of_an_import_counts_removed_and_kept_papers(six_papers: str, run_cli: Run) -> None:
    run_cli("star", 1, 4)
    assert run_cli("undo", 1) == (
        0,
        "undone: imported, 4 papers (step 1)\n",
        "2 papers kept because of later changes\n",
    )
    assert run_cli("list", "--count").out == "2\n"
    outcome = run_cli("redo", "--json").json
    assert (outcome["changed"], outcome["kept"], outcome["conflicts"]) == (6, [], [])
    assert run_cli("undo", 1, "--json").json["kept"] == [1, 4]


def test_redo_of_an_import_undone_twice(six_papers: str, run_cli: Run) -> None:
    run_cli("undo")
    run_cli("redo")
    run_cli("star", 1)
    run_cli("undo", 1)
    assert run_cli("redo").status == 0
    assert run_cli("list", "--count").out == "6\n"


def test_undo_and_redo_of_an_import_whose_papers_were_removed_since(six_papers: str, run_cli: Run) -> None:
    run_cli("remove", 1, "--yes")
    assert run_cli("undo", 1).out == "undone: imported, 6 papers (step 1)\n"
    again = run_cli("redo")
    assert (again.status, again.out) == (1, "redone: imported, 5 papers (step 1)\n")
    assert again.err == f"{GONE}\n"
    assert run_cli("list", "--count").out == "5\n"
    run_cli("undo", 2)
    assert run_cli("list", "--count").out == "6\n"


def test_papers_and_cards_are_rated_as_one_step(six_papers: str, run_cli: Run) -> None:
    run_cli("enrol", 1)
    rated = run_cli("rate", "good", 2, "card:1", 1, "--json").json
    assert sorted(card["card"] for card in rated) == [1, 2]
    assert len({card["step"] for card in rated}) == 1
    assert run_cli("undo").out == "undone: rated good, 2 papers (step 3)\n"


@pytest.mark.parametrize(
    ("query", "message"),
    [
        ("colour:red", "error: there is no field 'colour': at 'colour:red', column 1 of the query"),
        ('"open', "error: the quotation mark is not closed: at '\"open', column 1 of the query"),
        ("a AND", "of the query"),
    ],
)
def test_a_query_error_names_the_problem_before_its_place(
    six_papers: str, run_cli: Run, query: str, message: str
) -> None:
    result = run_cli("list", query)
    assert result.status == 2
    assert message in result.err


def test_an_import_adds_tags_of_the_file_and_the_option_to_present_papers(
    library: str, run_cli: Run, daily_file: Run, tmp_path: Path
) -> None:
    run_cli("import", daily_file(3))
    bib = tmp_path / "mine.bib"
    bib.write_text("".join(
        f"@misc{{k{number}, title = {{T}}, eprint = {{2611.{number:05}}}, keywords = {{{words}}}}}\n"
        for number, words in ((1, "rl"), (2, "rl"), (3, "nlp"))
    ))  # fmt: skip
    assert run_cli("import", "--tag", "rl", bib).status == 0
    assert [paper["tags"] for paper in run_cli("list", "--json").json] == [["rl"], ["rl"], ["nlp", "rl"]]
    run_cli("undo")
    assert run_cli("list", "--count", "tag:rl").out == "0\n"
