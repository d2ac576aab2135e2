"""The words of JSON-RPC 2.0 as CometBFT speaks it: errors, and parameters read strictly from a URI or from JSON.

Guarantees: whatever a caller sends becomes a value of the type asked for, or an `RpcError` that says what is wrong.
"""

import base64
import binascii
import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass

from app.core.units import INT64_MAX

Parameters = Mapping[str, object]

MAX_DIGITS = 19
HASH_DIGITS = 64


class RpcError(Exception):
    """A JSON-RPC error as CometBFT words it."""

    def __init__(self, code: int, message: str, data: str = "") -> None:
        super().__init__(message)
        self.body: dict[str, object] = {"code": code, "message": message}
        if data:
            self.body["data"] = data


def invalid_params(data: str) -> RpcError:
    """The parameters are not what the method takes."""
    return RpcError(-32602, "Invalid params", data)


def internal_error(data: str) -> RpcError:
    """What CometBFT answers when a method fails."""
    return RpcError(-32603, "Internal error", data)


def success(request_id: object, result: object) -> str:
    """An answer, as JSON."""
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "result": result})


def failure(request_id: object, error: RpcError) -> str:
    """An answer that tells of an error, as JSON."""
    return json.dumps({"jsonrpc": "2.0", "id": request_id, "error": error.body})


@dataclass(frozen=True, slots=True)
class Request:
    """A call of a method."""

    id: object
    method: str | None
    """None where no method was named."""
    parameters: object
    """By name or by position; None for none."""


def read_request(untrusted: object) -> Request:
    """A call as JSON-RPC words it."""
    if not isinstance(untrusted, dict):
        return Request(-1, None, None)
    method = untrusted.get("method")
    return Request(untrusted.get("id", -1), method if isinstance(method, str) else None, untrusted.get("params"))


def named(parameters: object, names: Sequence[str]) -> Parameters:
    """Parameters by name, given so or by position."""
    if parameters is None:
        return {}
    if isinstance(parameters, dict):
        return parameters
    if not isinstance(parameters, list):
        raise invalid_params("neither an object nor a list")
    if len(parameters) != len(names):
        raise invalid_params(f"expected {len(names)} parameters ({' '.join(names)}), got {len(parameters)}")
    return dict(zip(names, parameters, strict=True))


def read_query(query: Mapping[str, str]) -> Parameters:
    """Parameters of a URI: 0x… is bytes, "…" is text or the bytes of that text, anything else as it stands."""
    return {name: _query_value(value) for name, value in query.items()}


def integer(parameters: Parameters, name: str) -> int | None:
    """A number, as a number or as text; None when it was not given."""
    value = parameters.get(name)
    if value is None or value == "":
        return None
    signed = str(value) if isinstance(value, int | str) and not isinstance(value, bool) else ""
    digits = signed.removeprefix("-")
    if not digits.isascii() or not digits.isdecimal():
        raise invalid_params(f"{name} is not an integer")
    if len(digits) > MAX_DIGITS or not -INT64_MAX <= int(signed) <= INT64_MAX:
        raise invalid_params(f"{name} is too large")
    return int(signed)


def flag(parameters: Parameters, name: str) -> bool:
    """True or false, as such or as text; false when it was not given."""
    value = parameters.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, str) and value.lower() in {"", "true", "false"}:
        return value.lower() == "true"
    raise invalid_params(f"{name} is neither true nor false")


def text(parameters: Parameters, name: str) -> str:
    """Text; empty when it was not given."""
    value = parameters.get(name)
    if value is None or isinstance(value, str):
        return value or ""
    raise invalid_params(f"{name} is not text")


def octets(parameters: Parameters, name: str) -> bytes:
    """Bytes: raw from a URI, base64 (or, for hashes, hex) in JSON."""
    value = _octets_given(parameters, name)
    if isinstance(value, bytes):
        return value
    if name == "hash" and len(value) == HASH_DIGITS:
        return _from_hex(value, name)
    try:
        return base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error) as error:
        raise invalid_params(f"{name} is not base64") from error


def hex_octets(parameters: Parameters, name: str) -> bytes:
    """Bytes of the parameters that CometBFT takes in hex: raw from a URI, hex in JSON."""
    value = _octets_given(parameters, name)
    return value if isinstance(value, bytes) else _from_hex(value, name)


def _octets_given(parameters: Parameters, name: str) -> bytes | str:
    value = parameters.get(name)
    if isinstance(value, Quoted):
        return value.encode()
    if not isinstance(value, bytes | str) or not value:
        raise invalid_params(f"{name} is missing")
    return value


def _from_hex(value: str, name: str) -> bytes:
    try:
        return bytes.fromhex(value)
    except ValueError as error:
        raise invalid_params(f"{name} is not hex") from error


class Quoted(str):
    """Text that stood in quotes in a URI: where bytes are asked for, it means its own."""

    __slots__ = ()


def _query_value(value: str) -> object:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return Quoted(value[1:-1])
    if value[:2] in {"0x", "0X"}:
        try:
            return bytes.fromhex(value[2:])
        except ValueError as error:
            raise invalid_params("not hex") from error
    return value
