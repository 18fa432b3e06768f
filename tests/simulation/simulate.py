"""Run random histories of several machines that share a library, and check the promises of readq after each.

    python tests/simulation/simulate.py --seeds 2000 [--first 0] [--machines 3] [--rounds 2] [--deeds 8] [--no-faults]
    python tests/simulation/simulate.py --replay 17 [--shrink]

Prints a line for each seed that broke a promise, and a JSON object at the end. The exit status is 1 if there was one.
The interpreter must be that of an environment in which readq is installed.
"""

import argparse
import json
import sys
import tempfile
import time
from pathlib import Path

sys.path.append(str(Path(__file__).resolve().parents[1] / "support"))

from histories import Shape, replay, run_seed, shrink
from template import make_template


def main() -> int:
    """Run the seeds, print what was broken."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--seeds", type=int, default=50)
    parser.add_argument("--first", type=int, default=0)
    parser.add_argument("--machines", type=int, default=3)
    parser.add_argument("--rounds", type=int, default=2)
    parser.add_argument("--deeds", type=int, default=8, help="of each machine in a round")
    parser.add_argument("--no-faults", action="store_true")
    parser.add_argument("--seconds", type=float, help="stop after so many seconds")
    parser.add_argument("--replay", type=int, metavar="SEED", help="run one seed, and print its events")
    parser.add_argument("--shrink", action="store_true", help="print fewer events that break a promise, too")
    arguments = parser.parse_args()
    shape = Shape(arguments.machines, arguments.rounds, arguments.deeds, not arguments.no_faults)
    first, seeds = (arguments.replay, 1) if arguments.replay is not None else (arguments.first, arguments.seeds)
    broken: list[int] = []
    began, ran = time.monotonic(), 0
    with tempfile.TemporaryDirectory() as folder:
        template = make_template(Path(folder))
        for seed in range(first, first + seeds):
            if arguments.seconds and time.monotonic() - began > arguments.seconds:
                break
            ran += 1
            failed = run_seed(seed, template, shape)
            if failed is None:
                continue
            broken.append(seed)
            print(f"seed {seed}: {failed[1]}", flush=True)
            if arguments.replay is not None or arguments.shrink:
                events = shrink(failed[0], template, shape.machines) if arguments.shrink else failed[0]
                print("\n".join(map(repr, events)))
                print(replay(events, template, shape.machines))
    print(json.dumps({"seeds": ran, "first": first, "broken": broken, "processor_seconds": round(time.process_time())}))
    return int(bool(broken))


if __name__ == "__main__":
    sys.exit(main())
