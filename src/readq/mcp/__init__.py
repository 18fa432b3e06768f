"""Serve the library to agents by the Model Context Protocol, over standard input and output.

`server` reads and answers messages, `tool_table` lists the tools, `read_tools` and `write_tools` carry them out.
Everything that a tool returns is bounded, and text that others wrote is in a field of its own.
"""
