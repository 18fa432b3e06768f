"""`readq digest`: what it prints, and the mail that arrives once, whatever happens on the way."""

import contextlib
import email
import email.policy
import fcntl
import itertools
import json
import os
import shlex
import signal
import sqlite3
import ssl
import stat
import subprocess
import sys
from collections.abc import Callable, Iterator
from datetime import datetime, timedelta, timezone
from pathlib import Path
from typing import Any

import pytest
import trustme
from mail_server import CLOSE, HANG, MailServer, password_in
from rich.cells import cell_len

Run = Callable[..., Any]
Servers = Callable[..., MailServer]
TO = "ada@example.org"
NOW = datetime(2026, 11, 23, 9, 0, 0, tzinfo=timezone(timedelta(hours=1)))


@pytest.fixture
def servers() -> Iterator[Servers]:
    """Return a function that starts a mail server until the end of the test."""
    with contextlib.ExitStack() as stack:
        yield lambda **options: stack.enter_context(MailServer(**options).running())


@pytest.fixture
def server(servers: Servers) -> MailServer:
    return servers()


def configure(monkeypatch: pytest.MonkeyPatch, folder: Path, *lines: str) -> None:
    path = folder / "mail.toml"
    path.write_text("".join(f"{each}\n" for each in ("backup.automatic = false", "[mail]", *lines)))
    monkeypatch.setenv("READQ_CONFIG", str(path))


@pytest.fixture
def mail(run_cli: Run, six_papers: str, server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Run:
    """Return a function that runs `readq digest --email` with `server`, `days` later."""
    configure(monkeypatch, tmp_path, 'host = "127.0.0.1"', f"port = {server.port}", 'security = "none"', "timeout = 20")

    def run(*words: str, days: int = 0) -> Any:  # noqa: ANN401
        return at(run_cli, monkeypatch, days)("digest", "--email", TO, *words)

    return run


def at(run_cli: Run, monkeypatch: pytest.MonkeyPatch, days: int) -> Run:
    monkeypatch.setenv("READQ_NOW", (NOW + timedelta(days=days)).isoformat())
    return run_cli


def records() -> list[Path]:
    return sorted(Path(os.environ["XDG_STATE_HOME"], "readq", "digest").glob("*.json"))


# Printing


def test_new_papers_come_by_upvotes_with_address_and_commands(six_papers: str, run_cli: Run) -> None:
    run_cli("mark", "queued", 2)
    run_cli("mark", "dropped", 3)
    run_cli("snooze", "3d", 4)
    run_cli("enrol", 5)
    lines = run_cli("digest").out.splitlines()
    assert lines[:9] == [
        "readq digest, 2026-11-23",
        "",
        "3 new papers since 2026-11-22 09:00",
        "",
        "1.  On the shape of recurrent networks, part 6",
        "    Ada Lovelace, Emmy Noether · ▲60 · hf-daily",
        "    https://arxiv.org/abs/2611.00006",
        "    readq mark queued lovelace2026shape",
        "    readq mark dropped lovelace2026shape",
    ]
    addresses = [line.strip() for line in lines if "https://" in line]
    assert addresses == [f"https://arxiv.org/abs/2611.0000{number}" for number in (6, 5, 1, 2)]
    assert "1 paper waits in the queue, the oldest for 0 days:" in lines
    assert lines[-1] == "Review today: 1 of 1 due card, with readq review."
    for command in [line.split() for line in lines if "readq mark" in line]:
        assert run_cli(*command[1:]).status == 0


def test_the_forms(six_papers: str, run_cli: Run) -> None:
    assert run_cli("digest", "--format", "line").out == "6 new\n"
    assert run_cli("digest", "--format", "markdown").out.startswith("# readq digest, 2026-11-23\n")
    assert run_cli("digest", "--format", "html").out.startswith("<!DOCTYPE html>\n")
    assert max(map(cell_len, run_cli("digest", "--format", "text").out.splitlines())) <= 72
    found = run_cli("digest", "--json", "--limit", "2").json
    assert (found["day"], found["since"]) == ("2026-11-23", "2026-11-22T09:00:00+01:00")
    assert found["new"]["count"] == 6
    assert found["new"]["papers"] == run_cli("list", "--json", "--sort", "upvotes", "--limit", "2").json
    assert (found["queue"], found["due"]) == ({"count": 0, "oldest": None, "days": 0}, {"count": 0, "today": 0})


def test_at_most_so_many_papers_are_listed_and_the_others_counted(six_papers: str, run_cli: Run) -> None:
    out = run_cli("digest", "--limit", 2).out
    assert out.count("readq mark queued") == 2
    assert "\nand 4 more: readq list status:inbox added:2026-11-22..\n" in out
    assert run_cli("list", "--count", *out.split("readq list ")[1].splitlines()[0].split()).out == "6\n"
    assert run_cli("digest", "--limit", 0).out.count("readq mark queued") == 0


def test_a_question_comes_with_the_line_that_answers_it(six_papers: str, run_cli: Run) -> None:
    nothing = run_cli("digest", "--question")
    assert nothing.status == 0
    assert "no question: no due card has an answer in your notes" in nothing.err
    run_cli("enrol", 1, 2)
    run_cli("note", 2, "--append", "claim: it *holds* <b>always</b>")
    title = run_cli("show", 2, "--json").json["title"]
    found = run_cli("digest", "--question", "--json").json["question"]
    assert found == {
        "question": "What did they claim?",
        "title": title,
        "answer": "it *holds* <b>always</b>",
        "reference": "2",
    }
    text = run_cli("digest", "--question").out
    assert "    What did they claim?\n\n    Your line: it *holds* <b>always</b>\n" in text
    assert "&lt;b&gt;always" in run_cli("digest", "--question", "--format", "html").out
    assert r"it \*holds\*" in run_cli("digest", "--question", "--format", "markdown").out
    assert run_cli("digest", "--json").json["question"] is None
    assert "claim" not in run_cli("digest").out


def test_since(six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    later = at(run_cli, monkeypatch, 3)
    assert later("digest", "--format", "line").out == "nothing new\n"
    for word in ("2026-11-23", "3d", "mon", "1w"):
        assert later("digest", "--since", word, "--format", "line").out == "6 new\n"
    for word in ("yesterday", "today", "wed"):
        assert later("digest", "--since", word, "--format", "line").out == "nothing new\n"


def test_since_the_first_day_of_the_calendar(six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("READQ_NOW", "2026-11-26T09:00:00+09:00")
    assert run_cli("digest", "--since", "0001-01-01", "--format", "line").out == "6 new\n"


def test_the_paper_that_waits_longest(six_papers: str, run_cli: Run, monkeypatch: pytest.MonkeyPatch) -> None:
    run_cli("mark", "queued", 4)
    at(run_cli, monkeypatch, 1)("mark", "queued", 1)
    out = at(run_cli, monkeypatch, 63)("digest").out
    assert (
        "2 papers wait in the queue, the oldest for 63 days:\n    On the training of causal networks, part 4\n" in out
    )


def test_a_key_that_a_shell_would_not_take_as_it_is_becomes_the_number(library: str, run_cli: Run) -> None:
    run_cli("import", "--status", "inbox", "-", stdin="@misc{a;rm$x, title={One}} @misc{b, title={Two}}")
    run_cli("key", 1, "x&y")
    out = run_cli("digest").out
    assert "readq mark queued b\n" in out
    assert "readq mark queued 1\n" in out


@pytest.mark.parametrize(
    "words",
    [("--format", "pdf"), ("--limit", "-1"), ("--since", "soon"), ("--since", "tomorrow"), ("--since", "99999y"),
     ("--since", "2027-01-01"), ("--again",), ("--dry-run",), ("--email", TO, "--format", "text"), ("--email", "ada"),
     ("--email", ""), ("--email", "a@b.example\nBcc: eve@example.org")],
    ids=ascii,
)  # fmt: skip
def test_wrong_usage(run_cli: Run, words: tuple[str, ...]) -> None:
    result = run_cli("digest", *words)
    assert (result.status, result.out, result.err.count("\n")) == (2, "", 1)
    assert result.err.startswith("error: ")


def test_new_papers_come_by_interest_once_it_is_known(library: str, run_cli: Run, daily_file: Run) -> None:
    run_cli("import", daily_file(60))
    run_cli("mark", "queued", "--query", "causal")
    run_cli("mark", "dropped", "--query", "sparse")
    run_cli("mark", "inbox", 4, 5)
    run_cli("list", "--sort", "interest")
    found = run_cli("digest", "--limit", 500, "--json").json["new"]["papers"]
    scores = [paper["interest"] for paper in found]
    assert scores == sorted(scores, reverse=True)
    assert scores[0] > scores[-1]
    assert f" · interest {scores[0]} · ▲" in run_cli("digest").out


# Mail


def test_a_mail_arrives_once_a_day(mail: Run, server: MailServer) -> None:
    assert mail() == (0, "", f"digest sent to {TO}\n")
    said = f"the digest of 2026-11-23 was sent to {TO} already (--again sends it again)\n"
    assert [mail(), mail()] == [(0, "", said)] * 2
    assert mail("--json").json["sent"] is False
    (accepted,) = server.accepted
    parsed = email.message_from_bytes(accepted.data, policy=email.policy.default)
    assert parsed["Subject"] == "readq: 6 new papers: On the shape of recurrent networks, part 6"
    assert parsed["From"] == f"readq <{TO}>"
    assert "6 new papers since 2026-11-22 09:00" in parsed.get_body(("plain",)).get_content()  # type: ignore[union-attr]


def test_again_sends_the_same_mail_again(mail: Run, server: MailServer) -> None:
    mail()
    assert mail("--again").status == 0
    first, second = server.accepted
    assert first.data == second.data


def test_the_next_digest_has_what_came_since(
    mail: Run, server: MailServer, run_cli: Run, daily_file: Run, monkeypatch: pytest.MonkeyPatch
) -> None:
    mail()
    # In the same second, after the digest.
    run_cli("import", daily_file(7))
    assert run_cli("digest", "--format", "line").out == "1 new\n"
    assert mail(days=1).status == 0
    assert b"1 new paper since 2026-11-23 09:00" in server.accepted[1].data
    assert mail(days=2).err == "nothing is new, and nothing is to be reviewed: no mail\n"
    assert len(server.accepted) == 2
    at(run_cli, monkeypatch, 2)("enrol", 1)
    assert mail(days=2).err == f"digest sent to {TO}\n"
    assert b"Subject: readq: Review today: 1 of 1 due card\r\n" in server.accepted[2].data


def test_each_address_and_each_library_has_its_own_digest(mail: Run, server: MailServer, run_cli: Run) -> None:
    mail()
    assert run_cli("digest", "--email", "bob@example.org").status == 0
    assert run_cli("digest", "--email", "bob@EXAMPLE.org").err.endswith("(--again sends it again)\n")
    assert len({accepted.recipient for accepted in server.accepted}) == 2
    assert len(records()) == 2
    for path in records():
        assert stat.S_IMODE(path.stat().st_mode) == 0o600


def test_an_unconfirmed_mail_is_not_sent_twice_and_its_papers_are_not_lost(mail: Run, server: MailServer) -> None:
    server.replies["end"] = [CLOSE]
    result = mail()
    assert (result.status, result.out, result.err.count("\n")) == (1, "", 1)
    assert "unknown whether the digest arrived (--again sends it again" in result.err
    assert len(server.accepted) == 1
    for _ in range(2):
        result = mail()
        assert result.status == 1
        assert f"unknown whether the digest of 2026-11-23 arrived at {TO}" in result.err
    assert len(server.accepted) == 1
    assert mail(days=1).status == 0
    assert b"6 new papers since 2026-11-22 09:00" in server.accepted[1].data
    assert mail(days=2).err.startswith("nothing is new")


def test_an_unconfirmed_mail_is_sent_again_as_the_same_mail(mail: Run, server: MailServer) -> None:
    server.replies["end"] = [CLOSE]
    mail()
    assert mail("--again").status == 0
    assert server.accepted[0].data == server.accepted[1].data
    assert mail().err.endswith("(--again sends it again)\n")


@pytest.mark.parametrize(
    ("point", "reply"),
    [
        *itertools.product(["greeting", "EHLO", "MAIL", "RCPT", "DATA"], ["451 later", "554 never", CLOSE, "what"]),
        ("end", "451 later"),
        ("end", "554 never"),
    ],
)
def test_a_mail_that_was_refused_once_arrives_once(mail: Run, server: MailServer, point: str, reply: str) -> None:
    server.replies[point] = [reply]
    result = mail()
    assert (result.status, result.out, result.err.count("\n")) == (1, "", 1)
    assert result.err.startswith(f"error: 127.0.0.1:{server.port} ")
    assert records() == []
    assert [mail().status, mail().status] == [0, 0]
    assert len(server.accepted) == 1


def test_a_refused_second_mail_leaves_the_first_one_recorded(mail: Run, server: MailServer) -> None:
    mail()
    server.replies["end"] = ["554 no"]
    assert mail("--again").status == 1
    assert mail().err.endswith("(--again sends it again)\n")


def test_the_record_says_unknown_before_the_server_can_have_accepted_the_mail(mail: Run, server: MailServer) -> None:
    seen: list[str] = []
    server.before_end = lambda: seen.append(json.loads(records()[0].read_text())["state"])
    mail()
    assert seen == ["unknown"]
    assert json.loads(records()[0].read_text())["state"] == "sent"


def test_a_process_that_is_killed_while_it_waits_for_the_reply_sends_nothing_twice(
    mail: Run, server: MailServer
) -> None:
    server.replies["end"] = [HANG]
    with subprocess.Popen(
        [sys.executable, "-m", "readq", "digest", "--email", TO], env=os.environ, stderr=subprocess.DEVNULL
    ) as process:
        server.before_end = lambda: os.kill(process.pid, signal.SIGKILL)
        process.wait(60)
    server.before_end = lambda: None
    assert process.returncode == -signal.SIGKILL
    assert f"unknown whether the digest of 2026-11-23 arrived at {TO}" in mail().err
    assert len(server.accepted) == 1


def test_two_processes_do_not_send_one_digest_twice(mail: Run, server: MailServer) -> None:
    mail()
    with open(f"{records()[0]}.lock", "rb") as held:
        fcntl.flock(held, fcntl.LOCK_EX)
        result = mail("--again")
    assert result.status == 75
    assert result.err.startswith(f"error: another digest to {TO} is being sent (process {os.getpid()})")
    assert len(server.accepted) == 1


def test_a_damaged_record_sends_nothing(mail: Run, server: MailServer, run_cli: Run) -> None:
    mail()
    (path,) = records()
    for text in ("", "[]", "{}", path.read_text().replace('"sent"', '"maybe"'), path.read_text().replace("6", '"6"')):
        path.write_text(text)
        result = mail()
        assert (result.status, result.err.count("\n")) == (1, 1)
        assert "is damaged: it does not say which digest was sent last" in result.err
        assert run_cli("digest").status == 1
    assert len(server.accepted) == 1


def test_a_record_that_cannot_be_written_sends_nothing(mail: Run, server: MailServer) -> None:
    folder = Path(os.environ["XDG_STATE_HOME"], "readq")
    folder.mkdir(parents=True)
    (folder / "digest").write_text("")
    result = mail()
    assert (result.status, result.err.count("\n")) == (1, 1)
    assert server.log == []


def test_the_library_is_free_while_a_mail_is_sent(mail: Run, server: MailServer, library: str) -> None:
    def write() -> None:
        with contextlib.closing(sqlite3.connect(library, timeout=0)) as connection, connection:
            connection.execute("UPDATE paper SET starred = 1 WHERE id = 1")

    server.before_end = write
    assert mail().status == 0


def test_a_mail_brings_the_interest_up_to_date(
    library: str, run_cli: Run, daily_file: Run, server: MailServer, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    configure(monkeypatch, tmp_path, 'host = "127.0.0.1"', f"port = {server.port}", 'security = "none"', "timeout = 20")
    run_cli("import", daily_file(60))
    run_cli("mark", "queued", "--query", "causal")
    run_cli("mark", "dropped", "--query", "sparse")
    assert run_cli("digest", "--email", TO).status == 0
    assert b"interest " in server.accepted[0].data


def test_a_dry_run_prints_the_mail_and_sends_nothing(mail: Run, server: MailServer) -> None:
    result = mail("--dry-run")
    assert (result.status, result.err) == (0, "")
    parsed = email.message_from_string(result.out, policy=email.policy.default)
    assert parsed["To"] == TO
    assert mail("--dry-run", "--json").json["mail"].replace("\r\n", "\n") == result.out
    assert (server.log, records()) == ([], [])
    mail()
    assert server.accepted[0].data.decode().replace("\r\n", "\n") == result.out


# Settings


@pytest.mark.parametrize(
    ("lines", "message"),
    [
        ((), "no mail server is set"),
        (('host = "smtp.example.org"', 'security = "none"'), "smtp.example.org is not this computer"),
        (('host = "localhost"', 'security = "none"', 'user = "ada"'), "no password is sent without TLS"),
        (('host = "localhost"', 'from = "Ada"'), "mail.from must be an e-mail address"),
        (('host = "localhost"', 'password = "hunter2"'), "mail.password must not be in the config"),
        (('host = "localhost"', 'user = "ada"'), "mail.user is set, but no password"),
    ],
)
def test_settings_that_are_wrong_or_missing_are_78(
    six_papers: str,
    run_cli: Run,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    lines: tuple[str, ...],
    message: str,
) -> None:
    configure(monkeypatch, tmp_path, *lines)
    result = run_cli("digest", "--email", TO)
    assert (result.status, result.out, result.err.count("\n")) == (78, "", 1)
    assert message in result.err
    assert "hunter2" not in result.err
    assert records() == []


def test_a_password_from_a_command_over_tls(
    six_papers: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, servers: Servers
) -> None:
    authority = trustme.CA()
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    authority.issue_cert("localhost").configure_cert(context)
    authority.cert_pem.write_to_path(str(tmp_path / "ca.pem"))
    server = servers(starttls=context)
    command = json.dumps([sys.executable, "-c", "print('from a command')"])
    lines = ('host = "localhost"', f"port = {server.port}", 'security = "starttls"', 'user = "ada@mail.example"')
    configure(monkeypatch, tmp_path, *lines, f"password_command = {command}")
    result = run_cli("digest", "--email", TO)
    assert result.status == 1
    assert "has an invalid certificate" in result.err
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "ca.pem"))
    assert run_cli("digest", "--email", TO).status == 0
    assert password_in(server.log) == {"ada@mail.example": "from a command"}
    assert server.accepted[0].sender == "mail FROM:<ada@mail.example>"


def test_what_watches_caught_has_sections_and_no_paper_is_listed_twice(
    library: str, run_cli: Run, daily_file: Run
) -> None:
    run_cli("view", "save", "good <b>", "sparse", "--watch", "raise")
    run_cli("view", "save", "bad", "causal", "--watch", "lower")
    run_cli("view", "save", "noise", "deep", "--watch", "drop")
    run_cli("view", "save", "silent", "nothing", "--watch", "raise")
    run_cli("import", daily_file(10))
    text = run_cli("digest").out
    assert "8 new papers since" in text
    assert "2 papers raised by watch good <b> since" in text
    assert "2 papers lowered by watch bad since" in text
    assert "all of them: readq list view:bad status:inbox added:" in text
    assert "2 papers dropped by watch noise since" in text
    assert "silent" not in text
    assert text.count("part 5\n") == text.count("part 10\n") == 1
    assert "2 papers raised by watch good &lt;b&gt;</bdi> since" in run_cli("digest", "--format", "html").out
    assert "raised by watch good \\<b\\>" in run_cli("digest", "--format", "markdown").out
    assert run_cli("digest", "--format", "line").out.startswith("8 new · 2 good <b> · 2 bad · 2 noise")
    found = run_cli("digest", "--json").json["watches"]
    assert [(one["watch"], one["action"], one["count"], len(one["papers"])) for one in found] == [
        ("good <b>", "raise", 2, 2), ("bad", "lower", 2, 0), ("noise", "drop", 2, 0)
    ]  # fmt: skip
    for line in text.replace("\n", " ").split("readq list ")[1:]:
        query = shlex.split(line.partition("..")[0] + "..")
        assert run_cli("list", *query, "--count").out == "2\n"


@pytest.mark.parametrize(
    ("limit", "raised", "others"), [(0, [0, 0], 0), (1, [1, 0], 0), (3, [2, 1], 0), (5, [2, 2], 1), (20, [2, 2], 6)]
)
def test_the_limit_is_for_all_sections_together(
    library: str, run_cli: Run, daily_file: Run, limit: int, raised: list[int], others: int
) -> None:
    run_cli("view", "save", "one", "sparse", "--watch", "raise")
    run_cli("view", "save", "two", "graph", "--watch", "raise")
    run_cli("import", daily_file(10))
    found = run_cli("digest", "--limit", limit, "--json").json
    listed = [len(one["papers"]) for one in found["watches"]]
    assert (listed, len(found["new"]["papers"])) == (raised, others)
    assert (found["new"]["count"], [one["count"] for one in found["watches"]]) == (10, [2, 2])


# With the server of the recorded faults

_FAULTS = Path(__file__).resolve().parents[3] / ".." / "shared" / "faults" / "smtpfault.py"
_DAYS = _FAULTS.parents[1] / "feeds" / "1_hf" / "daily_papers"
_MODES = {
    "ok": (0, 0, 1), "hang": (1, 1, 0), "drop": (1, 1, 0), "reject-greeting": (1, 1, 0), "greylist": (1, 0, 1),
    "reject-rcpt": (1, 1, 0), "reject-one": (1, 0, 1), "reject-data": (1, 1, 0), "drop-after-data": (1, 1, 1),
    "no-starttls": (1, 1, 0), "bad-auth": (1, 1, 0), "garbage": (1, 1, 0), "slow": (1, 1, 0), "long-line": (1, 1, 0),
}  # fmt: skip
"""For each mode the statuses of two runs, and how many mails arrive in all."""


@pytest.mark.recorded
@pytest.mark.skipif(not _FAULTS.exists(), reason="the recorded feeds are not next to the project")
@pytest.mark.parametrize("mode", _MODES)
def test_a_digest_of_a_recorded_day_arrives_once_also_after_a_fault(
    library: str, run_cli: Run, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, mode: str
) -> None:
    assert run_cli("import", sorted(_DAYS.glob("2026-*.json"))[-1]).status == 0
    first, second, mails = _MODES[mode]
    words = [sys.executable, str(_FAULTS), "--mode", mode, "--save", str(tmp_path)]
    with subprocess.Popen(words, stdout=subprocess.PIPE, text=True) as process:
        try:
            assert process.stdout is not None
            port = json.loads(process.stdout.readline())["port"]
            security = "starttls" if mode in ("no-starttls", "bad-auth") else "none"
            lines = ('host = "127.0.0.1"', f"port = {port}", f'security = "{security}"')
            timeout = 1 if mode in ("hang", "slow") else 20
            configure(monkeypatch, tmp_path, *lines, f"timeout = {timeout}")
            for status in (first, second):
                result = run_cli("digest", "--email", TO)
                assert (result.status, result.err.count("\n"), result.out) == (status, 1, ""), result.err
                assert result.err.startswith("error: ") == bool(status)
        finally:
            process.kill()
    found = list(tmp_path.glob("*.eml"))
    assert len(found) == mails
    for path in found:
        text = email.message_from_bytes(path.read_bytes(), policy=email.policy.default).get_body(("plain",))
        assert text is not None
        assert max(map(cell_len, text.get_content().splitlines())) <= 72
