"""A vote is kept before it is sent, and one matter is voted for once."""

from pathlib import Path

import pytest

from app.core.codec import encode
from app.core.errors import OutcomeUnknown, StoreDamaged
from app.core.transaction import SignedTransaction
from app.core.wire import registry_pb2 as wire
from app.wallet.approval import Draft, describe, sign
from app.wallet.ballots import Ballots
from app.wallet.softkey import UnlockedKey

SENDER = bytes(range(20))


@pytest.fixture
def ballots(tmp_path: Path) -> Ballots:
    return Ballots(tmp_path)


def vote(
    number: int, *, power: int = 10, document: int = 1, sender: bytes = SENDER, chain: str = "luopu-1", until: int = 9
) -> Draft:
    """A proposal with the nonce `number`."""
    seat = wire.Seat(key=bytes(32), power=power, account=14)
    wish = wire.Propose(document=bytes([document]) * 32, deadline=700 + number, validator=seat)
    nonce = number.to_bytes(16, "big")
    return Draft(encode(wire.Body(chain_id=chain, sender=sender, nonce=nonce, valid_until=until, propose=wish)))


def consent(number: int, proposal: bytes) -> Draft:
    approve, nonce = wire.Approve(proposal=proposal), number.to_bytes(16, "big")
    return Draft(encode(wire.Body(chain_id="luopu-1", sender=SENDER, nonce=nonce, valid_until=9, approve=approve)))


def signed(draft: Draft, key: UnlockedKey) -> SignedTransaction:
    return sign(draft, describe(draft), key)


def test_what_is_kept_is_found_again_by_another_program_for_the_same_matter(tmp_path: Path, key: UnlockedKey) -> None:
    first = signed(vote(1), key)
    Ballots(tmp_path).keep(first)
    assert Ballots(tmp_path).find(vote(2, until=50)) == first  # another nonce, deadline and last height


def test_another_matter_is_another_vote(ballots: Ballots, key: UnlockedKey) -> None:
    ballots.keep(signed(vote(1), key))
    others = [vote(1, power=0), vote(1, document=2), vote(1, sender=bytes(20)), vote(1, chain="luopu-2")]
    for draft in [*others, consent(1, bytes(16)), consent(1, bytes(range(16)))]:
        assert ballots.find(draft) is None
        ballots.keep(signed(draft, key))
    for draft in others:
        found = ballots.find(draft)
        assert found is not None
        assert found.body_bytes == draft.body_bytes


def test_the_same_matter_is_not_kept_twice(ballots: Ballots, key: UnlockedKey) -> None:
    first = signed(vote(1), key)
    ballots.keep(first)
    with pytest.raises(OutcomeUnknown) as caught:
        ballots.keep(signed(vote(2), key))
    assert caught.value.facts["valid_until"] == 9
    assert ballots.find(vote(3)) == first


def test_what_is_forgotten_makes_room(ballots: Ballots, key: UnlockedKey) -> None:
    first, second = signed(vote(1), key), signed(vote(2), key)
    ballots.keep(first)
    ballots.forget(first)
    ballots.forget(first)
    assert ballots.find(vote(1)) is None
    ballots.keep(second)
    assert ballots.find(vote(1)) == second


def test_a_file_that_holds_something_else_is_refused_and_left_alone(
    tmp_path: Path, ballots: Ballots, key: UnlockedKey
) -> None:
    ballots.keep(signed(vote(1), key))
    (path,) = tmp_path.iterdir()
    whole = path.read_bytes()
    for content in (b"", whole[:-1], signed(vote(1, power=0), key).raw):
        path.write_bytes(content)
        with pytest.raises(StoreDamaged):
            ballots.find(vote(1))
        assert path.read_bytes() == content


def test_only_the_owner_may_read_it(tmp_path: Path, ballots: Ballots, key: UnlockedKey) -> None:
    ballots.keep(signed(vote(1), key))
    (path,) = tmp_path.iterdir()
    assert path.stat().st_mode & 0o777 == 0o600
