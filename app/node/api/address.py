"""Where a server may be told to listen: ADDR:PORT, ADDR being an IP address or `localhost`."""

from dataclasses import dataclass
from ipaddress import ip_address

from app.core.errors import UsageError

MAX_PORT = 65_535


@dataclass(frozen=True, slots=True)
class ListenAddress:
    """An address and a port; port 0 takes a free one."""

    host: str
    port: int

    @property
    def is_loopback(self) -> bool:
        """Whether only programs of this computer reach it."""
        return ip_address(self.host).is_loopback


def parse_address(untrusted_text: str) -> ListenAddress:
    """Read "127.0.0.1:26657", "[::1]:26657" or "localhost:26657".

    Raises:
        UsageError: it is none of these.
    """
    host, _, port = untrusted_text.rpartition(":")
    host = "127.0.0.1" if host == "localhost" else host.removeprefix("[").removesuffix("]")
    try:
        ip_address(host)
    except ValueError as error:
        raise _unreadable(untrusted_text) from error
    if not port.isascii() or not port.isdecimal() or len(port) > 5 or int(port) > MAX_PORT:
        raise _unreadable(untrusted_text)
    return ListenAddress(host, int(port))


def _unreadable(text: str) -> UsageError:
    return UsageError(argument="address", expected="ADDR:PORT, for example 127.0.0.1:26657", got=text[:80])
