"""Random histories of several machines, with faults, checked against the promises of readq.

A history is a list of events, which can be printed, repeated and shrunk.
"""

import random
import tempfile
from collections.abc import Iterable, Iterator, Sequence
from datetime import datetime, timedelta
from pathlib import Path
from typing import NamedTuple

from machines import Fault, Look, Machine, imported_again, run_with_fault
from random_actions import Action, ActionGenerator
from random_histories import KINDS
from template import MOMENT, Template

from readq.errors import ReadqError
from readq.services.history import undo as undoing
from readq.store.journal import steps

ALL_KINDS = (*KINDS, "sync", "sync", "export", "undo", "undo a step", "mark it", "mark it", "mark it", "unmark")
"""The kinds of deeds, and two of this module: a word of its own is added to a tag or a note, or taken away."""


class Event(NamedTuple):
    """An event on the machine with a number: an action of a person, or a share if there is none; perhaps a fault.

    The machine's clock goes on by `seconds`, which may be negative. With `is_undone`, undo must give back the state
    before.
    """

    machine: int
    action: Action | None
    seconds: int
    fault: Fault | None = None
    is_undone: bool = False


class Shape(NamedTuple):
    """The size of a history: machines, rounds, and deeds of each machine in a round. Whether there are faults."""

    machines: int = 3
    rounds: int = 2
    deeds: int = 8
    faults: bool = True


class BrokenPromiseError(Exception):
    """A promise was not kept. The message says which, and after which event."""


class History:
    """A history on new machines. `events` are those that happened so far."""

    def __init__(self, folder: Path, template: Template, machines: int) -> None:
        self.now = [MOMENT] * machines
        self.machines = template.copy(folder, machines)
        self.events: list[Event] = []
        self._looks: list[Look | None] = [None] * machines
        self._added: dict[str, int] = {}
        self._removed: set[str] = set()
        self._excused: set[str] = set()
        self._taken: list[dict[str, str]] = [{} for _ in range(machines)]
        self._given_up: set[str] = set()
        self._decided: set[tuple[str, str]] = set()

    def happen(self, event: Event) -> None:
        """Let an event happen, and check what must be so after it. Raises BrokenPromiseError."""
        self.events.append(event)
        machine = self.machines[event.machine]
        self.now[event.machine] += timedelta(seconds=event.seconds)
        now = self.now[event.machine]
        before = self._looks[event.machine] or machine.look()
        if event.action is None:
            self._share(machine, now, event.fault)
        else:
            self._do(machine, event, event.action)
        after = self._looks[event.machine] = machine.look()
        if event.action is None:
            self._check_keys(before, after)
            self._check_decisions(before, after)
        else:
            self._decided |= _decisions(after) - _decisions(before)
            self._given_up |= before.keys - after.keys
            self._note_marks(before, after, self._taken[event.machine])

    def _do(self, machine: Machine, event: Event, action: Action) -> None:
        now = self.now[event.machine]
        dumped = machine.dumped() if event.is_undone else None
        if event.fault:
            run_with_fault(lambda: machine.act(action, now), event.fault)
            self._check(machine, now)
        elif dumped is None:
            machine.act(action, now)
        else:
            self._act_and_undo(machine, action, now, dumped)

    def _share(self, machine: Machine, now: datetime, fault: Fault | None) -> None:
        if fault is None:
            try:
                machine.share(now)
            except ReadqError as error:
                raise BrokenPromiseError(f"a share failed: {error}") from error
            self._taken[self.machines.index(machine)].clear()
            return
        run_with_fault(lambda: machine.share(now), fault)
        self._check(machine, now)

    def _act_and_undo(self, machine: Machine, action: Action, now: datetime, before: object) -> None:
        with machine.opened() as library:
            newest = steps.newest_number(library.connection)
        machine.act(action, now)
        with machine.opened() as library:
            made = steps.newest_number(library.connection) - newest
            if made != 1 or action.kind in ("undo", "undo a step", "redo"):
                return
            undoing.undo(library.connection, now)
        if machine.dumped() != before:
            raise BrokenPromiseError(f"undo of {action} did not give back the state before")
        with machine.opened() as library:
            undoing.redo(library.connection, now)

    def _check_keys(self, before: Look, after: Look) -> None:
        """Check that a share took no frozen key away that no person gave up on any machine."""
        if lost := sorted(before.frozen - after.keys - self._given_up):
            raise BrokenPromiseError(f"frozen keys are lost: {', '.join(lost)}")

    def _check_decisions(self, before: Look, after: Look) -> None:
        """Check that a share gave no paper a status or a star, and took no star, without a person's decision."""
        for number in before.decisions.keys() & after.decisions.keys():
            (former_names, former), (names, present) = before.decisions[number], after.decisions[number]
            for decision in present - former:
                if not any((name, decision) in self._decided for name in names | former_names):
                    raise BrokenPromiseError(f"{', '.join(sorted(names))}: {decision}, which nobody decided")
            # The paper comes to the next machine under any of its names, and with what it got from a joined paper.
            self._decided |= {(name, decision) for name in names - former_names for decision in present}
            self._decided |= {(name, decision) for name in names for decision in present - former}

    def _note_marks(self, before: Look, after: Look, taken: dict[str, str]) -> None:
        """Note the marks that an action added and removed. `taken` are those removed since the last share, by place."""
        for mark in after.marks.keys() - before.marks.keys():
            self._added[mark] = self._added.get(mark, 0) + 1
        for mark in before.marks.keys() - after.marks.keys():
            self._removed.add(mark)
            taken[mark] = before.marks[mark]
        # The paper or the whole note went: it returns if another machine has touched it. No dump of this machine says
        # what it was without before it went.
        self._excused |= {mark for mark, place in taken.items() if place not in after.places}
        # A paper was taken apart, as by undo of a merge: its marks are in one part, and may be in the other elsewhere.
        parted = _parted(before, after)
        self._excused |= {mark for mark, place in after.marks.items() if int(place.split()[0]) in parted}

    def _check(self, machine: Machine, now: datetime) -> None:
        kinds = {event.action.kind for event in self.events if event.action}
        excused = [
            # Works that a person merged although they differ, and days that a wrong clock gave.
            *(["identity"] if "merge" in kinds else []),
            *(["clock"] if len({*self.now}) > 1 or any(event.seconds < 0 for event in self.events) else []),
        ]
        problems = [problem for problem in machine.problems(now) if problem.partition(":")[0] not in excused]
        if problems:
            raise BrokenPromiseError("; ".join(problems))

    def end(self) -> None:
        """Share twice on each machine, and check that all are equal, and hold what they must."""
        for _ in range(2):
            for number in range(len(self.machines)):
                self.happen(Event(number, None, 60))
        dumps = [machine.dumped() for machine in self.machines]
        for number, files in enumerate(dumps):
            if different := [name for name in {*dumps[0], *files} if dumps[0].get(name) != files.get(name)]:
                first, other = (files_.get(different[0], b"") for files_ in (dumps[0], files))
                raise BrokenPromiseError(f"machine {number} has another {different[0]}\n{_first_change(first, other)}")
            if unlike := self.machines[number].unlike_a_dump():
                raise BrokenPromiseError(f"machine {number} shares another {unlike[0]} than it dumps")
        text = b"".join(dumps[0].values())
        if b"<<<<<<<" in text or b">>>>>>>" in text:
            raise BrokenPromiseError("a conflict marker")
        for machine, now in zip(self.machines, self.now, strict=True):
            self._check(machine, now)
        self._check_marks(set(self.machines[0].look().marks))
        again = imported_again(dumps[0], self.now[0])
        if again != dumps[0]:
            name = next(name for name in dumps[0] if again.get(name) != dumps[0][name])
            raise BrokenPromiseError(
                f"the dump was imported as another {name}\n{_first_change(dumps[0][name], again.get(name, b''))}"
            )

    def _check_marks(self, present: set[str]) -> None:
        if lost := sorted(self._added.keys() - self._removed - present):
            raise BrokenPromiseError(f"lost: {', '.join(lost)}")
        gone = {mark for mark in self._removed - self._excused if self._added[mark] == 1}
        if returned := sorted(gone & present):
            raise BrokenPromiseError(f"returned: {', '.join(returned)}")


def _decisions(look: Look) -> set[tuple[str, str]]:
    """Return the pairs of a key, title or identifier of a paper, and what was decided of the paper."""
    return {(name, decision) for names, present in look.decisions.values() for name in names for decision in present}


def _parted(before: Look, after: Look) -> set[int]:
    """Return the numbers of the papers from which new papers took a key, title or identifier, and of the new papers."""
    both = before.decisions.keys() & after.decisions.keys()
    lost = {number: before.decisions[number][0] - after.decisions[number][0] for number in both}
    new = {number: names for number, (names, _) in after.decisions.items() if number not in before.decisions}
    pairs = [(number, other) for number, names in lost.items() for other, own in new.items() if names & own]
    return {number for pair in pairs for number in pair}


def _first_change(one: bytes, other: bytes) -> str:
    for mine, theirs in zip(one.split(b"\n"), other.split(b"\n"), strict=False):
        if mine != theirs:
            return f"- {mine.decode()}\n+ {theirs.decode()}"
    return "one has more lines"


def random_events(rng: random.Random, history: History, shape: Shape) -> Iterator[Event]:
    """Yield random events that fit what the machines hold at the moment."""
    mark = 0
    for _ in range(shape.rounds):
        for number in rng.sample(range(shape.machines), shape.machines):
            for _ in range(shape.deeds):
                mark += 1
                seconds = rng.choice([0, 60, 3600, 7 * 3600, 86400, *([-86400, 30 * 86400] if shape.faults else [])])
                action = _random_action(rng, history.machines[number], mark)
                fault = _random_fault(rng, 40) if shape.faults and rng.random() < 0.05 else None
                yield Event(number, action, seconds, fault, is_undone=fault is None and rng.random() < 0.1)
            if rng.random() < 0.6:
                fault = _random_fault(rng, 250) if shape.faults and rng.random() < 0.4 else None
                yield Event(number, None, 60, fault)


def _random_fault(rng: random.Random, most: int) -> Fault:
    return Fault(rng.choice(["kill", "kill", "full disk"]), rng.randint(1, most))


def _random_action(rng: random.Random, machine: Machine, mark: int) -> Action:
    kind = rng.choice(ALL_KINDS)
    with machine.opened() as library:
        if kind not in ("mark it", "unmark"):
            action = ActionGenerator(rng, (kind,)).next(library)
            # One paper at a time: its answer is then told from others by its time and rating.
            return (
                action._replace(arguments=([action.arguments[0][0]], rng.randint(1, 4))) if kind == "rate" else action
            )
        ids = [number for (number,) in library.connection.execute("SELECT id FROM paper ORDER BY id")] or [1]
    number = rng.choice(ids)
    if kind == "mark it":
        word = f"mark{mark}"
        return Action("tag", ([number], [word], [])) if rng.random() < 0.5 else Action("append", (number, word))
    present = sorted(mark for mark in machine.look().marks.items() if not mark[1].endswith("answers"))
    if not present:
        return Action("star", ([number], True))
    word, place = rng.choice(present)
    number = int(place.split()[0])
    if place.endswith("tag"):
        return Action("tag", ([number], [], [word]))
    with machine.opened() as library:
        ((text,),) = library.connection.execute("SELECT text FROM note WHERE paper_id = ?", (number,)).fetchall()
    lines = [line for line in text.split("\n") if word not in line.split()]
    return Action("note", (number, "\n".join(lines)))


def run_seed(seed: int, template: Template, shape: Shape) -> tuple[list[Event], str] | None:
    """Run the history of a seed. Return None, or its events and the promise that was not kept."""
    rng = random.Random(seed)
    with tempfile.TemporaryDirectory(prefix="readq-simulation-") as folder:
        history = History(Path(folder), template, shape.machines)
        return _run(history, random_events(rng, history, shape))


def replay(events: Sequence[Event], template: Template, machines: int) -> str | None:
    """Let these events happen on new machines. Return None, or the promise that was not kept."""
    with tempfile.TemporaryDirectory(prefix="readq-simulation-") as folder:
        broken = _run(History(Path(folder), template, machines), events)
        return broken[1] if broken else None


def _run(history: History, events: Iterable[Event]) -> tuple[list[Event], str] | None:
    own: list[Event] = []
    try:
        for event in events:
            own.append(event)
            history.happen(event)
        history.end()
    except Exception as error:
        return own, f"{type(error).__name__}: {error}"
    return None


def shrink(events: Sequence[Event], template: Template, machines: int) -> list[Event]:
    """Return a short part of the events that breaks a promise, too."""
    kept = list(events)
    size = len(kept) // 2
    while size:
        start = 0
        while start < len(kept):
            fewer = kept[:start] + kept[start + size :]
            if replay(fewer, template, machines) is not None:
                kept = fewer
            else:
                start += size
        size //= 2
    return kept
