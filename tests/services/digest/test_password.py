"""The password of the mail server: where it comes from, and what a command that misbehaves costs."""

import os
import sys
import time
from pathlib import Path

import pytest

from readq.config import Config
from readq.errors import ConfigError, ReadqError
from readq.services.digest import password


def command(script: str) -> Config:
    return Config(mail_user="ada", mail_password_command=(sys.executable, "-c", script))


def test_the_environment_comes_before_the_command_and_the_keyring() -> None:
    config = command("print('of the command')")._replace(mail_keyring="mail")
    assert password.find(config, {password.VARIABLE: "of the environment"}) == "of the environment"
    assert password.find(config, {password.VARIABLE: ""}) == "of the command"


@pytest.mark.parametrize("printed", ["x y ", "x y \n", "x y \r\n", "x y \nuser: ada\n"])
def test_the_password_is_the_first_line_without_its_end(printed: str) -> None:
    assert password.find(command(f"import sys; sys.stdout.write({printed!r})"), {}) == "x y "


@pytest.mark.parametrize(
    ("script", "message"),
    [
        ("raise SystemExit('secret')", "failed with status 1"),
        ("print('secret'); raise SystemExit(3)", "failed with status 3"),
        ("print()\nprint('secret')", "printed no password"),
        ("print('secret' * 1000)", "printed too much"),
        ("while True: print('secret', flush=True)", r"printed too much|failed with status|took longer"),
        ("import time; print('secret', flush=True); time.sleep(60)", "took longer than 1 s"),
    ],
)
def test_a_command_that_fails_is_named_and_its_output_is_not_repeated(script: str, message: str) -> None:
    with pytest.raises(ReadqError, match=message) as raised:
        password.find(command(script), {}, timeout=1)
    assert "secret" not in str(raised.value)


def test_the_programs_that_a_slow_command_started_end_with_it(tmp_path: Path) -> None:
    script = (
        "import subprocess, sys; child = subprocess.Popen([sys.executable, '-c', 'import time; time.sleep(600)']);"
        f" open({str(tmp_path / 'pid')!r}, 'w').write(str(child.pid)); child.wait()"
    )
    with pytest.raises(ReadqError, match="took longer"):
        password.find(command(script), {}, timeout=5)
    child = int((tmp_path / "pid").read_text())
    deadline = time.monotonic() + 30
    while _is_running(child):
        assert time.monotonic() < deadline


def _is_running(pid: int) -> bool:
    try:
        return Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()[0] != "Z"
    except (FileNotFoundError, ProcessLookupError):
        return False


def test_a_command_is_started_without_a_shell(tmp_path: Path) -> None:
    config = Config(mail_user="ada", mail_password_command=("echo", f"$HOME; touch {tmp_path}/x"))
    assert password.find(config, {}) == f"$HOME; touch {tmp_path}/x"
    assert os.listdir(tmp_path) == []


def test_a_command_that_is_not_there() -> None:
    with pytest.raises(ReadqError, match=r"cannot start mail\.password_command"):
        password.find(Config(mail_user="ada", mail_password_command=("/nowhere/pass",)), {})


def test_no_password_at_all() -> None:
    with pytest.raises(ConfigError, match=r"mail\.user is set, but no password"):
        password.find(Config(mail_user="ada"), {})


KEYRING = """
from keyring import errors
def get_password(service, user):
    if service == "locked":
        raise errors.KeyringLocked("secret")
    return {("mail", "ada"): "of the keyring"}.get((service, user))
"""
ERRORS = """
class KeyringError(Exception): pass
class KeyringLocked(KeyringError): pass
"""


@pytest.fixture
def keyring(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Put a package keyring with one password on the path."""
    (tmp_path / "keyring").mkdir()
    (tmp_path / "keyring" / "__init__.py").write_text(KEYRING)
    (tmp_path / "keyring" / "errors.py").write_text(ERRORS)
    monkeypatch.syspath_prepend(str(tmp_path))
    for name in ("keyring", "keyring.errors"):
        monkeypatch.delitem(sys.modules, name, raising=False)


@pytest.mark.usefixtures("keyring")
def test_the_keyring() -> None:
    assert password.find(Config(mail_user="ada", mail_keyring="mail"), {}) == "of the keyring"
    with pytest.raises(ReadqError, match="keyring set mail eve"):
        password.find(Config(mail_user="eve", mail_keyring="mail"), {})
    with pytest.raises(ReadqError, match=r"gave no password: KeyringLocked") as raised:
        password.find(Config(mail_user="ada", mail_keyring="locked"), {})
    assert "secret" not in str(raised.value)


def test_the_keyring_is_not_installed(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    with pytest.raises(ConfigError, match="pip install keyring"):
        password.find(Config(mail_user="ada", mail_keyring="mail"), {})
