"""CometBFT's RPC JSON to messages and back: Merkle proofs and results of transactions. See `rpcjson` for the rest."""

from typing import Any

from app.core.wire import comet_pb2 as pb
from app.node.consensus.rpcvalues import (
    Node,
    read_bytes,
    read_int,
    read_list,
    read_number,
    read_text,
    strict,
    write_base64,
    write_bytes,
)


@strict
def decode_proof(untrusted: Node) -> pb.Proof:
    """A Merkle proof, as `/tx` answers it under `proof.proof`."""
    return pb.Proof(
        total=read_int(untrusted, "total"),
        index=read_int(untrusted, "index"),
        leaf_hash=read_bytes(untrusted["leaf_hash"]),
        aunts=[read_bytes(aunt) for aunt in read_list(untrusted, "aunts")],
    )


def encode_proof(proof: pb.Proof) -> dict[str, Any]:
    """A Merkle proof."""
    return {
        "total": str(proof.total),
        "index": str(proof.index),
        "leaf_hash": write_bytes(proof.leaf_hash),
        "aunts": [write_base64(aunt) for aunt in proof.aunts],
    }


@strict
def decode_tx_result(untrusted: Node) -> pb.ExecTxResult:
    """A transaction's result, as `/block_results` and `/tx` answer it."""
    return pb.ExecTxResult(
        code=read_number(untrusted, "code"),
        data=read_bytes(untrusted["data"]),
        log=read_text(untrusted, "log"),
        info=read_text(untrusted, "info"),
        gas_wanted=read_int(untrusted, "gas_wanted"),
        gas_used=read_int(untrusted, "gas_used"),
        events=[_event(event) for event in read_list(untrusted, "events")],
        codespace=read_text(untrusted, "codespace"),
    )


def encode_tx_result(result: pb.ExecTxResult) -> dict[str, Any]:
    """A transaction's result."""
    return {
        "code": result.code,
        "data": write_bytes(result.data),
        "log": result.log,
        "info": result.info,
        "gas_wanted": str(result.gas_wanted),
        "gas_used": str(result.gas_used),
        "events": [_encode_event(event) for event in result.events],
        "codespace": result.codespace,
    }


def _event(node: Node) -> pb.Event:
    attributes = []
    for item in read_list(node, "attributes"):
        if type(item["index"]) is not bool:
            raise TypeError(item["index"])
        attributes.append(
            pb.EventAttribute(key=read_text(item, "key"), value=read_text(item, "value"), index=item["index"])
        )
    return pb.Event(type=read_text(node, "type"), attributes=attributes)


def _encode_event(event: pb.Event) -> dict[str, Any]:
    attributes = [{"key": item.key, "value": item.value, "index": item.index} for item in event.attributes]
    return {"type": event.type, "attributes": attributes}
