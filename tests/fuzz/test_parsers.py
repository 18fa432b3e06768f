"""Every parser of foreign bytes on a few hundred mutations: papers or a named refusal, and papers that can be stored.

The inputs are the same in each run; `tests/fuzz/fuzz.py` tries others for as long as wanted.
"""

import subprocess
import sys
from pathlib import Path
from random import Random

import outcomes
import parsers
import pytest
from growth import PIECES, STEEP, exponent
from hypothesis import given, settings
from hypothesis import strategies as st
from library import fault_in_library
from mutations import mutated
from seeds import SEEDS

from readq.model.fetched_paper import FetchedPaper
from readq.services.importing import input_formats

COMMAND = Path(__file__).parent / "fuzz.py"
OTHERS = tuple(seed for seeds in SEEDS.values() for seed in seeds)
EXAMPLES_OF_WEIGHT = {1: 8, 2: 14, 3: 20}


@pytest.mark.parametrize("name", parsers.parsers())
def test_any_input_gives_papers_or_a_named_refusal(name: str) -> None:
    parser = parsers.parsers()[name]

    @settings(max_examples=EXAMPLES_OF_WEIGHT[parser.weight], derandomize=True, database=None)
    @given(st.randoms(use_true_random=False))
    def try_mutations(choice: Random) -> None:
        data = mutated(parser.seeds, OTHERS, choice)
        assert outcomes.run(parser, data).fault is None, data

    try_mutations()


@pytest.mark.parametrize("name", [name for name, one in parsers.parsers().items() if one.weight == 3])
def test_seeds_hold_papers_and_what_mutations_leave_of_them_can_be_stored(name: str) -> None:
    parser = parsers.parsers()[name]
    papers: list[FetchedPaper] = []
    for seed in parser.seeds:
        papers += outcomes.run(parser, seed).papers
    assert papers
    choice = Random(name)
    for _ in range(15):
        papers += outcomes.run(parser, mutated(parser.seeds, OTHERS, choice)).papers[:5]
    assert fault_in_library(papers) is None


def test_a_format_without_a_seed_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    more = {**input_formats.FORMATS, "new": input_formats.FORMATS["bibtex"]}
    monkeypatch.setattr(input_formats, "FORMATS", more)
    with pytest.raises(parsers.UncoveredError, match="new"):
        parsers.parsers.__wrapped__()


def test_a_function_with_an_unknown_argument_is_noticed(monkeypatch: pytest.MonkeyPatch) -> None:
    from readq.formats.tagged import nbib

    def parse(data: bytes, unknown: int) -> None:
        """Have a parameter that the registry knows no value for."""

    parse.__module__ = nbib.__name__
    monkeypatch.setattr(nbib, "parse", parse, raising=False)
    with pytest.raises(parsers.UncoveredError, match="unknown"):
        parsers.parsers.__wrapped__()


@pytest.mark.parametrize("piece", PIECES)
def test_the_time_to_recognise_a_file_grows_with_its_size(piece: str) -> None:
    data = piece.encode("utf-8", "replace")
    small, large = (data * (size // len(data)) + b"x" for size in (4_000, 32_000))
    assert exponent(parsers.parsers()["recognise"], small, large) < STEEP


@pytest.mark.parametrize("piece", ["<!--", "<![", "<!", "<!-- -->", "</", "<a ", "<a b='", "<p>", "<", "&#"])
@pytest.mark.parametrize("name", ["import bookmarks", "import mail", "import page", "registries.citation_meta_tags"])
def test_the_time_to_read_html_grows_with_its_size(name: str, piece: str) -> None:
    parser = parsers.parsers()[name]
    small, large = (parser.seeds[0] + (piece * (size // len(piece))).encode() for size in (10_000, 80_000))
    assert exponent(parser, small, large) < STEEP


@pytest.mark.parametrize(
    ("name", "head", "piece"),
    [
        ("formats.dblp_xml", '<?xml version="1.0"?>\n<!DOCTYPE dblp', "p"),
        ("formats.dblp_xml", '<?xml version="1.0"?>\n<!DOCTYPE dblp ', "p "),
        ("import mail", "From a@example.org Mon Nov 23 00:00:00 2026\nFrom: a\nSubject: a\n\n\\\\\narXiv:2", "&#"),
        ("import mail", "From a@example.org Mon Nov 23 00:00:00 2026\nFrom: a\nSubject: a\n\nFrom ", "a1"),
        ("import mail", "From a@example.org Mon Nov 23 00:00:00 2026\nFrom: a\nSubject: a\n\nFrom ", "a 1"),
    ],
)
def test_the_time_to_read_an_unfinished_line_grows_with_its_length(name: str, head: str, piece: str) -> None:
    small, large = ((head + piece * (size // len(piece))).encode() for size in (10_000, 80_000))
    assert exponent(parsers.parsers()[name], small, large) < STEEP


@pytest.mark.parametrize("way", [(), ("--guided",)])
def test_the_command_reports_what_it_ran(way: tuple[str, ...], tmp_path: Path) -> None:
    if way:
        pytest.importorskip("atheris")
    words = ("--minutes", "0.05", "--only", "latex.decode", "--seed", "1", "--out", str(tmp_path), *way)
    command = [sys.executable, str(COMMAND), *words]
    done = subprocess.run(command, capture_output=True, text=True, timeout=120, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    assert done.stdout.splitlines()[-1].startswith("all  ")
    assert (tmp_path / "report.json").is_file()
