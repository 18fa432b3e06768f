"""The table of all tools. An agent reads the list of tools on every request, so the descriptions are short."""

from readq.mcp import read_tools, write_tools
from readq.mcp.tool import Argument, Tool

_REF = Argument("string", "number, key, arXiv id or DOI", 500)
_LIMIT = Argument("integer", "", read_tools.MOST_PAPERS, default=10)

TOOLS = (
    Tool(
        "find_papers",
        "Search the reader's library. Query words match title, abstract, authors and note; fields: status:inbox,queued"
        " tag:rl author:x year:2020.. added:7d is:starred has:note; OR, NOT, parentheses. All but dropped if empty.",
        {
            "query": Argument("string", "", 1_000, default=""),
            "sort": Argument("string", "seen, interest, added, year, upvotes; -KEY reverses", 20, default="seen"),
            "limit": _LIMIT,
            "skip": Argument("integer", "", 1_000_000, default=0),
        },
        read_tools.find_papers,
    ),
    Tool("get_paper", "One paper: metadata, abstract, the reader's note.", {"ref": _REF}, read_tools.get_paper),
    Tool("due_reviews", "Cards due for spaced review today.", {"limit": _LIMIT}, read_tools.due_reviews),
    Tool(
        "cite",
        "Entries for papers; format bibtex, biblatex or csl-json.",
        {
            "refs": Argument("strings", "", read_tools.MOST_CITED),
            "format": Argument("string", "", 20, default="bibtex"),
        },
        read_tools.cite,
    ),
    Tool(
        "queue_paper",
        "Put an inbox paper, or a new one by arXiv id or DOI, into the reading queue. Decided papers stay.",
        {"ref": _REF},
        write_tools.queue_paper,
        writes=True,
    ),
    Tool(
        "append_note",
        "Append Markdown to the note of a paper.",
        {"ref": _REF, "text": Argument("string", "", 8_000)},
        write_tools.append_note,
        writes=True,
    ),
    Tool(
        "tag_paper",
        "Add tags to a paper.",
        {"ref": _REF, "tags": Argument("strings", "", 10)},
        write_tools.tag_paper,
        writes=True,
    ),
)
"""All tools, in the order in which they are listed. Tools that write are offered only if the user allows it."""


def offered(writes: bool) -> tuple[Tool, ...]:
    """Return the tools to offer: all tools if `writes` is true, otherwise only the tools that do not write."""
    return tuple(tool for tool in TOOLS if writes or not tool.writes)
