"""A PIV card (NIST SP 800-73-4) with two P-256 keys: 9A signs after the PIN, 9C wants the PIN before each signature."""

from datetime import UTC, datetime, timedelta
from hashlib import sha256

from cryptography import x509
from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat
from cryptography.x509.oid import NameOID

from app.core.keys import Algorithm, PublicKey
from tests.hsm.cards.card import (
    FORBIDDEN,
    LOCKED,
    NO_DATA,
    NOT_FOUND,
    OK,
    UNKNOWN,
    WRONG_PARAMETERS,
    Card,
    Command,
    Pin,
    read_tlv,
    tlv,
)

APPLICATION = bytes.fromhex("a000000308000010000100")
CONTAINERS = {0x9A: "5fc105", 0x9C: "5fc10a"}
FASC_N = bytes.fromhex("d4e739da739ced39ce739d836858210842108421c84210c3eb")
NOW = datetime(2026, 1, 1, tzinfo=UTC)


class Piv(Card):
    """Its keys follow from its name, so the same card can be plugged in again."""

    ATR = bytes.fromhex("3bf81300008131fe15597562696b657934d4")  # one that OpenSC knows to be PIV

    def __init__(self, name: str, *, keys: str = "", certificates: bool = True) -> None:
        """`keys`: what its keys follow from, if not from its name."""
        super().__init__(Pin(b"123456\xff\xff"))
        self.is_fresh = False  # whether the PIN was entered since the last signature
        self.keys = {place: _key(f"{keys or name} {place}") for place in CONTAINERS}
        guid = sha256(name.encode()).digest()[:16]
        holder = tlv("30", FASC_N) + tlv("34", guid) + tlv("35", b"20991231") + tlv("3e", b"") + tlv("fe", b"")
        self.objects = {"5fc102": tlv("53", holder), "7e": tlv("7e", tlv("4f", APPLICATION) + tlv("5f2f", b"\x40\x00"))}
        for place, container in CONTAINERS.items() if certificates else ():
            certificate = _certificate(self.keys[place], f"{name} {place:X}", place)
            self.objects[container] = tlv("53", tlv("70", certificate) + tlv("71", b"\x00") + tlv("fe", b""))

    def public_key(self, place: int) -> PublicKey:
        """Of 9A or 9C."""
        point = self.keys[place].public_key().public_bytes(Encoding.X962, PublicFormat.CompressedPoint)
        return PublicKey(Algorithm.P256, point)

    def reset(self) -> None:
        super().reset()
        self.pin.is_open = self.is_fresh = False

    def answer(self, command: Command) -> bytes:
        match command.instruction:
            case 0xA4:
                return self._select(command)
            case 0xCB:
                return self._object(command.data)
            case 0x20:
                return self._verify(command)
            case 0x87:
                return self._sign(command)
        return UNKNOWN

    def _select(self, command: Command) -> bytes:
        if command.first != 4 or len(command.data) < 5 or not APPLICATION.startswith(command.data[:9]):
            return NOT_FOUND
        return self._part(tlv("61", tlv("4f", APPLICATION[5:]) + tlv("79", tlv("4f", APPLICATION[:5]))))

    def _object(self, data: bytes) -> bytes:
        found = self.objects.get(data[2 : 2 + data[1]].hex())
        return NOT_FOUND if found is None else self._part(found)

    def _verify(self, command: Command) -> bytes:
        if command.second != 0x80:
            return NO_DATA
        if not command.data:
            return OK if self.pin.is_open else self._left()
        self.is_fresh = self.pin.enter(command.data)
        return OK if self.is_fresh else self._left()

    def _left(self) -> bytes:
        return bytes([0x63, 0xC0 | self.pin.left]) if self.pin.left else LOCKED

    def _sign(self, command: Command) -> bytes:
        key = self.keys.get(command.second)
        if key is None or command.first != 0x11:
            return WRONG_PARAMETERS
        is_allowed = self.is_fresh if command.second == 0x9C else self.pin.is_open
        self.is_fresh = False
        if not is_allowed:
            return FORBIDDEN
        digest = read_tlv(read_tlv(command.data)["7c"])["81"][-32:].rjust(32, b"\x00")
        return self._part(tlv("7c", tlv("82", key.sign(digest, ec.ECDSA(Prehashed(SHA256()))))))


def _key(name: str) -> ec.EllipticCurvePrivateKey:
    return ec.derive_private_key(int.from_bytes(sha256(name.encode()).digest(), "big") >> 1, ec.SECP256R1())


def _certificate(key: ec.EllipticCurvePrivateKey, name: str, serial: int) -> bytes:
    subject = x509.Name([x509.NameAttribute(NameOID.COMMON_NAME, name)])
    builder = x509.CertificateBuilder().subject_name(subject).issuer_name(subject).public_key(key.public_key())
    dated = builder.serial_number(serial).not_valid_before(NOW).not_valid_after(NOW + timedelta(days=36_500))
    return dated.sign(key, SHA256(), ecdsa_deterministic=True).public_bytes(Encoding.DER)
