from collections.abc import Callable

import httpx
import pytest

from g40flow.domain.errors import SourceChanged
from g40flow.sources.fetch import Fetcher
from g40flow.sources.private_addresses import is_near_by_choice, private_address_of, private_peer_of

PUBLISHER = "www.voorbeeld.example"


class Stream:
    """The end of a connection, as httpx tells of it."""

    def __init__(self, peer: str) -> None:
        self.peer = peer

    def get_extra_info(self, name: str) -> object:
        return (self.peer, 443) if name == "server_addr" else None


def answer_from(peer: str) -> httpx.Response:
    return httpx.Response(200, extensions={"network_stream": Stream(peer)})


def standing_for(*addresses: str) -> Callable[[str], list[str]]:
    return lambda _host: list(addresses)


@pytest.mark.parametrize(
    "private",
    ["127.0.0.1", "10.1.2.3", "192.168.0.1", "169.254.169.254", "100.64.0.1", "::1", "fd00::1",
     "fe80::1%eth0", "::ffff:10.0.0.1", "0.0.0.0"],
)  # fmt: skip
def test_a_name_that_stands_for_a_private_address_is_not_asked(private: str) -> None:
    hosts, resolve = [PUBLISHER], standing_for("93.184.215.14", private)
    with Fetcher(contact="a@voorbeeld.example", allowed_hosts=hosts, resolve=resolve) as fetch:
        with pytest.raises(SourceChanged, match="private address"):
            fetch.get(f"https://{PUBLISHER}/lijst")

        assert fetch.requests_made == 0


def test_a_name_of_the_open_internet_may_be_asked() -> None:
    assert private_address_of(PUBLISHER, standing_for("93.184.215.14", "2606:2800:21f::1")) is None


def test_a_name_that_is_not_known_here_is_left_to_the_proxy() -> None:
    assert private_address_of(PUBLISHER, standing_for()) is None


@pytest.mark.parametrize("host", ["127.0.0.1", "::1", "localhost", "sandbox", "a.localhost", "10.0.0.8"])
def test_who_configures_an_address_or_a_near_name_means_it(host: str) -> None:
    assert is_near_by_choice(host)
    assert private_address_of(host, standing_for("127.0.0.1")) is None


def test_an_answer_from_a_private_address_is_not_read(monkeypatch: pytest.MonkeyPatch) -> None:
    """The name can stand for something else a moment after it was looked up."""
    for name in ("http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
        monkeypatch.delenv(name.upper(), raising=False)
    address = httpx.URL(f"https://{PUBLISHER}/lijst")

    assert private_peer_of(address, answer_from("10.0.0.1")) == "10.0.0.1"
    assert private_peer_of(address, answer_from("93.184.215.14")) is None
    assert private_peer_of(httpx.URL("http://127.0.0.1:8041/"), answer_from("127.0.0.1")) is None


def test_a_proxy_may_be_near(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("https_proxy", "http://10.0.0.9:3128")
    monkeypatch.delenv("no_proxy", raising=False)
    monkeypatch.delenv("NO_PROXY", raising=False)

    assert private_peer_of(httpx.URL(f"https://{PUBLISHER}/"), answer_from("10.0.0.9")) is None
