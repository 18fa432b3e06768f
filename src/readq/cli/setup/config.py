"""`readq config`: show or edit the settings."""

import argparse
import json
import os
import sys
from typing import TYPE_CHECKING

from readq import paths
from readq.cli.arguments import refuse_unknown
from readq.cli.context import Context
from readq.cli.output.streams import print_json
from readq.config import SETTINGS, TABLES, Config
from readq.config_file import from_table, parse, read_text, save, values
from readq.config_text import commented_defaults, with_setting
from readq.errors import ConfigError, ReadqError, UsageError, write_error
from readq.text import one_line

if TYPE_CHECKING:
    from readq.net.endpoints import Endpoints
    from readq.tui.keys.keymap import Keymap

USAGE = "[path | show | edit | set KEY VALUE]"
DESCRIPTION = """\
Print the path of the config file (path), check it and print all settings and
key bindings (show), open it in $VISUAL or $EDITOR (edit), or change one
setting and leave the rest of the file as it is (set). VALUE is as in the file,
but quotation marks around a text are optional."""
EXAMPLE = "readq config show"

_ACTIONS = ("path", "show", "edit", "set")


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq config`."""
    parser.add_argument(
        "action", nargs="?", default="show", metavar="|".join(_ACTIONS), help="what to do; show is the default"
    )
    parser.add_argument("words", nargs="*", metavar="KEY VALUE", help="for set: a setting, and its new value")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Print all settings or the path of the config file, change a setting, or open the file in the user's editor.

    Return 0. Raises UsageError if the file is to be opened in an editor but there is no terminal.
    """
    refuse_unknown("action", arguments.action, _ACTIONS)
    if arguments.action == "set":
        return _set(arguments.words, context)
    if arguments.words:
        raise UsageError(f"config {arguments.action} takes no further words", "readq config --help")
    if arguments.action == "path":
        print_json(context.config_path) if context.wants_json else print(one_line(context.config_path))
        return 0
    return _edit(context) if arguments.action == "edit" else _show(context)


def _checked_parts(config: Config) -> tuple["Keymap", "Endpoints"]:
    """Check the settings that the config file cannot check alone. Return the keys and the origins in force.

    Raises ConfigError for an unknown action, key, command, theme, origin or service, and for a key with two meanings.
    """
    from readq.net.endpoints import check_delays, endpoints
    from readq.services.papers.own_commands import parse_commands
    from readq.tui.app.theme import theme_name
    from readq.tui.keys.keymap import Keymap
    from readq.tui.keys.own_actions import own_actions

    keymap = Keymap(config.keys, own_actions(parse_commands(config.commands)))
    theme_name(config.theme, os.environ)
    check_delays(config.delays)
    return keymap, endpoints(config.endpoints, os.environ)


def _show(context: Context) -> int:
    from readq.tui.keys.action_table import ACTIONS

    config = context.config
    keymap, origins = _checked_parts(config)
    shown: dict[str, object] = {name: getattr(config, setting.field) for name, setting in SETTINGS.items()}
    shown["library"] = context.library_path
    shown["pdf_dir"] = config.pdf_dir or paths.default_pdf_dir()
    shown["cache"] = context.cache_folder
    for table, setting in TABLES.items():
        # Of keys and endpoints all are shown, with their defaults.
        if table in ("keys", "endpoints"):
            continue
        shown |= {f"{table}.{name}": value for name, value in getattr(config, setting.field).items()}
    shown |= {f"endpoints.{name}": origin for name, origin in origins._asdict().items()}
    shown |= {f"keys.{action.name}": ",".join(keymap.all_keys(action)) for action in ACTIONS}
    if context.wants_json:
        print_json(shown)
        return 0
    for name, value in shown.items():
        # TOML has no word for a setting that is not set.
        if value is not None:
            print(one_line(f"{name} = {_toml(value)}"))
    return 0


def _toml(value: object) -> str:
    if isinstance(value, bool):
        return str(value).lower()
    if isinstance(value, dict):
        return f"{{ {', '.join(f'{name} = {_toml(part)}' for name, part in value.items())} }}"
    if isinstance(value, list | tuple):
        return f"[{', '.join(map(_toml, value))}]"
    # TOML writes strings as JSON does.
    return json.dumps(value, ensure_ascii=False) if isinstance(value, str) else str(value)


def _set(words: list[str], context: Context) -> int:
    if len(words) != 2:
        raise UsageError("config set takes a setting and a value", "readq config set review.a_day 10")
    name, value = words
    path = context.config_path
    before = read_text(path)
    parse(before, path)
    after = with_setting(before, name, value)
    problem = _problem(after, path)
    # A file with two mistakes can be corrected one setting after the other.
    if problem and (problem.setting == name or not _problem(before, path)):
        raise UsageError(problem.message, problem.hint)
    save(path, after)
    print_json({name: value}) if context.wants_json else print(one_line(f"{name} is set in {path}"))
    return 0


def _problem(text: str, path: str) -> ConfigError | None:
    """Return the first mistake in the config file with the content `text`, or None."""
    try:
        _checked_parts(from_table(parse(text, path), path, text))
    except ConfigError as error:
        return error
    return None


def _edit(context: Context) -> int:
    from readq.services.papers.corrections import with_kept_text
    from readq.services.papers.text_editor import edit

    if not sys.stdin.isatty():
        raise UsageError("config edit needs a terminal", f"edit {context.config_path}")
    path = context.config_path
    before = read_text(path)
    text = before or commented_defaults()
    edited = edit(text, "config", os.environ, suffix=".toml")
    if edited is not None and edited != text:
        try:
            if read_text(path) != before:
                raise ReadqError(f"{path} was changed while the editor was open")
            values(edited, path)
            if problem := _problem(edited, path):
                raise problem
            save(path, edited)
        except (ReadqError, OSError) as error:
            failure = error if isinstance(error, ReadqError) else write_error(path, error, "check its folder")
            raise with_kept_text(failure, edited, ".toml") from error
    return 0
