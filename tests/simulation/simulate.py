"""Run random histories of several machines that share a library, and check the promises of readq after each.

    python tests/simulation/simulate.py --seeds 2000 [--first 0] [--jobs 2] [--machines 3] [--rounds 2] [--deeds 8]
    python tests/simulation/simulate.py --seeds 1000 --rounds 5 --deeds 10      50 deeds on each of three machines
    python tests/simulation/simulate.py --replay 17 [--shrink]

Prints a line for each seed that broke a promise, and a JSON object at the end; progress goes to the standard error. The
exit status is 1 if there was a broken one. The interpreter must be that of an environment in which readq is installed.
"""

import argparse
import json
import multiprocessing
import sys
import tempfile
import time
from collections.abc import Iterable, Iterator
from concurrent.futures import FIRST_COMPLETED, Future, ProcessPoolExecutor, wait
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))

from histories import Event, Shape, replay, run_seed, shrink
from template import Template, make_template

Broken = tuple[list[Event], str]
"""The events of a history that broke a promise, and the promise."""

_EVERY = 10
"""The number of seeds after which a line of progress is printed."""


def main() -> int:
    """Run the seeds, print what was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--jobs", type=int, default=1, help="the number of processes")
    parser.add_argument("--machines", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--deeds", type=int, default=8, help="of each machine in a round")
    parser.add_argument("--no-faults", action="store_true")
    parser.add_argument("--seconds", type=float, help="begin no other seed after so many seconds")
    parser.add_argument("--replay", type=int, metavar="SEED", help="run one seed, and print its events")
    parser.add_argument("--shrink", action="store_true", help="print fewer events that break a promise, too")
    arguments = parser.parse_args()
    shape = Shape(arguments.machines, arguments.rounds, arguments.deeds, not arguments.no_faults)
    first, seeds = (arguments.replay, 1) if arguments.replay is not None else (arguments.first, arguments.seeds)
    broken: list[int] = []
    began, ran = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        template = make_template(Path(folder))
        wanted = _until(range(first, first + seeds), began + arguments.seconds if arguments.seconds else None)
        for seed, failed in _run_all(wanted, template, shape, arguments.jobs):
            ran += 1
            if ran % _EVERY == 0:
                spent = time.monotonic() - began
                print(f"{ran} of {seeds} seeds, {len(broken)} broken, {spent:.0f} s", file=sys.stderr, flush=True)
            if failed is None:
                continue
            broken.append(seed)
            print(f"seed {seed}: {failed[1]}", flush=True)
            if arguments.replay is not None or arguments.shrink:
                events = shrink(failed[0], template, shape.machines) if arguments.shrink else failed[0]
                print("\n".join(map(repr, events)))
                print(replay(events, template, shape.machines))
    spent = round(time.monotonic() - began)
    print(json.dumps({"seeds": ran, "first": first, "shape": shape._asdict(), "broken": broken, "seconds": spent}))
    return int(bool(broken))


def _until(seeds: Iterable[int], deadline: float | None) -> Iterator[int]:
    """Yield the seeds until the deadline, a time of the monotonic clock."""
    for seed in seeds:
        if deadline is not None and time.monotonic() > deadline:
            return
        yield seed


def _run_all(seeds: Iterator[int], template: Template, shape: Shape, jobs: int) -> Iterator[tuple[int, Broken | None]]:
    """Run the seeds in `jobs` processes. Yield each with what `run_seed` returns, as they end."""
    if jobs < 2:
        yield from ((seed, run_seed(seed, template, shape)) for seed in seeds)
        return
    with ProcessPoolExecutor(jobs, multiprocessing.get_context("spawn")) as pool:
        running: dict[Future[Broken | None], int] = {}
        while True:
            while len(running) < jobs and (seed := next(seeds, None)) is not None:
                running[pool.submit(run_seed, seed, template, shape)] = seed
            if not running:
                return
            for done in wait(running, return_when=FIRST_COMPLETED).done:
                yield running.pop(done), done.result()


if __name__ == "__main__":
    sys.exit(main())
