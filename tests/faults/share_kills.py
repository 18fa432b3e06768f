"""Kill `readq share` at random moments, and check that repository and library are valid and the next share mends.

    python tests/faults/share_kills.py --kills 200 [--seed 1]

Every second kill hits the git processes of the share too. After each, `check` and `git fsck` must find nothing, the
next share must work without help, and every line that two machines wrote must be on both. Prints a JSON object; the
exit status is 1 when anything was wrong. The interpreter must be that of an environment in which readq is installed.
"""

import argparse
import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import tempfile
import time
from datetime import datetime, timedelta
from pathlib import Path

sys.path += [str(Path(__file__).resolve().parents[1] / folder) for folder in ("simulation", "support")]

from machines import Machine
from random_actions import Action
from template import make_template

NOW = datetime.fromisoformat("2026-11-23T09:00:00+01:00")


def main() -> int:
    """Kill shares, check what is left, print the result."""
    parser = argparse.ArgumentParser(description=__doc__, formatter_class=argparse.RawDescriptionHelpFormatter)
    parser.add_argument("--kills", type=int, default=200, metavar="N")
    parser.add_argument("--seed", type=int, default=1)
    parser.add_argument("--seconds", type=float, help="stop after so many seconds")
    arguments = parser.parse_args()
    rng = random.Random(arguments.seed)
    kills = runs = 0
    wrong: list[str] = []
    with tempfile.TemporaryDirectory(prefix="readq-faults-") as temporary:
        folder = Path(temporary)
        template = make_template(folder, 2)
        here, there = template.copy(folder / "pair", 2)
        began = time.monotonic()
        here.share(NOW)
        longest = max(0.3, 3 * (time.monotonic() - began))
        while kills < arguments.kills and not (arguments.seconds and time.monotonic() - began > arguments.seconds):
            runs += 1
            now = NOW + timedelta(minutes=runs)
            for name, machine in (("here", here), ("there", there)):
                machine.act(Action("append", (1 + runs % 5, f"{name}-{runs}")), now)
            there.share(now)
            kills += _killed(here, now, rng.uniform(0.0, longest), all_processes=runs % 2 == 0)
            wrong += [f"run {runs}: {fault}" for fault in _faults(here, there, runs, now)]
    print(json.dumps({"kind": "share", "kills": kills, "finished_first": runs - kills, "wrong": wrong}))
    return int(bool(wrong))


def _killed(machine: Machine, now: datetime, after: float, *, all_processes: bool) -> bool:
    """Share in a process of its own, and kill it after so many seconds. Return whether it was still running."""
    number = os.fork()
    if number == 0:
        os.setsid()
        with contextlib.suppress(Exception):
            machine.share(now)
        os._exit(0)
    deadline = time.monotonic() + after
    while time.monotonic() < deadline:
        if os.waitpid(number, os.WNOHANG)[0]:
            return False
        time.sleep(0.002)
    with contextlib.suppress(ProcessLookupError, PermissionError):
        (os.killpg if all_processes else os.kill)(number, signal.SIGKILL)
    _, status = os.waitpid(number, 0)
    return os.WIFSIGNALED(status)


def _faults(here: Machine, there: Machine, run: int, now: datetime) -> list[str]:
    found = here.problems(now)
    for machine in (here, there):
        fsck = subprocess.run(["git", "-C", machine.shared, "fsck", "--no-dangling"], capture_output=True, check=False)
        found += [fsck.stderr.decode()] if fsck.returncode else []
    try:
        for machine in (here, there):
            machine.share(now)
    except Exception as error:
        return [*found, f"the next share: {error}"]
    text = b"".join(here.dumped().values()).decode()
    lost = [f"{name}-{number}" for name in ("here", "there") for number in range(1, run + 1)
            if f"{name}-{number}\n" not in f"{text}\n"]  # fmt: skip
    if lost:
        found.append(f"lost: {', '.join(lost)}")
    return found if here.dumped() == there.dumped() else [*found, "the machines differ"]


if __name__ == "__main__":
    sys.exit(main())
