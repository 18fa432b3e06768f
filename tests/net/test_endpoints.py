"""`readq.net.endpoints`: the origins of services."""

import pytest

from readq.errors import ConfigError
from readq.net.endpoints import Endpoints, check_delays, endpoints, service_of


def test_defaults_config_and_environment_in_this_order() -> None:
    settings = {"arxiv_api": "http://10.0.0.1:8080/", "doi": "https://doi.example"}
    found = endpoints(settings, {"READQ_DOI_URL": "http://127.0.0.1:1/", "READQ_ACL_URL": "", "READQ_OTHER_URL": "x"})
    assert found == Endpoints()._replace(arxiv_api="http://10.0.0.1:8080", doi="http://127.0.0.1:1")


def test_an_unknown_service_is_named_with_the_known_ones() -> None:
    with pytest.raises(ConfigError, match=r"there is no service 'arxive' \(did you mean arxiv\? known: hugg"):
        endpoints({"arxive": "https://arxiv.org"}, {})


@pytest.mark.parametrize("value", ["127.0.0.1:80", "https://", "file:///etc/passwd", "https://a b", "http://u:p@host"])
def test_an_invalid_origin_is_refused(value: str) -> None:
    with pytest.raises(ConfigError, match="the URL of doi is not an origin"):
        endpoints({}, {"READQ_DOI_URL": value})


@pytest.mark.parametrize("name", ["arxv", "arxiv_api"])
def test_a_delay_of_an_unknown_service_is_refused(name: str) -> None:
    check_delays({"arxiv": 3, "feeds.example": 1, "localhost": 0, "feeds.example:8443": 2})
    with pytest.raises(ConfigError, match=f"no service '{name}'") as refused:
        check_delays({name: 3})
    assert str(refused.value.hint).startswith("did you mean arxiv?")
    assert refused.value.setting == f"delays.{name}"


@pytest.mark.parametrize(
    ("url", "service"),
    [
        ("https://arxiv.org/abs/1706.03762", "arxiv"),
        ("https://export.arxiv.org/api/query?x", "arxiv"),
        ("https://rss.arxiv.org/rss/cs.LG", "arxiv"),
        ("http://EXPORT.arxiv.org./api", "arxiv"),
        ("https://huggingface.co/api/daily_papers", "huggingface"),
        ("https://feeds.example/x", "feeds.example"),
        ("https://feeds.example:8443/x", "feeds.example:8443"),
        ("http://[::1", "http://[::1"),
        ("nonsense", "nonsense"),
    ],
)
def test_whom_an_address_asks(url: str, service: str) -> None:
    assert service_of(url, Endpoints()) == service


def test_an_origin_that_stands_in_for_a_service_is_that_service() -> None:
    replaced = Endpoints()._replace(crossref="http://127.0.0.1:8000")
    assert service_of("http://127.0.0.1:8000/works/1", replaced) == "crossref"
    assert service_of("http://127.0.0.1:8001/works/1", replaced) == "127.0.0.1:8001"
