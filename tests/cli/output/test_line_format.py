import pytest

from readq.cli.output.line_format import line_format
from readq.errors import UsageError
from readq.model.values import Paper, Sighting
from readq.services.papers.paper_values import FIELDS
from readq.store.papers.queries import as_json

SIGHTINGS = (
    Sighting("hf-trending", "2026-11-20", 3, 41, 2, "ada"),
    Sighting("hf-daily", "2026-11-21", None, 7, None, None),
)
PAPER = Paper(
    id=1,
    key="key",
    key_frozen=False,
    title="A\tTitle",
    authors=("Ada", "Emmy"),
    abstract=None,
    year=2026,
    published=None,
    venue=None,
    arxiv_id=None,
    doi=None,
    url=None,
    pdf_url=None,
    status="inbox",
    starred=True,
    snoozed_until=None,
    tags=(),
    note=None,
    added="2026-11-20T08:00:00Z",
    decided=None,
    due=None,
    enrolled=False,
    sightings=SIGHTINGS,
)


@pytest.mark.parametrize(
    ("template", "text"),
    [
        ("{id} {title} {starred} {enrolled}", "1 A Title yes no"),
        ("{authors} {sightings}", "Ada, Emmy hf-trending 2026-11-20, hf-daily 2026-11-21"),
        ("{feed} {seen} {rank} {upvotes} {comments} {submitted_by}", "hf-daily 2026-11-21  41 2 "),
        (r"{key}\t{note}\n\\", "key\t\n\\"),
    ],
)
def test_names_in_braces_are_replaced(template: str, text: str) -> None:
    assert line_format(template)(PAPER) == text


def test_every_json_field_is_known() -> None:
    json = as_json(PAPER)
    assert {*json, *Sighting._fields} == set(FIELDS)
    assert line_format("".join(f"{{{name}}}" for name in FIELDS))(PAPER)
    assert line_format("{upvotes}{feed}{sightings}")(PAPER._replace(sightings=())) == ""


def test_an_unknown_name_is_an_error_that_suggests_one() -> None:
    with pytest.raises(UsageError, match="did you mean title"):
        line_format("{titel}")
