"""English words for why the law refuses a transaction (`app.core.refusals`).

Guarantees: the same as `app.core.words_en`, of which this is a part.
"""

REFUSALS: dict[str, tuple[str, str]] = {
    "refused": ("The chain refused the transaction[: {reason}].", "Nothing was recorded. The draft is kept."),
    "malformed-transaction": (
        "The chain refused the transaction: it does not have the right format[: {field}][ ({reason})].",
        "Nothing was recorded. This program may be older than the chain; update it and draft again.",
    ),
    "wrong-chain": (
        "This was made for another chain[: expected {expected}, got {got}].",
        "Nothing was recorded. Check which consortium this computer has joined.",
    ),
    "expired": (
        "The time to record it has passed[: timeout height {got}][, expected {expected}].",
        "It is not on the chain and never will be. Draft and sign it again.",
    ),
    "valid-until-too-far": (
        "The timeout height lies too far ahead[: {got}][, expected {expected}].",
        "Nothing was recorded. Wait until this node has caught up, then draft again.",
    ),
    "replayed": (
        "The chain has already taken this very transaction.",
        "Nothing was recorded twice. Look for it under Records.",
    ),
    "unknown-account": (
        "The chain knows no such account[: {account}].",
        "Send your public key to the operator, who registers it. Nothing was recorded.",
    ),
    "bad-signature": (
        "A signature is missing or does not fit what was signed.",
        "Nothing was recorded. Draft again; if it happens again, check the key with the operator.",
    ),
    "key-not-of-account": (
        "The key that signed does not belong to the account[ {account}].",
        "Nothing was recorded. Ask the operator whether your key was changed or withdrawn.",
    ),
    "not-permitted": (
        "This account is not permitted to do this[: {expected}].",
        "Nothing was recorded. The operator grants permissions.",
    ),
    "quota-spent": (
        "Not enough quota points are left in this period[: {expected} needed][, {got} left].",
        "Nothing was recorded. The draft is kept: send it when the quota renews, or ask the operator for more.",
    ),
    "transaction-too-large": (
        "The transaction is larger than the chain accepts[: {got} bytes][, at most {expected}].",
        "Nothing was recorded. Shorten the subject, or notarize fewer files at once.",
    ),
    "chain-forked": (
        "The record does not follow the newest record of its evidence chain[: expected {expected}][, got {got}].",
        "Nothing was recorded. A record was added in the meantime: draft again on the newest one.",
    ),
    "unknown-record-chain": (
        "The evidence chain to be continued does not exist[: {chain}].",
        "Nothing was recorded. Choose another chain, or begin a new one.",
    ),
    "not-chain-owner": (
        "Only the account that began an evidence chain may continue it.",
        "Nothing was recorded. Begin a chain of your own.",
    ),
    "bad-action": (
        "What was to be done is itself not valid[: {field}][, expected {expected}][, got {got}].",
        "Nothing was recorded. Correct it and draft again.",
    ),
    "unknown-proposal": ("There is no such proposal[: {proposal}].", "Nothing was recorded. Check its id."),
    "proposal-closed": (
        "The proposal is decided, or its deadline has passed[: {proposal}][, deadline at height {deadline}].",
        "Nothing was recorded. Propose again where it is still needed.",
    ),
    "already-approved": (
        "This bookkeeper has approved the proposal before[: {proposal}].",
        "Nothing was recorded twice. Wait for the other bookkeepers.",
    ),
    "validators-impossible": (
        "The change would leave a set of validators that cannot be[: {reason}][, expected {expected}][, got {got}].",
        "Nothing was changed.",
    ),
}
