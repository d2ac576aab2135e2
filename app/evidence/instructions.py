"""`VERIFY.txt`: how to follow the evidence by hand with unzip, sha256sum, od and openssl, in Chinese and English.

Guarantees: the text follows from the proof alone, so a verifier computes it again and refuses a bundle whose instructions
say anything else: whoever is told to type commands must be able to rely on them. An edition therefore never changes once
bundles carry it; better words are a new edition, and bundles with old ones stay valid.

In the text a command stands behind `$ ` and what it must print behind `→ `; the tests run every one of them. The walk ends
at the state root; the signatures of the validators and the account's proof are left to the program.
"""

from base64 import b64encode
from collections.abc import Callable, Iterator, Sequence
from typing import Final

from app.core.codec import encode
from app.core.keys import Algorithm, PublicKey
from app.core.messages import clean
from app.core.wire import registry_pb2 as wire
from app.evidence import names
from app.evidence.parts import Parts
from app.node.consensus.time import encode_time, from_timestamp

ED25519_PREFIX: Final = bytes.fromhex("302a300506032b6570032100")  # RFC 8410, 10.1
# RFC 5480, 2, with a compressed point
P256_PREFIX: Final = bytes.fromhex("3039301306072a8648ce3d020106082a8648ce3d030107032200")
PEM_LINE: Final = 64


def instructions(parts: Parts) -> bytes:
    """The text, in its newest edition."""
    return EDITIONS[-1](parts)


def is_instructions(untrusted_text: bytes, parts: Parts) -> bool:
    """Whether this is the text that belongs to the proof, in any edition."""
    return any(edition(parts) == untrusted_text for edition in EDITIONS)


def _first_edition(parts: Parts) -> bytes:
    sections = (_opening, _file, _record, _context, _transaction, _signature, _log, _block)
    return ("\n\n".join("\n".join(section(parts)) for section in sections) + "\n").encode()


EDITIONS: Final[Sequence[Callable[[Parts], bytes]]] = (_first_edition,)


# ---- sections ------------------------------------------------------------------------------------------------------
def _opening(parts: Parts) -> Iterator[str]:
    del parts
    yield "络谱存证包：人工核验步骤"
    yield "Luopu evidence bundle: how to verify it by hand"
    yield ""
    yield "先把存证包解压到一个空文件夹，在其中打开终端（Linux；macOS 须另装 coreutils；Windows 用 Git Bash）。"
    yield "依次输入 $ 之后的命令；打印的内容须含有 → 之后所列的值。需要 OpenSSL 3。"
    yield "完整核验（含记账方签名、账户证明与存证链）请用络谱程序的“核验”，并自备联盟的创世文件。"
    yield "Unpack the bundle into an empty folder and open a terminal in it (Linux; macOS with coreutils; Windows with Git"
    yield "Bash). Type the commands behind $ one after another; what is printed must contain what stands behind →."
    yield "OpenSSL 3 is needed. To verify everything (the bookkeepers' signatures, the account, the evidence chain) use the"
    yield "Luopu program with a genesis document that you got yourself."


def _file(parts: Parts) -> Iterator[str]:
    path, record = _quote(names.entry_name(parts.proof.file.name)), parts.record
    yield "1. 原件 / The original file"
    if parts.proof.file.detached:
        yield f"原件不在存证包内。把它放在同一文件夹，文件名为 {path}"
        yield f"The original is not in the bundle. Put it into the same folder under the name {path}"
    yield f"大小 / Size: {record.size}"
    yield "Windows 也可用 / On Windows also: certutil -hashfile FILE SHA256"
    yield from _command(f"sha256sum {path}", record.sha256.hex())
    yield from _command(f"openssl dgst -sm3 {path}", record.sm3.hex())


def _record(parts: Parts) -> Iterator[str]:
    yield "2. 存证记录 / The evidence record"
    yield "记录中含有原件的两种摘要；记录自身的摘要是它的编号，也是下一条记录所引用的。"
    yield "The record holds both digests of the original; its own digest names it, and the next record cites it."
    yield from _holds("record.bin", parts.record.sha256)
    yield from _holds("record.bin", parts.record.sm3)
    if parts.record.previous:
        yield "它引用的前一条记录 / The record before it, which it cites:"
        yield from _holds("record.bin", parts.record.previous)
    yield from _command(r"{ printf 'luopu.record.v1\000'; cat record.bin; } | sha256sum", parts.record_digest.hex())


def _context(parts: Parts) -> Iterator[str]:
    digest = parts.record.context_digest
    yield "3. 情境 / The circumstances"
    yield "context.json 记下存证时的操作者、机器、系统与程序版本；其时间是本机时钟，仅供参考。记录含有它的摘要。"
    yield "context.json notes operator, machine, system and program; its time is that machine's own clock and proves nothing."
    yield "The record holds its digest."
    yield from _command(r"{ printf 'luopu.context.v1\000'; cat context.json; } | sha256sum", digest.hex())
    yield from _holds("record.bin", digest)


def _transaction(parts: Parts) -> Iterator[str]:
    yield "4. 交易 / The transaction"
    yield "交易是签名者签署的内容，其中含有这条记录。"
    yield "The transaction is what was signed, and it holds the record."
    yield from _command("sha256sum transaction.bin", parts.transaction.hash.hex())
    yield from _holds_file("transaction.bin", "record.bin")


def _signature(parts: Parts) -> Iterator[str]:
    key, (body, length, signature) = parts.signer, _places(parts)
    yield "5. 签名 / The signature"
    yield f"签名者的公钥（{key.algorithm.name}），同样写在日志条目 entry.bin 中。"
    yield f"The signer's public key ({key.algorithm.name}); the log entry entry.bin holds it too."
    yield from _holds("entry.bin", key.data)
    yield from _command(f"printf '%s\\n' {' '.join(map(_quote, _pem(key)))} > key.pem")
    signed = f"{{ printf 'luopu.transaction.v1\\000'; {_cut('transaction.bin', body, length)}; }}"
    yield from _command(f"{signed} | openssl dgst -sha256 -binary > signed.bin")
    yield from _command(f"{_signature_file(parts, signature)} > signature.bin")
    raw = " -rawin" if key.algorithm is Algorithm.ED25519 else ""
    yield from _command(
        f"openssl pkeyutl -verify -pubin -inkey key.pem{raw} -in signed.bin -sigfile signature.bin",
        "Signature Verified Successfully",
    )


def _log(parts: Parts) -> Iterator[str]:
    proof = parts.proof
    yield "6. 链上日志 / The chain's log"
    yield "日志条目含有交易哈希、法律协议摘要与这条记录。逐级合并到日志根，再与映射根合成状态根（RFC 6962）。"
    yield "The log entry holds the transaction's hash, the digest of the legal agreement and the record. Combine it level by"
    yield "level to the root of the log, and that with the root of the map to the state root (RFC 6962)."
    yield from _holds("entry.bin", parts.entry.transaction_hash)
    if parts.entry.agreement:
        yield from _holds("entry.bin", parts.entry.agreement)
    yield from _holds_file("entry.bin", "record.bin")
    yield from _command(r"{ printf '\000'; cat entry.bin; } | openssl dgst -sha256 -binary > node.bin")
    for sibling, is_left in zip(proof.log_path, _sides(proof.log_index, proof.log_size), strict=False):
        pair = (_literal(sibling), "cat node.bin") if is_left else ("cat node.bin", _literal(sibling))
        yield from _command(
            f"{{ printf '\\001'; {'; '.join(pair)}; }} | openssl dgst -sha256 -binary > up.bin && mv up.bin node.bin"
        )
    yield from _command(_hex_of("node.bin"), proof.log_root.hex())
    size = _literal(proof.log_size.to_bytes(8, "big"))
    pieces = rf"printf 'luopu.state.v1\000'; {size}; cat node.bin; {_literal(proof.map_root)}"
    yield from _command(f"{{ {pieces}; }} | sha256sum", parts.anchor_header.app_hash.hex())


def _block(parts: Parts) -> Iterator[str]:
    header, anchor = parts.header, parts.anchor_header
    target = parts.anchor.signed_header.commit.block_id
    yield "7. 区块 / The block"
    yield "上一步得到的状态根就是下一区块头中的 app_hash，该区块由超过三分之二表决权的记账方签署。"
    yield "可向联盟任一节点查询 /commit?height=（下一区块高度），逐项比对（大小写不计）。"
    yield "The state root just computed is app_hash in the header of the next block, signed by more than two thirds of the"
    yield "voting power. Ask any node of the consortium for /commit?height=(height of the next block) and compare."
    yield f"链 / Chain: {clean(parts.proof.chain_id)}"
    yield f"创世文件指纹 / Fingerprint of the genesis document: {parts.proof.genesis_fingerprint.hex()}"
    yield f"交易所在区块高度 / Height of the block with the transaction: {header.height}"
    yield f"区块时间 / Block time: {encode_time(from_timestamp(header.time))}"
    yield f"区块哈希 / Hash of that block (last_block_id of the next): {anchor.last_block_id.hash.hex()}"
    yield f"下一区块高度 / Height of the next block: {anchor.height}"
    yield f"下一区块哈希 / Hash of the next block: {target.hash.hex()}"
    yield f"app_hash: {anchor.app_hash.hex()}"


# ---- lines and pieces of shell -------------------------------------------------------------------------------------
def _command(shell: str, expected: str = "") -> Iterator[str]:
    yield f"  $ {shell}"
    if expected:
        yield f"  → {expected}"


def _holds(file: str, data: bytes) -> Iterator[str]:
    """That a file holds these bytes somewhere."""
    yield from _command(f"{_hex_of(file)} | grep -o {data.hex()}", data.hex())


def _holds_file(file: str, inner: str) -> Iterator[str]:
    yield from _command(f'{_hex_of(file)} | grep -c "$({_hex_of(inner)})"', "1")


def _hex_of(file: str) -> str:
    return f"od -An -v -tx1 {file} | tr -d ' \\n'"


def _literal(data: bytes) -> str:
    """Prints these bytes."""
    return f"printf '%s' '{b64encode(data).decode()}' | openssl base64 -d -A"


def _cut(file: str, start: int, length: int) -> str:
    """Prints a piece of a file."""
    return f"tail -c +{start + 1} {file} | head -c {length}"


def _quote(text: str) -> str:
    """Text as one word of a POSIX shell, never an option."""
    return "'" + text.replace("'", "'\\''") + "'"


def _octal(data: bytes) -> str:
    return "printf '" + "".join(f"\\{byte:03o}" for byte in data) + "'"


# ---- where things stand --------------------------------------------------------------------------------------------
def _places(parts: Parts) -> tuple[int, int, int]:
    """In transaction.bin: start and length of the body, and start of the first signature's own bytes."""
    transaction = parts.transaction
    first = transaction.signatures[0]
    body_end = len(encode(wire.Transaction(body=transaction.body_bytes)))
    signature = wire.Signature(key=first.key.to_wire(), signature=first.signature)
    signature_end = len(encode(wire.Transaction(body=transaction.body_bytes, signatures=[signature])))
    length = len(transaction.body_bytes)
    return body_end - length, length, signature_end - len(first.signature)


def _signature_file(parts: Parts, start: int) -> str:
    """Prints the first signature as openssl wants it: Ed25519 as it is, ECDSA as a sequence of two integers in DER."""
    signature = parts.transaction.signatures[0].signature
    if parts.signer.algorithm is Algorithm.ED25519:
        return f"{{ {_cut('transaction.bin', start, len(signature))}; }}"
    r_head, r_zeros = _der_head(signature[:32])
    s_head, s_zeros = _der_head(signature[32:64])
    total = len(r_head) + 32 - r_zeros + len(s_head) + 32 - s_zeros
    pieces = (
        _octal(bytes((0x30, total)) + r_head),
        _cut("transaction.bin", start + r_zeros, 32 - r_zeros),
        _octal(s_head),
        _cut("transaction.bin", start + 32 + s_zeros, 32 - s_zeros),
    )
    return f"{{ {'; '.join(pieces)}; }}"


def _der_head(number: bytes) -> tuple[bytes, int]:
    """What DER puts before an unsigned integer, and how many of its leading zero bytes DER leaves out."""
    kept = number.lstrip(b"\0")
    pad = b"\0" if kept[:1] >= b"\x80" else b""
    return bytes((0x02, len(pad) + len(kept))) + pad, len(number) - len(kept)


def _pem(key: PublicKey) -> list[str]:
    prefix = ED25519_PREFIX if key.algorithm is Algorithm.ED25519 else P256_PREFIX
    text = b64encode(prefix + key.data).decode()
    lines = [text[at : at + PEM_LINE] for at in range(0, len(text), PEM_LINE)]
    return ["-----BEGIN PUBLIC KEY-----", *lines, "-----END PUBLIC KEY-----"]


def _sides(index: int, size: int) -> Iterator[bool]:
    """For each level up from leaf `index` of a tree of `size`: whether the sibling stands on the left (RFC 9162, 2.1.3.2)."""
    last = size - 1
    while last > 0:
        is_left = bool(index & 1) or index == last
        if is_left:
            while not index & 1 and index:
                index, last = index >> 1, last >> 1
        yield is_left
        index, last = index >> 1, last >> 1
