"""Chance that is the same on every machine and interpreter, and keys, digests and signatures that follow from names."""

from collections.abc import Sequence
from functools import cache
from hashlib import sha256
from random import Random
from typing import TypeVar

from app.core.wire import registry_pb2 as wire
from tests.registry.model.things import Key
from tests.registry.model.words import ED25519, P256, encode_key, is_key

T = TypeVar("T")


class Dice:
    """Draws that follow from a seed. Of `Random` only `random()` is used: Python promises that it never changes."""

    def __init__(self, seed: int) -> None:
        self._random = Random(seed).random

    def below(self, bound: int) -> int:
        """From 0, below a bound."""
        return int(self._random() * bound)

    def between(self, least: int, most: int) -> int:
        """From least to most."""
        return least + self.below(most - least + 1)

    def chance(self, percent: float) -> bool:
        """True so often in a hundred."""
        return self._random() * 100 < percent

    def one(self, values: Sequence[T]) -> T:
        """One of the values, of which there must be some."""
        return values[self.below(len(values))]

    def some(self, values: Sequence[T], most: int) -> list[T]:
        """Up to so many of the values, each at most once, in their order."""
        left = list(range(len(values)))
        drawn = [left.pop(self.below(len(left))) for _ in range(min(self.between(1, most), len(left)))]
        return [values[index] for index in sorted(drawn)]

    def weighted(self, weights: Sequence[tuple[T, int]]) -> T:
        """One of the values, each as often as its weight says."""
        point = self.below(sum(weight for _, weight in weights))
        for value, weight in weights:
            point -= weight
            if point < 0:
                return value
        raise AssertionError


def digest(name: object) -> bytes:
    """32 bytes that follow from anything."""
    return sha256(f"model {name}".encode()).digest()


@cache
def make_key(name: object) -> Key:
    """A key that follows from a name: every fourth is of P-256."""
    data = digest(f"key {name}")
    if data[0] % 4:
        return ED25519, data
    count = 0
    while not is_key(P256, b"\x02" + data):
        count += 1
        data = digest(f"key {name} {count}")
    return P256, b"\x02" + data


def sign(key: Key, message: bytes) -> bytes:
    """What stands for a signature here: cheap, and wrong under any other key or message."""
    return sha256(encode_key(key) + message).digest() * 2


def is_signed(key: Key, message: bytes, signature: bytes) -> bool:
    """Whether that is the key's signature."""
    return signature == sign(key, message)


def wire_key(key: Key) -> wire.PublicKey:
    """A key as a message."""
    return wire.PublicKey(algorithm=key[0], data=key[1])  # type: ignore[arg-type]
