"""What each simulation begins with: a library, and machines that share it."""

import json
import shutil
from datetime import datetime
from pathlib import Path
from typing import NamedTuple

from machines import Machine, begin

from readq.services.importing.import_files import ImportOptions, import_paths

MOMENT = datetime.fromisoformat("2026-11-23T09:00:00+01:00")

_WORDS = ("growth", "decay", "symmetry", "cost", "training", "memory")


class Template(NamedTuple):
    """A library with six papers, with the arXiv ids 2611.00001 to 2611.00006, and a folder of machines that share it.

    The folder holds `machine-0`, `machine-1` … and `remote.git`. Copies of it are made in no time: a share runs many
    commands of git.
    """

    library: Path
    folder: Path

    def copy(self, folder: Path, machines: int) -> list[Machine]:
        """Copy so many machines to `folder`, and the remote through which they share."""
        remote = folder / "remote.git"
        shutil.copytree(self.folder / "remote.git", remote)
        return [self._copy_machine(folder, f"machine-{number}") for number in range(machines)]

    def _copy_machine(self, folder: Path, name: str) -> Machine:
        shutil.copytree(self.folder / name, folder / name)
        machine = Machine(folder / name)
        settings = Path(machine.shared, ".git", "config")
        settings.write_text(settings.read_text().replace(str(self.folder), str(folder)))
        return machine


def make_template(folder: Path, machines: int = 3) -> Template:
    """Make the template in `folder`."""
    library = make_library(folder)
    shared = folder / "shared"
    shared.mkdir()
    for number in range(machines):
        begin(shared / f"machine-{number}", library, shared / "remote.git", MOMENT)
    return Template(library, shared)


def make_library(folder: Path) -> Path:
    """Make the library in `folder`."""
    entries = [
        {
            "paper": {
                "id": f"2611.{number:05}",
                "title": f"On the {word} of networks, part {number}",
                "summary": f"We look at networks for the time number {number}.",
                "authors": [{"name": "Ada Lovelace"}, {"name": "Emmy Noether"}],
                "publishedAt": "2026-11-18T12:00:00.000Z",
                "submittedOnDailyAt": "2026-11-20T00:00:00.000Z",
                "upvotes": 10 * number,
            },
            "numComments": number,
        }
        for number, word in enumerate(_WORDS, 1)
    ]
    (folder / "daily.json").write_text(json.dumps(entries), encoding="utf-8")
    import_paths(str(folder / "library.db"), [str(folder / "daily.json")], ImportOptions(), MOMENT)
    return folder / "library.db"
