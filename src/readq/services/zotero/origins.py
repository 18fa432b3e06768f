"""Name the origins under which the library remembers what it sent to Zotero, and what it took from there."""

import hashlib
import json

from readq.store.papers.provenance import SENT


def taken_from(server: str) -> str:
    """Return the origin of the items of one Zotero. `server` is the id of the instance, "" for an unknown one."""
    return f"zotero:{server or 'local'}"


def sent_to(server: str) -> str:
    """Return the origin that stands for the papers that were sent to one Zotero.

    Its names are `ITEM` and `ITEM/NOTE`, with the hash of what Zotero made of them, and the same with `/wish` at the
    end, with the hash of what readq sent. Zotero may tidy what it is sent, so both are needed to tell which side has
    changed. `pending/PAPER` stands for an item that is being created.
    """
    return f"{SENT}zotero:{server}"


WISH = "/wish"


def pending(paper_id: int) -> str:
    """Return the name that marks the item of a paper as being created."""
    return f"pending/{paper_id}"


def digest(value: object) -> int:
    """Return a hash of a JSON value, as a signed integer of 64 bits."""
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
