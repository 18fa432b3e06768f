"""Serve the library to agents by the Model Context Protocol, over standard input and output.

`server` reads and answers messages. `tool_table` lists the tools, whose functions are in `read_tools` and
`write_tools`. The size of every result is limited. Text that others wrote, such as an abstract, is in a field of its
own in each result.
"""
