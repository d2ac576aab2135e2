"""The few queries that are offered, and an error for everything else."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from app.node.api.jsonrpc import RpcError
from app.node.api.rpcquery import Query, parse_query


@pytest.mark.parametrize(
    ("text", "query"),
    [
        ("tm.event='NewBlock'", Query("NewBlock", None, None)),
        ("tm.event = 'NewBlockHeader'", Query("NewBlockHeader", None, None)),
        (' tm.event="Tx" ', Query("Tx", None, None)),
        ("tm.event='Tx' AND tx.height=5", Query("Tx", None, 5)),
        ("tx.height='5'  AND  tx.hash='AAbb'", Query(None, b"\xaa\xbb", 5)),
        ("tx.hash='00'", Query(None, b"\x00", None)),
    ],
)
def test_a_query_that_is_offered_is_read(text: str, query: Query) -> None:
    assert parse_query(text) == query


@pytest.mark.parametrize(
    "text",
    [
        "",
        " AND ",
        "tm.event",
        "tm.event=Tx",
        "tm.event='Vote'",
        "tm.event='NewBlock' AND tx.height=5",
        "tx.height=5 AND tx.height=5",
        "tx.height>5",
        "tx.height='five'",
        "tx.height=" + "9" * 40,
        "tx.height='\u0665'",
        "tx.hash='0'",
        "tx.hash='zz'",
        "account.name='x'",
        "tm.event='Tx' OR tx.height=5",
        "tx.hash='" + "00" * 300 + "'",
    ],
)
def test_a_query_that_is_not_offered_is_refused(text: str) -> None:
    with pytest.raises(RpcError):
        parse_query(text)


@given(st.text(max_size=600) | st.from_regex(r"(t[mx]\.(event|hash|height) ?= ?'?[0-9a-zA-Z]*'?( AND )?){1,3}"))
def test_any_text_is_a_query_or_refused(text: str) -> None:
    try:
        query = parse_query(text)
    except RpcError:
        return
    assert (query.event, query.transaction_hash, query.height) != (None, None, None)


def test_a_query_is_met_by_all_that_it_names() -> None:
    query = parse_query("tm.event='Tx' AND tx.hash='aa' AND tx.height=5")
    assert query.is_met(b"\xaa", 5)
    assert not query.is_met(b"\xaa", 6)
    assert not query.is_met(b"\xbb", 5)
    assert parse_query("tm.event='Tx'").is_met(b"\xbb", 6)
