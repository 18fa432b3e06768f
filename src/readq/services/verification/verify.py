"""Compare the entries of a bibliography with the registries: find missing works, retractions and differences."""

import asyncio
from collections.abc import Callable, Sequence
from datetime import datetime
from typing import NamedTuple

from readq.model.identity.evidence import Identifier
from readq.net.fetcher import Network
from readq.registries.published_record import Difference, PublishedRecord, differences
from readq.services.verification.answers import Answers
from readq.services.verification.entries import Verifiable
from readq.services.verification.lookup import Lookup, title_name

_ASKED = ("doi", "arxiv", "pmid")
_NOT_LISTED = frozenset(
    "misc online www electronic manual software dataset booklet unpublished patent standard book inbook collection "  # noqa: SIM905
    "proceedings thesis phdthesis mastersthesis techreport report image audio video movie artwork".split()
)
"""The types of entries for works that registries rarely list. Such a work may exist even if no registry knows it.

They include `misc`, which is also the type of a page of a feed, such as a blog.
"""


class Verified(NamedTuple):
    """The verdict on one entry."""

    key: str
    """The citation key of the entry."""
    found: bool | None
    """Whether the work exists. None if this is not known."""
    retracted: bool | None = False
    """Whether the work is retracted. None if the work was found, but a request that could tell this failed."""
    differs: tuple[Difference, ...] = ()
    """The differences between the entry and the record of the work at a registry."""
    source: str | None = None
    """The name of the registry that the record is from, or None."""
    why: str | None = None
    """The reason why the work was not found or not checked completely. None if it was found and checked."""
    notice: str = ""
    """The DOI of the notice of the retraction, or ""."""
    has_failed: bool = False
    """Whether a request to a registry failed, so that a later verdict may differ."""

    @property
    def is_finding(self) -> bool:
        """Whether something is wrong: the work does not exist or is retracted, or the entry differs from its record."""
        return self.found is False or bool(self.retracted) or bool(self.differs)


class Verification(NamedTuple):
    """The result of `verify`: the verdicts, in the order of the entries.

    `remarks` are lines of text about failed requests that change no verdict.
    """

    verdicts: tuple[Verified, ...]
    remarks: tuple[str, ...] = ()


def verify(
    entries: Sequence[Verifiable],
    network: Network,
    cache: str,
    now: datetime,
    narrate: Callable[[str], None] = lambda _line: None,
) -> Verification:
    """Verify entries by asking registries, and return the verdicts. `cache` is the folder in which answers are cached.

    `narrate` is called with a line of text about each request. On KeyboardInterrupt, the answers so far are cached, and
    KeyboardInterrupt is raised again.
    """
    answers = Answers(cache, now)
    try:
        return asyncio.run(_verify(entries, network, answers, narrate))
    finally:
        answers.save()


async def _verify(
    entries: Sequence[Verifiable], network: Network, answers: Answers, narrate: Callable[[str], None]
) -> Verification:
    async with network.fetcher() as fetcher:
        lookup = Lookup(fetcher, network.endpoints, answers, narrate)
        await lookup.identifiers(name for entry in entries for name in _asked(entry))
        titled = [entry for entry in entries if not any(name in lookup.failures for name in _asked(entry))]
        await lookup.titles([entry.claim for entry in titled if not _records(entry, lookup)])
    return Verification(tuple(_verdict(entry, lookup) for entry in entries), tuple(lookup.remarks))


def _asked(entry: Verifiable) -> list[Identifier]:
    return [name for name in entry.identifiers if name[0] in _ASKED]


def _records(entry: Verifiable, lookup: Lookup) -> list[PublishedRecord]:
    return [record for name in _asked(entry) if (record := lookup.records.get(name))]


def _verdict(entry: Verifiable, lookup: Lookup) -> Verified:
    failed = [lookup.failures[name] for name in _asked(entry) if name in lookup.failures]
    unknown = [name for name in _asked(entry) if name in lookup.records and lookup.records[name] is None]
    records = _records(entry, lookup)
    if not records:
        name = title_name(entry.claim)
        by_title = lookup.records.get(name)
        failed += [lookup.failures[name]] if name in lookup.failures else []
        if by_title is None:
            return _not_found(entry, failed, unknown)
        records = [by_title]
    best = min(records, key=lambda record: len(differences(entry.claim, record)))
    retracted = next((record for record in records if record.retraction is not None), None)
    wrong = tuple(Difference(scheme, value, _other(scheme, best)) for scheme, value in unknown)
    return Verified(
        entry.key,
        True,
        True if retracted else None if failed else False,
        (*wrong, *differences(entry.claim, best)),
        (retracted or best).source,
        "; ".join(dict.fromkeys(failed)) or None,
        (retracted.retraction or "") if retracted else "",
        bool(failed),
    )


def _other(scheme: str, record: PublishedRecord) -> str:
    return next((value for own, value in record.identifiers if own == scheme), "")


def _not_found(entry: Verifiable, failed: Sequence[str], unknown: Sequence[Identifier]) -> Verified:
    if failed:
        return Verified(entry.key, None, why="; ".join(dict.fromkeys(failed)), has_failed=True)
    kind = entry.entry_type or "misc"
    if kind in _NOT_LISTED and not unknown:
        return Verified(entry.key, None, why=f"the registries list few works of type {kind}")
    why = ", ".join(f"no {scheme} {value}" for scheme, value in unknown) or "no work with this title"
    return Verified(entry.key, False, why=why)
