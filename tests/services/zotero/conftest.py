"""A Zotero for the command line."""

import pytest
from loopback import Loopback
from zotero_server import ZoteroServer


@pytest.fixture
def zotero(loopback: Loopback, monkeypatch: pytest.MonkeyPatch) -> ZoteroServer:
    """Return a running Zotero, to which `readq zotero` is sent."""
    monkeypatch.setenv("READQ_ZOTERO_URL", loopback.url)
    return ZoteroServer(loopback)
