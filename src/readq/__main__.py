"""Run the command line by `python -m readq`."""

from readq.cli.main import entry

entry()
