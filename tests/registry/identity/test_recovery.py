"""A new key for a user who lost the old ones, which are worth nothing from that moment on."""

import pytest

from app.core.refusals import (
    AccountFrozen,
    BadAction,
    KeysImpossible,
    KeyTaken,
    NotPermitted,
    NotYourKey,
    NotYourUser,
    PossessionNotShown,
    UnknownMember,
    WrongParty,
)
from app.core.wire import registry_pb2 as wire
from app.registry.places import number
from app.registry.state import read_key_owner
from tests.registry.people import (
    BANK,
    CLINIC,
    OPERATOR,
    SHOP,
    Anybody,
    Town,
    certify,
    changed,
    digest,
    enrolment,
    entry_of,
    freeze,
    new_key,
    number_of,
    resume,
    revoke,
    suspend,
    unfreeze,
)
from tests.registry.world import codes, ed25519_key, p256_key

NEW, SPARE = p256_key("new"), ed25519_key("spare")
RENAME = wire.Rename(name="A")


def reset(who: Anybody, **facts: object) -> wire.ResetKey:
    wish = wire.ResetKey(
        account=number_of(who), key=new_key(NEW), application=digest("asks"), authentication=digest("shown")
    )
    return changed(wish, **facts)


def test_the_new_key_is_the_only_one() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(wang, wire.ChangeKeys(add=[new_key(SPARE)]))
    town.do(wang, wire.SetThresholds(thresholds=[wire.Threshold(duty=wire.DUTY_KEYS, checkers=1)]))
    receipt = town.do(BANK, reset(wang, key=new_key(NEW, label="新钥")))
    account = town.account(wang)
    assert list(account.keys) == [wire.AccountKey(key=NEW.public.to_wire(), label="新钥")]
    assert list(account.thresholds) == []
    assert [(each.key.data, each.height) for each in account.retired] == [
        (wang.keys[0].public.data, town.height),
        (SPARE.public.data, town.height),
    ]
    assert (account.address, account.partner) == (wang.address, 3)
    assert receipt.data == number(wang.number)
    assert entry_of(receipt).reset_key == reset(wang, key=new_key(NEW, label="新钥")).SerializeToString()
    assert read_key_owner(town.values, NEW.public.encode()) == wang.address
    town.do(wang, RENAME, [NEW])


def test_the_old_key_is_dead_at_once_also_later_in_the_same_block() -> None:
    town = Town()
    wang = town.enrol("wang")
    outcome = town.block(
        town.transaction(wang, wire.Rename(name="Before")),
        town.transaction(BANK, reset(wang)),
        town.transaction(wang, wire.Rename(name="Stolen")),
        town.transaction(wang, wire.Rename(name="After"), [NEW]),
    )
    assert codes(outcome) == [0, 0, NotYourKey.number, 0]
    assert town.account(wang).name == "After"


def test_the_old_key_never_comes_back_anywhere() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(BANK, reset(wang))
    town.skip(2)
    old = new_key(wang.keys[0])
    town.refused(KeyTaken, wang, wire.ChangeKeys(add=[old]), [NEW])
    town.refused(KeyTaken, BANK, reset(wang, key=old))
    town.refused(KeyTaken, CLINIC, enrolment(wang.keys[0]))
    town.refused(KeyTaken, OPERATOR, wire.Admit(party=wire.PARTY_PARTNER, name="X", keys=[old], agreement=bytes(32)))


def test_keys_lost_in_one_block_are_all_kept_with_it() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.accept(town.transaction(BANK, reset(wang)), town.transaction(BANK, reset(wang, key=new_key(SPARE))))
    assert [each.key.data for each in town.account(wang).retired] == [wang.keys[0].public.data, NEW.public.data]


def test_the_present_key_is_no_new_key() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.refused(KeyTaken, BANK, reset(wang, key=new_key(wang.keys[0])))
    town.refused(PossessionNotShown, BANK, reset(wang, key=changed(new_key(NEW), possession=bytes(64))))
    town.refused(KeysImpossible, BANK, reset(wang, key=new_key(NEW, wire.ROLE_MAKER)))
    town.refused(BadAction, BANK, reset(wang, key=wire.NewKey()))


def test_only_the_partner_that_enrolled_the_user_resets_its_key() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(CLINIC, certify(wang, "certificate"))
    assert town.refused(NotYourUser, CLINIC, reset(wang)) == {"account": wang.number, "partner": 3}
    town.refused(NotPermitted, SHOP, reset(wang))
    town.refused(WrongParty, OPERATOR, reset(wang))
    town.do(BANK, revoke(wang))
    town.do(BANK, reset(wang))


@pytest.mark.parametrize("wrong", [{"application": b""}, {"authentication": b""}, {"application": bytes(33)}])
def test_the_material_is_named_in_the_same_transaction(wrong: dict[str, object]) -> None:
    town = Town()
    wang = town.enrol("wang")
    town.refused(BadAction, BANK, reset(wang, **wrong))
    town.refused(BadAction, BANK, reset(wang, account=99, **wrong))


def test_only_users_keys_are_reset() -> None:
    town = Town()
    town.refused(WrongParty, BANK, reset(BANK))
    town.refused(UnknownMember, BANK, reset(BANK, account=99))


def test_a_frozen_user_gets_no_key_before_it_is_released() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(BANK, freeze(wang))
    town.refused(AccountFrozen, BANK, reset(wang, key=wire.NewKey()))
    town.refused(NotYourUser, CLINIC, reset(wang))
    town.do(BANK, unfreeze(wang))
    town.do(BANK, reset(wang))


def test_a_user_whose_partner_is_suspended_waits() -> None:
    town = Town()
    wang = town.enrol("wang")
    town.do(OPERATOR, suspend(BANK))
    assert town.try_(BANK, reset(wang)).code == 23
    town.do(OPERATOR, resume(BANK))
    town.do(BANK, reset(wang))
