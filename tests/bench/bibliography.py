"""Import bibliographies, compared with the parser alone, a second import, equal keys and a large library."""

import shutil
from collections.abc import Callable, Iterator
from functools import partial
from typing import TYPE_CHECKING

import corpus
from processes import Command, Compared, in_turns, run

if TYPE_CHECKING:
    from commands import Library

ARRIVING = 1_000
"""Number of entries of the import that meets libraries of different sizes, at most that of the larger one."""


def measured(
    library: "Library", repeat: int, readq: Callable[..., Command], python: Callable[[str], Command]
) -> Iterator[tuple[str, Compared]]:
    """Yield the rows of imports of .bib files with as many entries as the library has papers."""
    refs, same, distinct = (library.folder / name for name in ("large.bib", "same.bib", "distinct.bib"))
    corpus.write_bibliography(refs, library.number)
    target = library.folder / "bibliography.db"
    clear = partial(library.remove, *(f"bibliography.db{end}" for end in ("", "-wal", "-shm")))

    def take_in(*words: str) -> Command:
        return readq("--db", str(target), "import", *words)

    parse = python(f"import bibtexparser; bibtexparser.parse_file({str(refs)!r})")
    first, again = library.timed(take_in(str(refs)), clear), library.timed(take_in(str(refs)))
    yield "bib", in_turns(library.timed(parse), first, repeat, warm_up=False)
    yield "bib again", in_turns(first, again, repeat, warm_up=False)
    corpus.write_bibliography(same, library.number, one_base=True, keyed=False)
    corpus.write_bibliography(distinct, library.number, keyed=False)
    timed = [library.timed(take_in(str(path)), clear) for path in (distinct, same)]
    yield "bib base", in_turns(timed[0], timed[1], repeat, warm_up=False)
    yield "bib identity", _into_libraries(library, repeat, readq)


def _into_libraries(library: "Library", repeat: int, readq: Callable[..., Command]) -> Compared:
    """Compare an import into a library of `ARRIVING` papers with the same import into the whole library."""
    few, small, copy = (library.folder / name for name in ("few.json", "small.db", "copy-of-library.db"))
    arriving = library.folder / "arriving.bib"
    number = min(ARRIVING, library.number)
    corpus.write(few, number)
    # The corpus depends on the number: these are other papers than those of the library.
    corpus.write_bibliography(arriving, number + 1)
    run(readq("--db", str(small), "import", str(few)), library.environment)
    into = readq("--db", str(copy), "import", str(arriving))

    def fresh(source: str) -> None:
        library.remove("copy-of-library.db-wal", "copy-of-library.db-shm")
        shutil.copy(source, copy)

    return in_turns(
        library.timed(into, partial(fresh, str(small))),
        library.timed(into, partial(fresh, library.path)),
        repeat,
        warm_up=False,
    )
