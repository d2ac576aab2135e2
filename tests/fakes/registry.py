"""An embedded consortium with every party of the registry, and a chain on which they have done a bit of everything."""

from dataclasses import dataclass, field
from typing import Any

from app.core.codec import encode
from app.core.hashing import sha256, sm3
from app.core.ids import derive_agreement, derive_grant, derive_held, derive_voucher, possession_digest
from app.core.proposal import derive_proposal
from app.core.transaction import signing_digest
from app.core.units import Nanoseconds
from app.core.wire import registry_pb2 as wire
from app.node.consensus.genesis import decode_genesis, encode_genesis
from app.node.consensus.validators import Validator
from app.node.engine.engine import EmbeddedEngine
from app.node.engine.keys import ConsortiumKeys, SigningSeed
from app.registry.genesis import GenesisAccount, GenesisParameters, GenesisSeat, encode_app_state
from tests.fakes.chain import START, make_key
from tests.fakes.consortium import AGREEMENT, CHAIN_ID, PLENTY, Clerk, FakeConsortium, make_engine

OPERATOR, ISSUER, BANK, REGULATOR, SHOP, DUAL, BOOKKEEPER = 1, 2, 3, 4, 5, 6, 11
ANN, BOB, CY = 12, 13, 14
"""Numbers of the users, in the order in which they are enrolled."""
NAMES = {
    OPERATOR: "operator",
    ISSUER: "issuer",
    BANK: "bank",
    REGULATOR: "regulator",
    SHOP: "shop",
    DUAL: "dual",
    BOOKKEEPER: "bookkeeper",
    ANN: "ann",
    BOB: "bob",
    CY: "cy",
}
ALL = ("identity", "evidence", "voucher")
ORDER = wire.Order(document=sha256(b"order"), authority="court", reference="2025-1")
REASON = sha256(b"reason")


def make_registry(parameters: GenesisParameters | None = None, *, validators: int = 1) -> FakeConsortium:
    """Operator, three partners, a regulator, a partner with maker and checker, and a bookkeeper with all seats."""
    operator, *keys = (SigningSeed(make_key(f"seat {number}")) for number in range(1 + validators))
    accounts = [
        _account(OPERATOR, "operator"),
        _account(ISSUER, "partner", ALL),
        _account(BANK, "partner", ALL),
        _account(REGULATOR, "regulator"),
        _account(SHOP, "partner", ("evidence",)),
        _account(DUAL, "partner", ALL, checkers=1),
        _account(BOOKKEEPER, "bookkeeper"),
    ]
    seats = [GenesisSeat(key.public_key, 10, BOOKKEEPER) for key in keys]
    document = encode_genesis(
        CHAIN_ID,
        Nanoseconds(START),
        [Validator(key.public_key, 10) for key in keys],
        encode_app_state(CHAIN_ID, parameters or GenesisParameters(), accounts, seats),
        max_block_bytes=22_020_096,
    )
    return FakeConsortium(decode_genesis(document), document, ConsortiumKeys(operator, tuple(keys)), Clerk("issuer"))


def _account(number: int, party: str, permissions: tuple[str, ...] = (), checkers: int = 0) -> GenesisAccount:
    name = NAMES[number]
    keys = [(Clerk(name).public_key, "maker 01")]
    if checkers:
        keys.append((Clerk(f"{name} checker").public_key, "checker 01"))
    thresholds = (("voucher", checkers),) if checkers else ()
    return GenesisAccount(number, name, party, tuple(keys), permissions, AGREEMENT, PLENTY, (), thresholds)


def new_key(clerk: Clerk, label: str = "own") -> wire.NewKey:
    """A clerk's key, with the proof that the clerk holds it."""
    possession = clerk.sign(possession_digest(clerk.chain_id, clerk.public_key))
    return wire.NewKey(key=clerk.public_key.to_wire(), label=label, possession=possession)


@dataclass
class Stage:
    """Where the members act: each action in a block of its own."""

    consortium: FakeConsortium = field(default_factory=make_registry)

    def __post_init__(self) -> None:
        self.engine: EmbeddedEngine = make_engine(self.consortium)
        self.clerks = {number: Clerk(name) for number, name in NAMES.items()}
        self.checker = Clerk("dual checker")
        self.ids: dict[str, bytes] = {}
        """Ids of what was brought onto the chain, and hashes of transactions, by a name."""

    @property
    def height(self) -> int:
        """Of the newest block."""
        return self.engine.store.tip.height

    def body(self, number: int, *, hold_until: int = 0, **action: Any) -> wire.Body:
        """An action of an account, not signed yet."""
        clerk = self.clerks[number]
        return wire.Body(
            chain_id=CHAIN_ID,
            sender=clerk.address,
            nonce=clerk.nonce(),
            valid_until=self.height + 9,
            hold_until=hold_until,
            **action,
        )

    def land(self, body: wire.Body, clerk: Clerk | None = None) -> bytes:
        """The body in a block of its own, accepted; hash of the transaction."""
        signer = clerk or next(each for each in self.clerks.values() if each.address == body.sender)
        raw = signer.sign_body(encode(body))
        self.engine.admit(raw)
        self.engine.produce()
        receipt = self.engine.store.receipt(sha256(raw))
        assert receipt is not None
        assert receipt.code == 0, receipt
        return sha256(raw)

    def act(self, number: int, **action: Any) -> wire.Body:
        """An action in a block of its own."""
        body = self.body(number, **action)
        self.land(body)
        return body

    # ---- scenes --------------------------------------------------------------------------------------------------
    def play(self) -> "Stage":
        """A bit of everything."""
        for scene in (self.enrol, self.agree, self.vouch, self.grant, self.order, self.admit, self.hold, self.govern):
            scene()
        return self

    def enrol(self) -> None:
        """Ann by the issuer, Bob by the bank, Cy anonymously by the bank; the issuer recognises the bank."""
        self._enrol(ISSUER, ANN, wire.LEVEL_REAL_NAME)
        self._enrol(BANK, BOB, wire.LEVEL_REAL_NAME)
        self._enrol(BANK, CY, wire.LEVEL_ANONYMOUS)
        self.act(BANK, certify=wire.Certify(account=ANN, level=wire.LEVEL_PHONE, root=REASON))
        self.act(ISSUER, certify=wire.Certify(account=CY, level=wire.LEVEL_PHONE, root=REASON))
        self.act(ISSUER, revoke_certification=wire.RevokeCertification(account=CY, reason=REASON))
        self.act(ISSUER, recognise=wire.Recognise(partner=BANK, least=wire.LEVEL_PHONE))
        self.act(ISSUER, recognise=wire.Recognise(partner=SHOP, least=wire.LEVEL_PHONE))
        self.act(ISSUER, recognise=wire.Recognise(partner=SHOP))

    def agree(self) -> None:
        """One agreement that is final, and one that waits for Bob."""
        self.ids["final"] = self._open(deadline=500)
        for number in (ANN, BOB):
            self._confirm(number, "final")
        self.ids["open"] = self._open(deadline=600)
        self._confirm(ANN, "open")

    def vouch(self) -> None:
        """A divisible voucher, tickets, one declined and one applied for."""
        self.ids["points"] = voucher = self._apply("Points")
        self.act(OPERATOR, create_voucher=wire.CreateVoucher(voucher=voucher))
        legs = [wire.Allotment(to=ANN, amount=100), wire.Allotment(to=BANK, amount=50)]
        self.act(ISSUER, allocate=wire.Allocate(voucher=voucher, legs=legs))
        self.ids["transfer"] = self.land(self.body(ANN, transfer=self.leg("points", BOB, amount=60)))
        self.act(BOB, split=wire.Split(voucher=voucher, amounts=[5, 6, 7]))
        self.act(BOB, merge=wire.Merge(voucher=voucher, serials=[2]))
        self.act(BOB, redeem=wire.Redeem(voucher=voucher, serials=[1]))
        self.act(BANK, attest_custody=wire.AttestCustody(voucher=voucher, root=REASON, total=50, statement=REASON))
        self.ids["tickets"] = tickets = self._apply("Tickets", kind=wire.KIND_UNIQUE, decimals=0)
        self.act(OPERATOR, create_voucher=wire.CreateVoucher(voucher=tickets))
        self.act(ISSUER, allocate=wire.Allocate(voucher=tickets, legs=[wire.Allotment(to=ANN, amount=3)]))
        self.act(ANN, transfer=self.leg("tickets", BOB, serials=[2]))
        self.act(BOB, redeem=wire.Redeem(voucher=tickets, serials=[2]))
        self.ids["declined"] = self._apply("Declined")
        self.act(OPERATOR, decline_voucher=wire.DeclineVoucher(voucher=self.ids["declined"], reason=REASON))
        self.ids["applied"] = self._apply("Applied", number=BANK)

    def grant(self) -> None:
        """One that stands, one that was withdrawn."""
        wish = wire.Grant(grantee=BANK, holder=ISSUER, scope=REASON, purpose="a loan")
        body = self.act(ANN, grant=wish)
        self.ids["grant"] = derive_grant(body.sender, body.nonce)
        body = self.act(ANN, grant=wish)
        self.ids["withdrawn"] = derive_grant(body.sender, body.nonce)
        self.act(ANN, withdraw_grant=wire.WithdrawGrant(grant=self.ids["withdrawn"]))

    def order(self) -> None:
        """Orders against a user, a partner, a voucher and a holder of it."""
        self.act(BANK, freeze=wire.Freeze(account=CY, order=ORDER))
        self.act(OPERATOR, suspend=wire.Suspend(account=SHOP, order=ORDER))
        self.act(OPERATOR, resume=wire.Resume(account=SHOP, order=ORDER))
        self.act(REGULATOR, record_order=wire.RecordOrder(account=SHOP, order=ORDER))
        voucher = self.ids["points"]
        freeze = wire.HolderMeasure(account=BOB, frozen_amount=10)
        self.act(REGULATOR, supervise=wire.Supervise(voucher=voucher, order=ORDER, holder=freeze))
        self.act(
            ISSUER,
            supervise=wire.Supervise(voucher=voucher, order=ORDER, piece=wire.PieceMeasure(serial=3, frozen=True)),
        )

    def admit(self) -> None:
        """A new partner, and new terms of an old one."""
        wish = wire.Admit(
            party=wire.PARTY_PARTNER, name="farm", keys=[new_key(Clerk("farm"))], agreement=REASON, quota_points=7
        )
        self.act(OPERATOR, admit=wish)
        self.act(
            OPERATOR,
            amend=wire.Amend(account=SHOP, permissions=[wire.PERMISSION_EVIDENCE], quota_points=99, agreement=REASON),
        )

    def hold(self) -> None:
        """One transaction of the partner with maker and checker takes effect, another waits."""
        body = self.body(DUAL, hold_until=900, apply_voucher=_application("Double", wire.KIND_DIVISIBLE, 2))
        self.land(body)
        held = derive_held(body.sender, body.nonce)
        from_checker = self.body(
            DUAL, countersign=wire.Countersign(held=held, digest=signing_digest(encode(body))), hold_until=0
        )
        self.ids["effect"] = self.land(from_checker, self.checker)
        self.ids["double"] = derive_voucher(body.sender, body.nonce)
        body = self.body(DUAL, hold_until=901, apply_voucher=_application("Waits", wire.KIND_DIVISIBLE, 2))
        self.land(body)
        self.ids["held"] = derive_held(body.sender, body.nonce)

    def govern(self) -> None:
        """Other settings, decided at once by the only seat, an emergency and an upgrade."""
        cost = wire.NewSetting(setting=wire.SETTING_ACTION_COST, subject=wire.Body.RENAME_FIELD_NUMBER, value=77)
        level = wire.NewSetting(setting=wire.SETTING_LEVEL_POINTS, subject=wire.LEVEL_PHONE, value=222)
        window = wire.NewSetting(setting=wire.SETTING_VALIDITY_WINDOW, value=700)
        self.ids["settings"] = self._propose(700, settings=wire.Settings(settings=[window, cost, level]))
        rename = [wire.Body.RENAME_FIELD_NUMBER]
        self.ids["emergency"] = self._propose(600, emergency=wire.Emergency(actions=rename))
        upgrade = wire.Upgrade(height=5_000, version=2, release=REASON)
        self.ids["upgrade"] = self._propose(500, upgrade=upgrade)

    # ---- parts of scenes -----------------------------------------------------------------------------------------
    def leg(self, voucher: str, to: int, **what: Any) -> wire.Transfer:
        """A transfer of one leg."""
        return wire.Transfer(legs=[wire.Leg(voucher=self.ids[voucher], to=to, **what)])

    def _enrol(self, partner: int, user: int, level: wire.Level) -> None:
        wish = wire.Enrol(key=new_key(self.clerks[user]), name=NAMES[user], level=level, root=REASON)
        self.act(partner, enrol=wish)

    def _open(self, deadline: int) -> bytes:
        file = b"contract %d" % deadline
        wish = wire.OpenAgreement(
            sha256=sha256(file),
            sm3=sm3(file),
            size=len(file),
            subject="lease",
            context_digest=REASON,
            parties=[ANN, BOB],
            deadline=deadline,
        )
        body = self.act(ISSUER, open_agreement=wish)
        return derive_agreement(body.sender, body.nonce)

    def _confirm(self, number: int, name: str) -> None:
        deadline = {"final": 500, "open": 600}[name]
        wish = wire.ConfirmAgreement(agreement=self.ids[name], sha256=sha256(b"contract %d" % deadline))
        self.act(number, confirm_agreement=wish)

    def _apply(
        self, name: str, *, number: int = ISSUER, kind: wire.Kind = wire.KIND_DIVISIBLE, decimals: int = 2
    ) -> bytes:
        body = self.act(number, apply_voucher=_application(name, kind, decimals))
        return derive_voucher(body.sender, body.nonce)

    def _propose(self, deadline: int, **change: Any) -> bytes:
        body = self.act(BOOKKEEPER, propose=wire.Propose(document=REASON, deadline=deadline, **change))
        return derive_proposal(body.sender, body.nonce)


def _application(name: str, kind: wire.Kind, decimals: int) -> wire.ApplyVoucher:
    terms = wire.Terms(name=name, product="rice", description=REASON, kind=kind, decimals=decimals, cap=1_000)
    return wire.ApplyVoucher(terms=terms, legal=REASON)
