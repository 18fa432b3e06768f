"""Make origins. An origin is a name under which the library stores what it knows about items of a Zotero program.

There is one origin for the items that were sent to a Zotero, and one for the items that were imported from it.
"""

import hashlib
import json

from readq.store.papers.provenance import SENT


def taken_from(server: str) -> str:
    """Return the name under which the library stores the items that were imported from the Zotero with the id `server`.

    `server` is "" if the id is not known.
    """
    return f"zotero:{server or 'local'}"


def sent_to(server: str) -> str:
    """Return the name under which the library stores what it sent to the Zotero with the id `server`.

    Under this name, the library stores the following numbers. ITEM and NOTE stand for keys in Zotero, and PAPER stands
    for the id of a paper:

    - `ITEM` and `ITEM/NOTE`: the hash of an item or note as Zotero stored it
    - `ITEM/wish` and `ITEM/NOTE/wish`: the hash of the item or note as readq sent it
    - `ITEM/fields`: a number whose bits tell which fields readq sent (see
      `readq.registries.zotero.items.METADATA`)
    - `pending/PAPER`: 0, while the item of a paper is being created

    Zotero may change a text that it stores, so both hashes are needed to find out which side has changed.
    """
    return f"{SENT}zotero:{server}"


WISH = "/wish"
FIELDS = "/fields"


def pending(paper_id: int) -> str:
    """Return the name under which the library records that the item of a paper is being created."""
    return f"pending/{paper_id}"


def digest(value: object) -> int:
    """Return a hash of a JSON value, as a signed integer of 64 bits.

    The order of the keys of an object does not change the hash.
    """
    text = json.dumps(value, sort_keys=True, ensure_ascii=True)
    return int.from_bytes(hashlib.blake2b(text.encode(), digest_size=8).digest(), "big", signed=True)
