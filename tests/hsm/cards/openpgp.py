"""An OpenPGP card (version 3.4) whose signature key is Ed25519 and whose authentication key is P-256."""

from hashlib import sha256

from cryptography.hazmat.primitives.asymmetric import ec
from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.asymmetric.utils import Prehashed, decode_dss_signature
from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from tests.hsm.cards.card import FORBIDDEN, LOCKED, NO_DATA, NOT_FOUND, OK, UNKNOWN, Card, Command, Pin, tlv

HISTORICAL = bytes.fromhex("0031f573c00160009000")
EXTENDED = bytes.fromhex("7c000800080008000000")
SIGNING, DECRYPTING, AUTHENTICATING = 0xB6, 0xB8, 0xA4
ALGORITHMS = {"c1": "162b06010401da470f01", "c2": "122a8648ce3d030107", "c3": "132a8648ce3d030107"}
PASSWORDS = (0x81, 0x82)


class OpenPgp(Card):
    """Its keys follow from its name."""

    ATR = bytes.fromhex("3bda18ff81b1fe751f030031f573c001600090001c")

    def __init__(self, name: str, serial: bytes = b"") -> None:
        super().__init__(Pin(b"123456"))
        self.opened = set[int]()
        secret = sha256(name.encode()).digest()
        self.ed25519 = Ed25519PrivateKey.from_private_bytes(secret)
        self.p256 = {
            place: ec.derive_private_key((int.from_bytes(secret, "big") >> 1) + place, ec.SECP256R1())
            for place in (DECRYPTING, AUTHENTICATING)
        }
        self.id = bytes.fromhex("d2760001240103040006") + (serial or secret[:4]) + b"\x00\x00"

    def reset(self) -> None:
        super().reset()
        self.opened.clear()

    def answer(self, command: Command) -> bytes:
        match command.instruction:
            case 0xA4:
                is_ours = command.first == 4 and len(command.data) >= 6 and self.id.startswith(command.data[:6])
                return OK if is_ours else NOT_FOUND
            case 0xA5:
                return OK
            case 0xCA:
                found = self._object(f"{command.parameters:04x}".removeprefix("00"))
                return NO_DATA if found is None else self._part(found)
            case 0x20:
                return self._verify(command)
            case 0x47:
                return self._part(self._public(command.data[0]))
            case 0x2A if command.first == 0x9E:
                return self._part(self.ed25519.sign(command.data)) if 0x81 in self.opened else FORBIDDEN
            case 0x88:
                return self._part(self._authenticate(command.data)) if 0x82 in self.opened else FORBIDDEN
        return UNKNOWN

    def _object(self, tag: str) -> bytes | None:
        simple = {"5e": b"", "5f50": b"", "5b": b"Clerk<<Test", "5f2d": b"en", "5f35": b"9", "7f21": b""}
        about = {**simple, "4f": self.id, "5f52": HISTORICAL, **self._discretionary()}
        inner = b"".join(tlv(each, value) for each, value in self._discretionary().items())
        person = b"".join(tlv(each, about[each]) for each in ("5b", "5f2d", "5f35"))
        whole = {
            "6e": tlv("6e", tlv("4f", self.id) + tlv("5f52", HISTORICAL) + tlv("73", inner)),
            "73": tlv("73", inner),
            "65": tlv("65", person),
            "7a": tlv("7a", tlv("93", bytes(3))),
        }
        return whole.get(tag, about.get(tag))

    def _discretionary(self) -> dict[str, bytes]:
        state = bytes([1, 127, 127, 127, self.pin.left, 0, 3])
        prints = sha256(self.id).digest() * 2
        algorithms = {tag: bytes.fromhex(value) for tag, value in ALGORITHMS.items()}
        return {
            "c0": EXTENDED,
            **algorithms,
            "c4": state,
            "c5": prints[:60],
            "c6": bytes(60),
            "cd": b"\x60\x00\x00\x00" * 3,
        }

    def _verify(self, command: Command) -> bytes:
        if command.first == 0xFF:
            self.opened.discard(command.second)
            return OK
        if not command.data:
            return OK if command.second in self.opened else bytes([0x63, 0xC0 | self.pin.left])
        if self.pin.left and self.pin.enter(command.data.rstrip(b"\x00")) and command.second in PASSWORDS:
            self.opened.add(command.second)
            return OK
        return FORBIDDEN if self.pin.left else LOCKED

    def _public(self, place: int) -> bytes:
        if place == SIGNING:
            point = self.ed25519.public_key().public_bytes_raw()
        else:
            point = self.p256[place].public_key().public_bytes(Encoding.X962, PublicFormat.UncompressedPoint)
        return tlv("7f49", tlv("86", point))

    def _authenticate(self, digest: bytes) -> bytes:
        r, s = decode_dss_signature(self.p256[AUTHENTICATING].sign(digest, ec.ECDSA(Prehashed(SHA256()))))
        return r.to_bytes(32, "big") + s.to_bytes(32, "big")
