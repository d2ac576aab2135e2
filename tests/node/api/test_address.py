"""Where a server may be told to listen."""

import pytest

from app.core.errors import UsageError
from app.node.api.address import ListenAddress, parse_address


@pytest.mark.parametrize(
    ("text", "address", "is_loopback"),
    [
        ("127.0.0.1:26657", ListenAddress("127.0.0.1", 26657), True),
        ("localhost:0", ListenAddress("127.0.0.1", 0), True),
        ("127.3.2.1:1", ListenAddress("127.3.2.1", 1), True),
        ("[::1]:26657", ListenAddress("::1", 26657), True),
        ("0.0.0.0:26657", ListenAddress("0.0.0.0", 26657), False),
        ("[::]:26657", ListenAddress("::", 26657), False),
        ("192.0.2.7:65535", ListenAddress("192.0.2.7", 65535), False),
    ],
)
def test_an_address_is_read(text: str, address: ListenAddress, *, is_loopback: bool) -> None:
    assert parse_address(text) == address
    assert address.is_loopback is is_loopback


BAD = ["", ":", "26657", ":26657", "127.0.0.1", "127.0.0.1:", "127.0.0.1:65536", "127.0.0.1:-1", "127.0.0.1:\u0665"]


@pytest.mark.parametrize("text", [*BAD, "host:1", "1.2.3:1", "tcp://127.0.0.1:1"])
def test_anything_else_is_a_usage_error(text: str) -> None:
    with pytest.raises(UsageError):
        parse_address(text)
