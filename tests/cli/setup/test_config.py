"""`readq config show` shows all settings in force, and checks them."""

import os
import pty
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from readq import config_file
from readq.config import Config

Run = Callable[..., Any]


def config(folder: Path, text: str) -> str:
    path = folder / "own.toml"
    path.write_text(text)
    return str(path)


def test_what_it_shows_is_a_config_with_the_same_settings(run_cli: Run, tmp_path: Path) -> None:
    text = (
        'theme = "light"\n[keys]\nqueue = "+,a"\nopen = "enter"\n[commands.mine]\nrun = ["x", "{key}"]\nshow = true\n'
    )
    own = config(tmp_path, text)
    shown = run_cli("config", "show", "--config", own)
    assert shown.status == 0
    again = config_file.load(config(tmp_path, shown.out))
    assert again.theme == "light"
    assert (again.keys["queue"], again.keys["drop"]) == ("+,a", "d,x")
    assert (again.a_day, again.notes_template) == (Config().a_day, Config().notes_template)
    assert again.commands == {"mine": {"run": ["x", "{key}"], "show": True}}
    assert run_cli("config", "show", "--config", config(tmp_path, shown.out)).out == shown.out


@pytest.mark.parametrize(
    ("text", "said"),
    [
        (
            'theme = "light"\n[keys]\nqeue = "a"\n',
            "line 3: [keys] there is no action 'qeue' (did you mean queue?",
        ),
        ('[keys]\n# comment\nqueue = "ctrl+i"\n', "own.toml, line 3: [keys] queue: ctrl+i is tab in a terminal"),
        ('[keys]\nqueue = "frobnicate"\n', "own.toml, line 2: [keys] queue: there is no key 'frobnicate'"),
        ('keys.queue = "x"\nkeys.drop = "x"\n', "own.toml, line 2: [keys] x is given to both queue and drop"),
        (
            '[commands.mine]\nrun = ["x"]\nkey = "d"\n',
            "own.toml, line 3: [commands.mine] d is the key of drop (give it another key",
        ),
        (
            '[commands.mine]\nrun = [\n  "x",\n  "{titel}",\n]\n',
            "own.toml, line 2: [commands.mine] a paper has no field {titel} (did you mean title?",
        ),
        ('commands.mine = { run = ["x"], shell = true }\n', "line 1: [commands.mine] there is no setting 'shell'"),
        ("[reveiw]\na_day = 3\n", "own.toml, line 2: unknown setting reveiw.a_day (did you mean review.a_day?"),
    ],
)
def test_a_wrong_setting_is_named_with_its_line(run_cli: Run, tmp_path: Path, text: str, said: str) -> None:
    result = run_cli("config", "show", "--config", config(tmp_path, text))
    assert (result.status, result.out) == (78, "")
    assert said in result.err


def test_set_changes_one_setting(run_cli: Callable[..., Any], tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "set" / "config.toml"
    monkeypatch.setenv("READQ_CONFIG", str(path))
    assert run_cli("config", "set", "review.a_day", "7").status == 0
    assert path.read_text() == "[review]\na_day = 7\n"
    assert path.stat().st_mode & 0o777 == 0o600
    assert run_cli("config", "show", "--json").json["review.a_day"] == 7
    for words in (["set"], ["set", "theme"], ["set", "a", "b", "c"], ["set", "review.a_day", "x"], ["show", "x"]):
        assert run_cli("config", *words).status == 2
    assert path.read_text() == "[review]\na_day = 7\n"


@pytest.mark.parametrize(
    ("name", "value", "said"),
    [
        ("keys.quue", "q", "error: [keys] there is no action 'quue' (did you mean queue?"),
        ("keys.drop", "zz", "error: [keys] drop: there is no key 'zz' (write it like"),
        ("keys.drop", "s", "error: [keys] s is given to both"),
        ("theme", "drak", "error: there is no theme 'drak' (did you mean dark?"),
    ],
)
def test_set_refuses_what_show_refuses(run_cli: Run, tmp_path: Path, name: str, value: str, said: str) -> None:
    text = '[keys]\nstar = "s"\n'
    own = config(tmp_path, text)
    result = run_cli("config", "set", name, value, "--config", own)
    assert (result.status, result.out) == (2, "")
    assert result.err.startswith(said)
    assert Path(own).read_text() == text


@pytest.mark.parametrize("text", ["aaa", "a = ", f"a = {'[' * 1_000}", f"a = {'1' * 5_000}", f"{'a.' * 90_000}a = 1"])
def test_set_says_what_show_says_of_a_file_that_is_no_toml(run_cli: Run, tmp_path: Path, text: str) -> None:
    own = config(tmp_path, text)
    shown, changed = (run_cli("config", *words, "--config", own) for words in (["show"], ["set", "theme", "dark"]))
    assert (shown.status, changed.status, changed.err) == (78, 78, shown.err)
    assert shown.err.count("\n") == 1
    assert Path(own).read_text() == text


def test_set_corrects_a_file_with_two_mistakes_one_after_the_other(run_cli: Run, tmp_path: Path) -> None:
    own = config(tmp_path, 'theme = "none"\n[keys]\ndrop = "zz"\n')
    assert run_cli("config", "set", "keys.drop", "yy", "--config", own).status == 2
    assert run_cli("config", "set", "theme", "dark", "--config", own).status == 0
    assert run_cli("config", "set", "keys.drop", "x", "--config", own).status == 0
    assert run_cli("config", "show", "--config", own).status == 0


def test_a_byte_order_mark_is_no_mistake(run_cli: Run, tmp_path: Path) -> None:
    own = config(tmp_path, "\ufeff[review]\na_day = 3 # ten\n")
    assert "review.a_day = 3\n" in run_cli("config", "show", "--config", own).out
    assert run_cli("config", "set", "review.a_day", "4", "--config", own).status == 0
    assert Path(own).read_text() == "[review]\na_day = 4 # ten\n"


@pytest.mark.parametrize(
    ("typed", "meanwhile", "status", "message"),
    [
        ('[review]\na_day = "x" # mine\n', "", 78, "line 2: review.a_day must be"),
        ('[keys]\nqueu = "a"\n', "", 78, "there is no action 'queu'"),
        ("plain = true\n", "theme = 'dark'\n", 1, "was changed while the editor was open"),
    ],
)
def test_an_edited_text_that_cannot_be_saved_is_kept(
    tmp_path: Path, typed: str, meanwhile: str, status: int, message: str
) -> None:
    before = "[review]\na_day = 3\n"
    own = config(tmp_path, before)
    editor = tmp_path / "editor"
    (tmp_path / "meanwhile").write_text(meanwhile or before)
    editor.write_text(f"#!/bin/sh\ncat > \"$1\" <<'END'\n{typed}END\ncp {tmp_path}/meanwhile {own}\n")
    editor.chmod(0o755)
    (tmp_path / "kept").mkdir()
    keyboard, terminal = pty.openpty()
    done = subprocess.run(
        [sys.executable, "-m", "readq", "config", "edit", "--config", own],
        env={**os.environ, "VISUAL": str(editor), "TMPDIR": str(tmp_path / "kept")},
        stdin=terminal, capture_output=True, text=True, timeout=60, check=False,
    )  # fmt: skip
    os.close(keyboard)
    os.close(terminal)
    (kept,) = (tmp_path / "kept").iterdir()
    assert (done.returncode, done.stderr.count("\n"), kept.read_text()) == (status, 1, typed)
    assert message in done.stderr
    assert f"nothing was changed; your text is in {kept}" in done.stderr
    assert Path(own).read_text() == (meanwhile or before)
