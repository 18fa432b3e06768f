"""Combine several versions of the BibTeX fields of one entry, field by field.

BibTeX and BibLaTeX have different names for some fields, such as `journal` and `journaltitle`. The fields with one
meaning are a group, and always come from one version. A mixture could have two journals, or two dates.
"""

from collections.abc import Mapping

Fields = Mapping[str, str]
"""Maps the names of BibTeX fields to their values."""

_GROUPS = (
    ("journal", "journaltitle"),
    ("year", "date", "month", "day"),
    ("address", "location"),
    ("school", "institution"),
    ("archiveprefix", "eprinttype"),
    ("primaryclass", "eprintclass"),
    ("annote", "annotation"),
    ("key", "sortkey"),
    ("file", "pdf"),
)
_GROUP_OF = {name: names[0] for names in _GROUPS for name in names}

_GROUPS_OF_COLUMN: Mapping[str, tuple[str, ...]] = {
    "title": ("title", "subtitle"),
    "authors": ("author",),
    "venue": ("journal", "booktitle", "howpublished"),
    "year": ("year",),
    "published": ("year",),
    "abstract": ("abstract",),
    "url": ("url",),
}
"""Maps columns of a paper to the groups of fields that say the same."""


def reverted(now: Fields, expected: Fields, wanted: Fields) -> dict[str, str]:
    """Take back the change from the fields `wanted` to the fields `expected`. Return the fields `now` without it.

    Fields that differ between `now` and `expected` were changed later, and stay as they are.
    """
    present, new, old = map(_grouped, (now, expected, wanted))
    chosen = {
        group: old.get(group, {}) if present.get(group) == new.get(group) else present.get(group, {})
        for group in {**old, **present}
    }
    # In the order of the old fields, so that an entry without later changes is what it was.
    return {name: chosen[_group(name)][name] for name in {**wanted, **now} if name in chosen[_group(name)]}


def with_column(fields: Fields, other: Fields, column: str) -> dict[str, str]:
    """Return `fields` with the values that `other` has for the column `column` of a paper.

    `other` are the fields of another version of the entry. A field for this column that `other` lacks is left out.
    """
    groups = _GROUPS_OF_COLUMN.get(column, ())
    chosen = {name: other if _group(name) in groups else fields for name in {**fields, **other}}
    return {name: version[name] for name, version in chosen.items() if name in version}


def differing(one: Fields, other: Fields) -> set[str]:
    """Return the groups of fields in which two versions have different values. The names of the fields do not matter.

    A group is given by the first of its names.
    """
    mine, theirs = ({group: sorted(own.values()) for group, own in _grouped(fields).items()} for fields in (one, other))
    return {group for group in {**mine, **theirs} if mine.get(group) != theirs.get(group)}


def _grouped(fields: Fields) -> dict[str, dict[str, str]]:
    groups: dict[str, dict[str, str]] = {}
    for name, value in fields.items():
        groups.setdefault(_group(name), {})[name] = value
    return groups


def _group(name: str) -> str:
    return _GROUP_OF.get(name.lower(), name.lower())
