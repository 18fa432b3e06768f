"""`readq mcp`: serve the library to an agent by the Model Context Protocol."""

import argparse
import sys

from readq.cli.context import Context
from readq.cli.output.streams import say, unfiltered
from readq.clock import now

USAGE = "[--write]"
DESCRIPTION = """\
Serve the library to an AI agent over the Model Context Protocol (MCP), on
standard input and output. The agent can find papers, read one, list due reviews
and cite. With --write, it can also queue papers, append to notes and add tags.
It cannot delete or overwrite anything, and readq undo reverses each step. Put
the command into the agent's settings, such as
  {"mcpServers": {"readq": {"command": "readq", "args": ["mcp"]}}}"""
EXAMPLE = "readq mcp --write"
IS_LOGGED = True


def add_arguments(parser: argparse.ArgumentParser) -> None:
    """Declare the arguments and options of `readq mcp`."""
    parser.add_argument("--write", action="store_true", help="let the agent queue papers, append to notes and tag")


def run(arguments: argparse.Namespace, context: Context) -> int:
    """Answer the messages that the agent writes to standard input, until the input ends. Return 0."""
    from readq.mcp.server import Server
    from readq.mcp.tool import Environment
    from readq.mcp.tool_table import offered

    server = Server(offered(arguments.write), Environment(context, now), say)
    server.serve(sys.stdin.buffer, unfiltered(sys.stdout).buffer)
    return 0
