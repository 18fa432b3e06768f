r"""Judge the export of recorded .bib files by real LaTeX, and compare what is printed with what their sources print.

    python tests/tex/recorded_libraries.py FOLDER [--every N] [--only WORD] [--dialect bibtex|biblatex] [--cache FOLDER]

FOLDER holds folders of .bib files, and the judge, `tex_check.sh`, which runs LaTeX with BibTeX or biber. A file counts
if the judge accepts the file itself: with biber, and, if it has no field or type that only biblatex has, also with
BibTeX. It is imported into an empty library and exported in the same dialect. The judge must accept the export too, and
print the same names and titles. The table names every file that prints anything else, and why. The exit status is 1 if
a name or a title differs, or if the judge refuses an export. With --cache, what LaTeX made of a file is kept for the
next run.
"""

import argparse
import contextlib
import difflib
import hashlib
import json
import re
import subprocess
import sys
import tempfile
import unicodedata
from collections import Counter
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import UTC, datetime
from pathlib import Path
from typing import NamedTuple

from readq.errors import ReadqError
from readq.latex.decode import to_unicode
from readq.model.import_report import ImportReport
from readq.services.citing.export import export
from readq.services.citing.export_formats import FORMATS
from readq.services.importing.import_files import ImportOptions, import_paths
from readq.store.library import open_for_writing

NOW = datetime(2026, 11, 23, 9, tzinfo=UTC)
DIALECTS = {"bibtex": ("--no-biber", "bt.txt"), "biblatex": ("--no-bibtex", "bb.txt")}

_BIBLATEX = re.compile(
    r"^\s*(?:date|journaltitle|location|eprinttype|eprintclass|origdate|eventdate|urldate|maintitle|mainsubtitle|subtitle"
    r"|options|related|xdata|langid|pagetotal|issuetitle|shorthand|entrysubtype|ids|gender|sortname|nameaddon"
    r"|labelname|editora|execute|bookauthor|introduction|foreword|afterword|translator)\s*="
    r"|^\s*@(?:online|thesis|report|mv\w+|collection|reference|xdata|set|patent|periodical|suppbook|bookinbook|software"
    r"|dataset|artwork|audio|image|letter|movie|music|performance|review|standard|video|inreference|electronic|www)\s*[{(]",
    re.IGNORECASE | re.MULTILINE,
)
_MONTH = re.compile(r"(?i)(?:(?:jan|feb|mar|apr|may|jun|jul|aug|sep|oct|nov|dec)\w*|\d+)\W*")


def dialects_of(path: Path) -> tuple[str, ...]:
    """Return the dialects of a .bib file: only biblatex if it has a field or type that BibTeX has not, else both."""
    text = path.read_bytes().decode("utf-8", "replace")
    return ("biblatex",) if _BIBLATEX.search(text) else ("bibtex", "biblatex")


class Verdict(NamedTuple):
    """What LaTeX made of a .bib file: whether the judge accepts it, its findings, and the printed entries."""

    is_accepted: bool
    findings: list[str]
    lines: list[str]


def judged(path: Path, judge: Path, dialect: str, cache: Path | None) -> Verdict:
    """Typeset a .bib file, and return what LaTeX made of it."""
    name = hashlib.sha256(path.read_bytes() + dialect.encode()).hexdigest()[:24]
    if cache is not None and (cache / name).exists():
        return Verdict(*json.loads((cache / name).read_text(encoding="utf-8")))
    other, printed = DIALECTS[dialect]
    with tempfile.TemporaryDirectory() as folder:
        (Path(folder) / "texts.tsv").touch()
        done = subprocess.run(
            ["bash", judge, path, other, "--text", Path(folder) / "texts.tsv", "--keep", folder],
            stdin=subprocess.DEVNULL, capture_output=True, check=False,
        )  # fmt: skip
        output = done.stdout.decode("utf-8", "replace").splitlines()
        page = Path(folder) / printed
        text = page.read_text(encoding="utf-8", errors="replace") if page.exists() else ""
    verdict = Verdict(done.returncode == 0, output[:-1], entries(text))
    if cache is not None:
        (cache / name).write_text(json.dumps(verdict), encoding="utf-8")
    return verdict


def entries(page: str) -> list[str]:
    """Return the entries of a printed bibliography without their numbers."""
    found: list[str] = []
    for line in page.splitlines():
        # Only the next number begins an entry: a title may look like one. natbib prints none at its first run.
        label = next((label for label in ("[]", f"[{len(found) + 1}]") if line.startswith(label)), None)
        if label:
            found.append(line.removeprefix(label).strip())
        elif found:
            found[-1] += " " + line.strip()
    return found


def squashed(line: str) -> str:
    """Return a text without spaces and in one form of letters and apostrophes."""
    return re.sub(r"\s+", "", unicodedata.normalize("NFKC", line)).replace("’", "'")


class Round(NamedTuple):
    """A source that was imported and exported: the report, the titles of the papers, and the file if there is one."""

    report: ImportReport
    titles: list[str]
    exported: Path | None


def round_trip(path: Path, dialect: str, folder: Path) -> Round:
    """Import a .bib file into an empty library, and export all of it into `folder`. Raises ReadqError."""
    library, refs = folder / "library.db", folder / "refs.bib"
    report = import_paths(str(library), [str(path)], ImportOptions(form="bibtex"), NOW)
    with contextlib.closing(open_for_writing(str(library))) as connection:
        papers = connection.execute("SELECT id, title FROM paper").fetchall()
        if papers:
            export(connection, [row[0] for row in papers], str(refs), FORMATS[dialect], NOW)
    return Round(report, [row[1] for row in papers], refs if papers else None)


class Comparison(NamedTuple):
    """The row of a file: its name, dialect, number of entries, differences with their reasons, and faults."""

    name: str
    dialect: str
    entries: int
    differences: list[str]
    faults: list[str]


def compared(path: Path, dialect: str, judge: Path, cache: Path | None) -> Comparison | None:
    """Compare the export of a file with its source. The result is None if the judge refuses the source."""
    source = judged(path, judge, dialect, cache)
    if not source.is_accepted:
        return None
    row = Comparison(path.name, dialect, len(source.lines), [], [])
    with tempfile.TemporaryDirectory() as folder:
        try:
            done = round_trip(path, dialect, Path(folder))
        except ReadqError as error:
            row.differences.append(f"nothing can be imported: {error}")
            return row
        report = done.report
        row.differences.extend(f"{where} left out: {why}" for where, why in (*report.rejected, *report.left_out))
        row.differences.extend(f"{one.entry} is {one.into}: {one.why}" for one in report.joined)
        if done.exported is None:
            return row
        ours = judged(done.exported, judge, dialect, cache)
    if not ours.is_accepted:
        row.faults.extend(ours.findings)
    left_out = len(row.differences)
    lost, gained = _differences(source.lines, ours.lines)
    for before, after in _paired(lost, gained):
        if before and not after and left_out:
            left_out -= 1
        elif before and after and (why := reason(before, after, done.titles)):
            row.differences.append(why)
        else:
            row.faults.append(f"{before!r} is printed as {after!r}")
    return row


def reason(before: str, after: str, titles: list[str]) -> str | None:
    """Return why an entry is printed otherwise, or None if its names or its title may differ."""
    squashed_titles = sorted((squashed(to_unicode(title)).casefold() for title in titles), key=len, reverse=True)
    one, other = (squashed(line).casefold() for line in (before, after))
    title = next((text for text in squashed_titles if text and text in one and text in other), "")
    # What is before the title and the title itself: names first, whatever the style puts between them.
    if not title:
        return None
    names, printed_names = one.partition(title)[0], other.partition(title)[0]
    changed = _changed(before, after)
    if ";" in names and ";" not in printed_names:
        return f"names separated by semicolons, told apart: {' '.join(changed)[:120]}"
    if names != printed_names:
        return None
    for why, is_reason in (
        ("the name of the month", all(map(_MONTH.fullmatch, changed))),
        ("two pages with a dash that BibTeX knows", set(changed) <= {"page", "pages"}),
        ("the fields of the parent are written out", "?" in changed or "?]" in " ".join(changed)),
    ):
        if is_reason:
            return f"{why}: {' '.join(changed)[:120]}"
    return f"another field: {' '.join(changed)[:200]}"


def _changed(before: str, after: str) -> list[str]:
    words = before.split(), after.split()
    parts = difflib.SequenceMatcher(None, *words, autojunk=False).get_opcodes()
    return [w for tag, i, j, k, n in parts if tag != "equal" for w in (*words[0][i:j], *words[1][k:n])]


def _differences(source: list[str], ours: list[str]) -> tuple[list[str], list[str]]:
    """Return the lines that only the source prints, and those that only the export prints."""
    before, after = Counter(map(squashed, source)), Counter(map(squashed, ours))
    return list(_taken(source, before - after)), list(_taken(ours, after - before))


def _taken(lines: list[str], wanted: Counter[str]) -> Iterator[str]:
    left = wanted.copy()
    for line in lines:
        if left[squashed(line)] > 0:
            left[squashed(line)] -= 1
            yield line


def _paired(lost: list[str], gained: list[str]) -> Iterator[tuple[str, str]]:
    """Pair each lost line with the gained line that is most like it. What has no partner is paired with nothing."""
    rest = list(gained)
    for line in lost:
        like = difflib.get_close_matches(line, rest, 1, 0.3)
        if like:
            rest.remove(like[0])
        yield line, like[0] if like else ""
    yield from (("", line) for line in rest)


def table(rows: list[Comparison | None]) -> str:
    """Return the rows of the files that print anything else than their sources, and the totals."""
    lines: list[str] = []
    accepted = [row for row in rows if row is not None]
    for row in accepted:
        if row.faults or row.differences:
            lines.append(f"{row.dialect:8} {row.entries:5} {row.name}")
            lines += [f"               {line}" for line in row.differences]
            lines += [f"             ! {line}" for line in row.faults]
    whole = sum(not row.faults for row in accepted)
    lines.append(
        f"{len(rows)} files and dialects; the judge accepts {len(accepted)} with "
        f"{sum(row.entries for row in accepted)} entries, and {whole} exports, which print the same names and titles"
    )
    return "\n".join(lines)


def main() -> int:
    """Print the table of all files."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("folder", type=Path, help="the recorded files, with the judge beside them")
    parser.add_argument("--every", type=int, default=1, metavar="N", help="one file in N")
    parser.add_argument("--only", default="", metavar="WORD", help="files with this in their path")
    parser.add_argument("--dialect", choices=tuple(DIALECTS), help="only this one")
    parser.add_argument("--largest", type=int, default=60_000, metavar="BYTES", help="leave out longer files")
    parser.add_argument("--cache", type=Path, help="keep what LaTeX made of each file here")
    parser.add_argument("--jobs", type=int, default=1, help="files at a time")
    options = parser.parse_args()
    if options.cache:
        options.cache.mkdir(parents=True, exist_ok=True)
    files = [path for path in sorted(options.folder.glob("*/*.bib")) if options.only in str(path)]
    files = [path for path in files[:: options.every] if path.stat().st_size <= options.largest]
    # Some files are there under several names.
    files = list({path.read_bytes(): path for path in files}.values())
    judge = options.folder / "tex_check.sh"
    with ThreadPoolExecutor(options.jobs) as pool:
        work = [
            pool.submit(compared, path, dialect, judge, options.cache)
            for path in files
            for dialect in dialects_of(path)
            if options.dialect in (None, dialect)
        ]
        rows = [one.result() for one in work]
    print(table(rows))
    return int(any(row.faults for row in rows if row is not None))


if __name__ == "__main__":
    sys.exit(main())
