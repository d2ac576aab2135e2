"""Processes that pretend to hold a module. What each does is named by the path of its module."""

from collections.abc import Callable
from multiprocessing.connection import Connection

from app.core.tokens import PinState, Token, TokenName
from app.hsm import messages
from app.hsm.messages import Message

Behaviour = Callable[[Connection, int, Message], None]


def name_in(path: str) -> TokenName:
    """The token that each of them shows."""
    return TokenName(path, "Nobody", "Model", "1", "A")


def serve(pipe: Connection, path: str, digest: bytes) -> None:
    """In the place of `app.hsm.child.serve`."""
    if path in GREETINGS:
        pipe.send_bytes(GREETINGS[path])
    else:
        pipe.send_bytes(messages.encode({"ready": True}))
        token = Token(name_in(path), PinState.FINE, True, False, False, (), (), 1)
        pipe.send_bytes(messages.encode({"tokens": [messages.token_as_json(token)]}))
        while True:
            number, question = _question(pipe.recv_bytes(), path)
            if question.get("do") == "end":
                return
            BEHAVIOURS[path](pipe, number, question)


def _question(received: bytes, path: str) -> tuple[int, Message]:
    if received.startswith(messages.SIGN):
        return messages.decode_sign(received, path).number, {"do": "sign"}
    question = messages.decode(received)
    number = question.get("id", 0)
    assert isinstance(number, int)
    return number, question


def _says(answer: Callable[[int], bytes]) -> Behaviour:
    return lambda pipe, number, question: pipe.send_bytes(answer(number))


def _ok(value: object) -> Behaviour:
    return _says(lambda number: messages.encode({"id": number, "ok": value}))


def _twice(pipe: Connection, number: int, question: Message) -> None:
    pipe.send_bytes(messages.encode_signature(number, bytes(64)))
    pipe.send_bytes(messages.encode_signature(number, bytes(64)))


GREETINGS = {
    "greets with an answer": b'{"id":1,"ok":true}',
    "greets with garbage": b"\x00\xff",
    "greets with an endless message": b" " * 2_000_000,
    "greets with an error of no kind": b'{"error":{"code":7}}',
    "greets with a list": b"[1]",
}
BEHAVIOURS: dict[str, Behaviour] = {
    "zeros": _says(lambda number: messages.encode_signature(number, bytes(64))),
    "short": _says(lambda number: messages.encode_signature(number, b"")),
    "long": _says(lambda number: messages.encode_signature(number, bytes(100_000))),
    "twice": _twice,
    "no number": _says(lambda number: messages.SIGN),
    "unknown number": _says(lambda number: messages.encode_signature(number + 1, bytes(64))),
    "number of JSON that is unknown": _says(lambda number: messages.encode({"id": number + 1, "ok": True})),
    "number that is true": _says(lambda number: messages.encode({"id": True, "ok": True})),
    "number that is a list": _says(lambda number: messages.encode({"id": [], "ok": True})),
    "garbage": _says(lambda number: b"\xff\x00{"),
    "nothing": _says(lambda number: b""),
    "a list": _says(lambda number: b"[]"),
    "deep": _says(lambda number: b"[" * 100_000),
    "endless": _says(lambda number: b"1" * 2_000_000),
    "tokens that are none": _says(lambda number: b'{"tokens":[{"name":1}]}'),
    "tokens of another module": _says(
        lambda number: messages.encode({"tokens": [{"name": messages.name_as_json(name_in("another"))}]})
    ),
    "text": _ok("00" * 64),
    "null": _ok(None),
    "keys that are none": _ok([{"key": "ed25519:00", "id": "", "label": "", "certificate": ""}]),
    "many keys": _ok([1] * 100_000),
    "an error without facts": _says(lambda number: messages.encode({"id": number, "error": {"code": "token"}})),
    "an error that is a number": _says(lambda number: messages.encode({"id": number, "error": 7})),
    "an error of another part": _says(
        lambda number: messages.encode({"id": number, "error": {"code": "quota-exceeded", "facts": {"a\nb": [1]}}})
    ),
}
