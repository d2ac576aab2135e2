"""Merkle proofs and results of transactions in CometBFT's RPC JSON: nothing lost on the way there and back."""

import json

from hypothesis import given, settings
from hypothesis import strategies as st

from app.core.wire import comet_pb2 as pb
from app.node.consensus.rpcresults import decode_proof, decode_tx_result, encode_proof, encode_tx_result

INT64 = st.integers(-(2**63), 2**63 - 1)
TEXT = st.text(st.characters(exclude_categories=["Cs"]), max_size=20)
DIGEST = st.sampled_from([b"", bytes(32), bytes(range(32))])


@settings(max_examples=30, deadline=None)
@given(st.builds(pb.Proof, total=INT64, index=INT64, leaf_hash=DIGEST, aunts=st.lists(DIGEST, max_size=3)))
def test_every_proof_survives_json(original: pb.Proof) -> None:
    assert decode_proof(json.loads(json.dumps(encode_proof(original)))) == original


@settings(max_examples=30, deadline=None)
@given(
    st.builds(
        pb.ExecTxResult,
        code=st.integers(0, 2**32 - 1),
        data=st.binary(max_size=9),
        log=TEXT,
        gas_wanted=INT64,
        gas_used=INT64,
        codespace=TEXT,
        events=st.lists(
            st.builds(
                pb.Event,
                type=TEXT,
                attributes=st.lists(
                    st.builds(pb.EventAttribute, key=TEXT, value=TEXT, index=st.booleans()), max_size=2
                ),
            ),
            max_size=2,
        ),
    )
)
def test_every_result_survives_json(original: pb.ExecTxResult) -> None:
    assert decode_tx_result(json.loads(json.dumps(encode_tx_result(original)))) == original
