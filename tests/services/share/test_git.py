"""A failure of git is one line that says why."""

import pytest

from readq.errors import DiskError
from readq.services.share.git import Ended, failure


def test_the_reason_of_a_server_that_refuses_a_push_is_named() -> None:
    printed = "remote: no more than ten papers\nerror: failed to push some refs to '/srv/reading.git'\n"
    assert failure(("push",), Ended(1, b"", printed)).args[0] == "git push: remote: no more than ten papers"
    without = printed.partition("\n")[2]
    assert str(failure(("push",), Ended(1, b"", without))).startswith("git push: error: failed to push some refs")


@pytest.mark.parametrize(
    "printed",
    [
        "fatal: unable to write loose object file: No space left on device",
        "fatal: sha1 file 'index.lock' write error. Out of diskspace",
    ],
)
def test_a_full_disk_is_named_as_such(printed: str) -> None:
    assert isinstance(failure(("add",), Ended(128, b"", printed)), DiskError)
