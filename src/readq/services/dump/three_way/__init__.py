"""Merge a dump into a library by comparing both with a base, an older dump from which both developed.

`compared_dumps` finds the papers that differ. `dump_parts` reads them, with all checks. `remains` finds what belongs to
none of the papers. `last_records` looks for removed papers in the histories of both sides. `merge_with_base` merges by
the rules of `readq.merge.three_way` and stores the result. `changed_papers` writes it into the folder of a shared dump.
"""
