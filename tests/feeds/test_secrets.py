"""Secrets in addresses of feeds do not leave the library unless the reader asks for them."""

import json
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from readq.feeds.secrets import MASK, is_masked, masked

Run = Callable[..., Any]

PRIVATE = "https://example.org/feed?user=ada&token=s3cr3t&format=rss"
SHOWN = f"https://example.org/feed?user=ada&token={MASK}&format=rss"


@pytest.mark.parametrize(
    ("address", "shown"),
    [
        (PRIVATE, SHOWN),
        ("https://e.org/f?api_key=x", f"https://e.org/f?api_key={MASK}"),
        ("https://e.org/f?a=1;API-KEY=x#y", f"https://e.org/f?a=1;API-KEY={MASK}#y"),
        ("https://e.org/f?access_token=a%20b&feed_token=c", f"https://e.org/f?access_token={MASK}&feed_token={MASK}"),
        ("https://ada:pw@e.org/f?key=k", f"https://{MASK}@e.org/f?key={MASK}"),
        *(
            (f"https://e.org/f?a=1&{name}=x&page=2", f"https://e.org/f?a=1&{name}={MASK}&page=2")
            for name in (
                *(
                    "access_key",
                    "accessKey",
                    "X-Amz-Signature",
                    "x-amz-security-token",
                    "jwt",
                    "private_key",
                    "feedkey",
                ),
                *("rss_key", "subscription-key", "oauth_token", "token[]", "userToken", "app.secret", "AUTHTOKEN"),
            )
        ),
        ("https://e.org/f#token=x", f"https://e.org/f#token={MASK}"),
        ("https://e.org/f?sig=%3D&sid=1", f"https://e.org/f?sig={MASK}&sid={MASK}"),
    ],
)
def test_secrets_are_masked(address: str, shown: str) -> None:
    assert masked(address) == shown
    assert is_masked(shown)
    assert not is_masked(address)


@pytest.mark.parametrize(
    "address",
    [
        *("arxiv:cs.LG", "arxiv:query?search_query=au:key", "hf:search?q=token=1"),
        *("https://e.org/token/key?q=key&page=2", "https://e.org/f?keyword=a&author=b&keys=c&design=d&monkey=e"),
    ],
)
def test_other_addresses_stay(address: str) -> None:
    assert masked(address) == address
    assert not is_masked(address)


@given(st.text(alphabet="abtoken=&;?#*%/:@", max_size=40))
def test_masking_twice_changes_nothing_more(text: str) -> None:
    once = masked(f"https://e.org/{text}")
    assert masked(once) == once


def test_the_name_that_a_feed_gets_has_no_secret(run_cli: Run) -> None:
    run_cli("feed", "add", PRIVATE, "--no-sync")
    shown = "".join(run_cli("feed", *words).out for words in (("list",), ("export",)))
    assert "example.org-ada" in shown
    assert "s3cr3t" not in shown


@pytest.fixture
def private(run_cli: Run) -> Run:
    """A library with one private feed."""
    assert run_cli("feed", "add", PRIVATE, "--name", "mine", "--no-sync").status == 0
    return run_cli


def test_lists_mask_them_unless_asked(private: Run) -> None:
    for words in (("list",), ("list", "--json"), ("export",)):
        shown = private("feed", *words).out
        assert "s3cr3t" not in shown
        assert MASK in shown
        assert "s3cr3t" in private("feed", *words, "--with-secrets").out
    assert "s3cr3t" not in private("feed", "add", "https://e.org/other", "--name", "mine", "--no-sync").err


def test_a_masked_address_is_not_added(private: Run, tmp_path: Path) -> None:
    added = private("feed", "add", SHOWN, "--no-sync")
    assert added.status == 2
    assert "lacks its secret" in added.err
    (tmp_path / "feeds.opml").write_text(private("feed", "export").out)
    again = private("feed", "import", "--json", tmp_path / "feeds.opml")
    assert (again.status, again.json["unchanged"], again.json["rejected"]) == (0, 1, [])
    elsewhere = private("--db", tmp_path / "other.db", "feed", "import", "--json", tmp_path / "feeds.opml")
    assert elsewhere.status == 1
    assert "its secret was left out" in elsewhere.json["rejected"][0]["why"]


def test_a_refused_address_is_shown_without_its_secrets(run_cli: Run) -> None:
    refused = run_cli("feed", "add", "https://ada:pw@example.org/feed?token=s3cr3t", "--no-sync")
    assert refused.status == 2
    assert f"https://{MASK}@example.org/feed?token={MASK}" in refused.err


def test_dumps_mask_them_and_an_import_keeps_the_librarys_own(private: Run, tmp_path: Path) -> None:
    private("dump", tmp_path / "dump")
    assert [feed["spec"] for feed in json.loads((tmp_path / "dump" / "feeds.json").read_text())] == [SHOWN]
    assert private("import", tmp_path / "dump").status == 0
    assert [feed["spec"] for feed in private("feed", "list", "--json", "--with-secrets").json] == [PRIVATE]
    elsewhere = private("--db", tmp_path / "other.db", "import", tmp_path / "dump")
    assert elsewhere.status == 1
    assert "feed mine: its secret was left out" in elsewhere.err
    private("dump", tmp_path / "whole", "--with-secrets")
    assert private("--db", tmp_path / "third.db", "import", tmp_path / "whole").status == 0
    assert "s3cr3t" in private("--db", tmp_path / "third.db", "feed", "list", "--with-secrets").out
