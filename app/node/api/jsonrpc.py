"""The words of JSON-RPC 2.0 as CometBFT speaks it: errors, and parameters read strictly from a URI or from JSON.

Guarantees: whatever a caller sends becomes a value of the type asked for, or an `RpcError` that says what is wrong.
"""

import base64
import binascii
from collections.abc import Mapping

from app.core.errors import DecodingError
from app.core.strictjson import decode_json
from app.core.units import INT64_MAX

Parameters = Mapping[str, object]

MAX_DIGITS = 19
MAX_SUBSCRIPTION_BYTES = 100_000


class RpcError(Exception):
    """A JSON-RPC error as CometBFT words it."""

    def __init__(self, code: int, message: str, data: str = "") -> None:
        super().__init__(message)
        self.body = {"code": code, "message": message, "data": data}


def invalid_params(data: str) -> RpcError:
    """The parameters are not what the method takes."""
    return RpcError(-32602, "Invalid params", data)


def internal_error(data: str) -> RpcError:
    """What CometBFT answers when a method fails."""
    return RpcError(-32603, "Internal error", data)


def success(request_id: object, result: object) -> dict[str, object]:
    """An answer."""
    return {"jsonrpc": "2.0", "id": request_id, "result": result}


def failure(request_id: object, error: RpcError) -> dict[str, object]:
    """An answer that tells of an error."""
    return {"jsonrpc": "2.0", "id": request_id, "error": error.body}


def read_query(query: Mapping[str, str]) -> Parameters:
    """Parameters of a URI: 0x… is bytes, "…" is text, anything else as it stands."""
    return {name: _query_value(value) for name, value in query.items()}


def integer(parameters: Parameters, name: str) -> int | None:
    """A number, as a number or as text; None when it was not given."""
    value = parameters.get(name)
    if value is None or value == "":
        return None
    text = str(value) if type(value) in {int, str} else ""
    digits = text.removeprefix("-")
    if not digits.isascii() or not digits.isdecimal():
        raise invalid_params(f"{name} is not an integer")
    if len(digits) > MAX_DIGITS or not -INT64_MAX <= int(text) <= INT64_MAX:
        raise invalid_params(f"{name} is too large")
    return int(text)


def flag(parameters: Parameters, name: str) -> bool:
    """True or false, as such or as text; false when it was not given."""
    value = parameters.get(name)
    if value is None or isinstance(value, bool):
        return bool(value)
    if isinstance(value, str) and value.lower() in {"", "true", "false"}:
        return value.lower() == "true"
    raise invalid_params(f"{name} is neither true nor false")


def octets(parameters: Parameters, name: str) -> bytes:
    """Bytes: raw from a URI, base64 (or, for hashes, hex) in JSON."""
    value = parameters.get(name)
    if isinstance(value, bytes):
        return value
    if not isinstance(value, str) or not value:
        raise invalid_params(f"{name} is missing")
    try:
        if name == "hash" and len(value) == 64:
            return bytes.fromhex(value)
        return base64.b64decode(value, validate=True)
    except (ValueError, binascii.Error) as error:
        raise invalid_params(f"{name} is not base64") from error


def subscription(untrusted_text: str) -> tuple[object, str, str]:
    """Id, method and query of a message on a WebSocket; blanks where there is none."""
    try:
        document = decode_json(untrusted_text.encode(), max_bytes=MAX_SUBSCRIPTION_BYTES)
    except DecodingError:
        return -1, "", ""
    if not isinstance(document, dict):
        return -1, "", ""
    parameters = document.get("params")
    query = parameters.get("query", "") if isinstance(parameters, dict) else ""
    return document.get("id"), str(document.get("method", "")), str(query)


def _query_value(value: str) -> object:
    if len(value) >= 2 and value[0] == value[-1] == '"':
        return value[1:-1]
    if value[:2] in {"0x", "0X"}:
        try:
            return bytes.fromhex(value[2:])
        except ValueError as error:
            raise invalid_params("not hex") from error
    return value
