"""`readq.pdf.identify`: the identifier in text and metadata of a PDF."""

import pytest

from readq.pdf.identify import reference_in


@pytest.mark.parametrize(
    ("pages", "metadata", "reference"),
    [
        (["Growth\narXiv:2401.00001v2 [cs.LG] 2 Jan 2024\nAda Lovelace"], {}, "2401.00001"),
        (["arXiv:hep-th/9901001v1 4 Jan 1999"], {}, "hep-th/9901001"),
        (["Growth\nhttps://doi.org/10.1145/3292500.3330701\nAbstract"], {}, "10.1145/3292500.3330701"),
        (["Growth\ndoi: 10.1145/\n3292500.3330701.\nAbstract"], {}, "10.1145/3292500.3330701"),
        (["Growth (https://doi.org/10.48550/arXiv.2401.00001)"], {}, "2401.00001"),
        (["A cover sheet", "Growth 10.1000/abc"], {}, "10.1000/abc"),
        (["Growth"], {"doi": "10.1000/ABC"}, "10.1000/abc"),
        (["Growth"], {"subject": "Journal of Growth, doi:10.1000/abc"}, "10.1000/abc"),
        (["Growth 10.1000/text"], {"wps-articledoi": "10.1000/metadata"}, "10.1000/metadata"),
        # The stamp of a preprint that names where it was published.
        (["To appear, 10.1000/abc\narXiv:2401.00001v1 [cs.LG]"], {}, "2401.00001"),
        # What others are called says nothing.
        (["Growth\nReferences\n[1] Decay. doi:10.1000/decay"], {}, None),
        (["Growth", "5 References\n[1] Decay. doi:10.1000/decay", "[9] arXiv:2401.00009v1"], {}, None),
        (["Growth, version 10.1000, page 10.1/2"], {"title": "Growth 10.10"}, None),
        ([], {}, None),
    ],
)
def test_names(pages: list[str], metadata: dict[str, str], reference: str | None) -> None:
    assert reference_in(pages, metadata) == reference
