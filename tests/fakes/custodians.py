"""A stage on which two custodians attest, one of them also for a shop that keeps vouchers for it."""

from app.core.hashing import sha256
from app.core.wire import registry_pb2 as wire
from tests.fakes.registry import ANN, BANK, ISSUER, OPERATOR, SHOP, Stage


class CustodyStage(Stage):
    """Points: Ann 100, bank 50, shop 20, issuer 30. The bank attests three times, the issuer once."""

    def __init__(self) -> None:
        super().__init__()
        self.enrol()
        self.act(ISSUER, recognise=wire.Recognise(partner=SHOP, least=wire.LEVEL_PHONE))
        self.ids["points"] = voucher = self._apply("Points")
        self.ids["other"] = other = self._apply("Other")
        for each in (voucher, other):
            self.act(OPERATOR, create_voucher=wire.CreateVoucher(voucher=each))
        legs = [wire.Allotment(to=to, amount=amount) for to, amount in ((ANN, 100), (BANK, 50), (SHOP, 20))]
        self.act(ISSUER, allocate=wire.Allocate(voucher=voucher, legs=legs))
        self.act(ISSUER, allocate=wire.Allocate(voucher=voucher, legs=[wire.Allotment(to=ISSUER, amount=30)]))
        self.act(ISSUER, allocate=wire.Allocate(voucher=other, legs=[wire.Allotment(to=BANK, amount=7)]))

    def play(self) -> "CustodyStage":
        """Everything, in the order in which it stands on the log."""
        self.attest("first", BANK, 50)
        self.assign(SHOP, BANK)
        self.attest("second", BANK, 70, accounts=[SHOP])
        self.attest("issuer", ISSUER, 30)
        self.attest("third", BANK, 65, accounts=[SHOP])
        self.attest("fourth", BANK, 7, voucher="other")
        self.assign(SHOP, BANK, voucher="other")
        return self

    def assign(self, account: int, custodian: int, *, voucher: str = "points") -> None:
        """Let a holding count for a custodian; 0: for its own account again."""
        self.act(account, assign_custody=wire.AssignCustody(voucher=self.ids[voucher], custodian=custodian))

    def attest(
        self,
        name: str,
        custodian: int,
        total: int,
        *,
        voucher: str = "points",
        accounts: tuple[int, ...] | list[int] = (),
    ) -> None:
        """An attestation, to be found under its name: the hash of its transaction."""
        wish = wire.AttestCustody(
            voucher=self.ids[voucher],
            root=sha256(b"root " + name.encode()),
            total=total,
            statement=sha256(b"statement " + name.encode()),
            accounts=accounts,
        )
        self.ids[name] = self.land(self.body(custodian, attest_custody=wish))
