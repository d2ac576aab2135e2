"""A card that is pulled again and again while several sign: no signature is lost, given out twice, or wrong."""

import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from hashlib import sha256
from itertools import count

from app.core.errors import LuopuError
from app.core.keys import PublicKey, is_signed_by
from app.core.tokenerrors import LoginRequired, TokenRemoved
from app.core.tokens import TokenName
from tests.hsm.cards.desk import PIN, WAIT_SECONDS, Desk
from tests.hsm.cards.fixtures import all_readers, desk, opensc, readers
from tests.hsm.cards.readers import Readers

__all__ = ["all_readers", "desk", "opensc", "readers"]
CYCLES = 10
CLERKS = 4
SIGNATURES = 200


class Clerks:
    """What they want signed, and what they got."""

    def __init__(self, desk: Desk, name: TokenName, key: PublicKey) -> None:
        self._desk, self._name, self._key = desk, name, key
        self.is_open, self.is_over = threading.Event(), threading.Event()
        self._numbers = count()
        self.signed: dict[bytes, list[bytes]] = {}
        self.refusals: Counter[type[LuopuError]] = Counter()

    def work(self) -> None:
        """Sign one thing after the other; each until it is signed."""
        while not (self.is_over.is_set() and len(self.signed) >= SIGNATURES):
            digest = sha256(str(next(self._numbers)).encode()).digest()
            self.signed[digest] = []
            while not self.signed[digest]:
                assert self.is_open.wait(WAIT_SECONDS)
                self._try(digest)

    def _try(self, digest: bytes) -> None:
        try:
            self.signed[digest].append(self._desk.tokens.sign(self._name, self._key, digest))
        except LuopuError as error:
            self.refusals[type(error)] += 1


def test_four_clerks_sign_while_the_card_is_pulled_ten_times(desk: Desk, readers: Readers) -> None:
    readers.insert("piv", "restless")
    name = desk.wait_for_one().name
    key = next(key.public_key for key in desk.tokens.keys(name) if key.id == b"\x01")
    clerks = Clerks(desk, name, key)
    with ThreadPoolExecutor(CLERKS) as pool:
        try:
            work = [pool.submit(clerks.work) for _ in range(CLERKS)]
            for cycle in range(CYCLES):
                desk.tokens.login(name, PIN)
                readers.pull_at(40 + 7 * cycle)
                clerks.is_open.set()
                readers.await_pull()
                clerks.is_open.clear()
                desk.wait_for(0)
                readers.insert("piv", "restless")
                desk.wait_for_one()
            desk.tokens.login(name, PIN)
        finally:
            clerks.is_over.set()
            clerks.is_open.set()
    assert [each.result() for each in work] == [None] * CLERKS
    assert readers.pins() == CYCLES + 1
    check_signatures(clerks, key)


def check_signatures(clerks: Clerks, key: PublicKey) -> None:
    assert len(clerks.signed) >= SIGNATURES
    assert all(len(given) == 1 for given in clerks.signed.values())
    assert all(is_signed_by(key, digest, given[0]) for digest, given in clerks.signed.items())
    assert len({given[0] for given in clerks.signed.values()}) == len(clerks.signed)
    assert set(clerks.refusals) <= {TokenRemoved, LoginRequired}
    assert clerks.refusals[TokenRemoved] >= CYCLES
