"""`readq config`."""

import argparse
import os
import sys

from readq import config as settings
from readq import paths
from readq.cli.context import Context
from readq.cli.output.streams import print_json
from readq.errors import UsageError

USAGE = "[path | show | edit]"
DESCRIPTION = """\
Where the config file is (path), what is in force (show), or open it in the
editor (edit)."""
EXAMPLE = "readq config show"

_WHAT = ("path", "show", "edit")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the options."""
    parser.add_argument("what", nargs="?", default="show", metavar="path|show|edit", help="show is the default")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Do what was asked."""
    if arguments.what not in _WHAT:
        raise UsageError(f"unknown {arguments.what!r}", f"one of {', '.join(_WHAT)}")
    if arguments.what == "path":
        print_json(context.config_path) if context.wants_json else print(context.config_path)
        return 0
    return _edit(context) if arguments.what == "edit" else _show(context)


def _show(context: Context) -> int:
    from readq.net.endpoints import endpoints

    config = context.config
    found: dict[str, object] = {name: getattr(config, setting.field) for name, setting in settings.SETTINGS.items()}
    found["library"] = context.library_path
    found["pdf_dir"] = config.pdf_dir or paths.default_pdf_dir()
    found["cache"] = config.cache or paths.default_cache()
    for table, setting in settings.TABLES.items():
        found |= {f"{table}.{name}": value for name, value in getattr(config, setting.field).items()}
    origins = endpoints(config.endpoints, os.environ)
    found |= {f"endpoints.{name}": origin for name, origin in origins._asdict().items()}
    if context.wants_json:
        print_json(found)
        return 0
    for name, value in found.items():
        print(f"{name} = {_toml(value)}")
    return 0


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    return '"' + value.replace("\\", "\\\\").replace('"', '\\"') + '"' if isinstance(value, str) else str(value)


def _edit(context: Context) -> int:
    from readq.services.papers.text_editor import edit

    if not sys.stdin.isatty():
        raise UsageError("config edit needs a terminal", f"edit {context.config_path}")
    path = context.config_path
    text = settings.text_of(path)
    edited = edit(text, "config", os.environ, suffix=".toml")
    if edited is not None and edited != text:
        settings.save(path, edited)
    return 0
