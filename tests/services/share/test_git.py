"""A failure of git is one line that says why."""

import pytest

from readq.errors import DiskError
from readq.services.share.git import Ended, failure


def test_the_reason_of_a_server_that_refuses_a_push_is_named() -> None:
    printed = "remote: no more than ten papers\nerror: failed to push some refs to '/srv/reading.git'\n"
    assert failure(("push",), Ended(1, b"", printed)).args[0] == "git push: remote: no more than ten papers"
    without = printed.partition("\n")[2]
    assert str(failure(("push",), Ended(1, b"", without))).startswith("git push: error: failed to push some refs")


def test_the_reason_of_ssh_is_named() -> None:
    printed = (
        "Warning: Permanently added '[127.0.0.1]:1' to the list of known hosts.\n"
        "ssh: connect to host 127.0.0.1 port 1: Connection refused\n"
        "fatal: Could not read from remote repository.\n\nPlease make sure you have the correct access rights\n"
    )
    expected = "git fetch: ssh: connect to host 127.0.0.1 port 1: Connection refused"
    assert failure(("fetch",), Ended(128, b"", printed)).args[0] == expected


@pytest.mark.parametrize(
    "printed",
    [
        "fatal: unable to write loose object file: No space left on device",
        "fatal: sha1 file 'index.lock' write error. Out of diskspace",
    ],
)
def test_a_full_disk_is_named_as_such(printed: str) -> None:
    assert isinstance(failure(("add",), Ended(128, b"", printed)), DiskError)
