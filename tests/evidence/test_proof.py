"""proof.json: inverse, one encoding, strict."""

import json
from collections.abc import Callable
from dataclasses import fields, replace
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.core.errors import DecodingError, NotCanonical, OutOfRange
from app.evidence import proof as module
from app.evidence.proof import EvidenceProof, FileReference, TransactionProof, decode_proof, encode_proof
from tests.fakes.evidence import make_evidence

PROOF = make_evidence().proof
DOCUMENT = encode_proof(PROOF)

numbers = st.integers(0, 2**63 - 1)
hashes = st.binary(min_size=32, max_size=32)
lists = st.lists(st.binary(max_size=40), max_size=3).map(tuple)
proofs = st.builds(
    EvidenceProof,
    chain_id=st.text(min_size=1, max_size=12),
    genesis_fingerprint=hashes,
    transaction=st.binary(max_size=40),
    transaction_proof=st.builds(TransactionProof, numbers, numbers, lists),
    block_header=st.binary(max_size=40),
    anchor=st.binary(max_size=40),
    light_blocks=lists,
    log_entry=st.binary(max_size=40),
    log_index=numbers,
    log_size=numbers,
    log_path=lists,
    log_root=hashes,
    map_root=hashes,
    account_proof=st.binary(max_size=40),
    segment=lists,
    file=st.builds(
        FileReference, st.text(min_size=1, max_size=40).filter(lambda text: not {"/", "\0"} & set(text)), st.booleans()
    ),
    context=st.binary(max_size=40),
)


@given(proofs)
def test_what_is_encoded_decodes_to_the_same(proof: EvidenceProof) -> None:
    assert decode_proof(encode_proof(proof)) == proof


@given(proofs, proofs)
def test_two_proofs_never_share_an_encoding(one: EvidenceProof, other: EvidenceProof) -> None:
    assert (encode_proof(one) == encode_proof(other)) == (one == other)


def test_every_field_stands_in_the_document() -> None:
    document = json.loads(DOCUMENT)
    assert set(document) == {field.name for field in fields(EvidenceProof)} | {"format", "algorithms"}


def test_no_number_is_a_json_number() -> None:
    def refuse(text: str) -> object:
        raise AssertionError(text)

    json.loads(DOCUMENT, parse_int=refuse, parse_float=refuse)


def changed(change: Callable[[dict[str, Any]], object]) -> bytes:
    document = json.loads(DOCUMENT)
    change(document)
    return json.dumps(document, separators=(",", ":"), sort_keys=True, ensure_ascii=False).encode()


@pytest.mark.parametrize(
    "change",
    [
        lambda document: document.update(format="luopu.proof.v2"),
        lambda document: document.update(algorithms={}),
        lambda document: document["algorithms"].update(digest="md5"),
        lambda document: document.update(unknown="1"),
        lambda document: document.pop("segment"),
        lambda document: document.update(chain_id=""),
        lambda document: document.update(chain_id="c" * 51),
        lambda document: document.update(genesis_fingerprint="00" * 31),
        lambda document: document.update(genesis_fingerprint=document["genesis_fingerprint"].upper()),
        lambda document: document.update(log_index=1),
        lambda document: document.update(log_index="01"),
        lambda document: document.update(log_size="+1"),
        lambda document: document.update(log_size="9223372036854775808"),
        lambda document: document.update(transaction="AB=="),
        lambda document: document.update(transaction="AAA"),
        lambda document: document.update(transaction="AA AA"),
        lambda document: document.update(transaction="AAA="[:3] + "é"),
        lambda document: document.update(transaction=None),
        lambda document: document.update(segment="AAAA"),
        lambda document: document.update(segment=[1]),
        lambda document: document.update(segment=[["AAAA"]]),
        lambda document: document["transaction_proof"].pop("aunts"),
        lambda document: document["transaction_proof"].update(leaf_hash="AAAA"),
        lambda document: document["file"].update(detached="false"),
        lambda document: document["file"].update(detached=0),
        lambda document: document["file"].update(name="../a"),
        lambda document: document["file"].update(name=""),
        lambda document: document["file"].update(name="x" * 1025),
    ],
)
def test_a_field_that_is_not_as_it_should_be_is_refused(change: Callable[[dict[str, Any]], object]) -> None:
    assert changed(lambda document: None) == DOCUMENT
    with pytest.raises(DecodingError):
        decode_proof(changed(change))


@pytest.mark.parametrize(
    "document", [DOCUMENT + b" ", b"\xef\xbb\xbf" + DOCUMENT, DOCUMENT.replace(b"/", b"\\/", 1), DOCUMENT[:-1]]
)
def test_another_spelling_is_refused(document: bytes) -> None:
    with pytest.raises(DecodingError):
        decode_proof(document)


def test_a_name_that_stands_twice_is_refused() -> None:
    with pytest.raises(DecodingError):
        decode_proof(DOCUMENT.replace(b'{"account_proof"', b'{"account_proof":"","account_proof"', 1))


def test_keys_in_another_order_are_refused() -> None:
    document = json.loads(DOCUMENT)
    reordered = dict(reversed(document.items()))
    with pytest.raises(NotCanonical):
        decode_proof(json.dumps(reordered, separators=(",", ":"), ensure_ascii=False).encode())


def test_a_document_longer_than_any_reader_accepts_is_not_written(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "MAX_PROOF_BYTES", 1000)
    with pytest.raises(OutOfRange):
        encode_proof(PROOF)
    with pytest.raises(DecodingError):
        decode_proof(DOCUMENT)


@pytest.mark.parametrize("changes", [{"log_index": -1}, {"log_size": 2**63}])
def test_numbers_that_have_no_encoding_are_refused(changes: dict[str, int]) -> None:
    with pytest.raises(OutOfRange):
        encode_proof(replace(PROOF, **changes))  # type: ignore[arg-type]
