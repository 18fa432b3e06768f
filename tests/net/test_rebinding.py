"""DNS rebinding against the real program, its own resolver and real sockets, in a network namespace."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

_PROGRAM = Path(__file__).with_name("rebinding.py")


def _namespace() -> list[str]:
    """Return the command that runs a program in mount and network namespaces of its own. Skip if that is refused."""
    if shutil.which("unshare") is None:
        pytest.skip("unshare is not installed")
    user = [] if os.geteuid() == 0 else ["--user", "--map-root-user"]
    command = ["unshare", *user, "--mount", "--net"]
    trial = subprocess.run([*command, "true"], capture_output=True, text=True, check=False)
    if trial.returncode:
        pytest.skip(f"no network namespace here: {trial.stderr.strip()}")
    return command


@pytest.fixture(scope="module")
def outcome() -> dict[str, Any]:
    """Return what became of each case."""
    done = subprocess.run(
        [*_namespace(), sys.executable, _PROGRAM], capture_output=True, text=True, timeout=120, check=False
    )
    assert done.returncode == 0, done.stderr
    found: dict[str, Any] = json.loads(done.stdout)
    return found


def test_a_public_address_is_pulled(outcome: dict[str, Any]) -> None:
    assert outcome["public"] == {"status": 0, "error": "rebound: 1 new\n", "public": 1, "private": 0}


@pytest.mark.parametrize("address", ["127.0.0.1", "10.0.0.1"])
def test_a_name_that_turns_to_a_private_address_is_refused(outcome: dict[str, Any], address: str) -> None:
    case = outcome[f"rebound to {address}"]
    assert (case["status"], case["public"], case["private"]) == (1, 0, 0)
    assert f"feeds.rebind.example is a private address: {address}" in case["error"]


def test_of_a_public_and_a_private_address_only_the_public_one_is_asked(outcome: dict[str, Any]) -> None:
    case = outcome["both at once"]
    assert (case["status"], case["public"], case["private"]) == (0, 1, 0)


def test_a_redirect_to_a_name_that_turns_private_is_refused(outcome: dict[str, Any]) -> None:
    case = outcome["rebound before a redirect is followed"]
    assert (case["status"], case["public"], case["private"]) == (1, 1, 0)
    assert "other.feeds.rebind.example is a private address: 127.0.0.1" in case["error"]


def test_a_host_that_the_reader_lists_may_be_private(outcome: dict[str, Any]) -> None:
    case = outcome["listed by the reader"]
    assert (case["status"], case["private"]) == (0, 1)
