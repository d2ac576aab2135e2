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
        "This account is not permitted to do this[: {expected}][, order {order}].",
        (
            "Nothing was changed. The draft is kept. The operator grants permissions; "
            "what the operator or a regulator ordered about a voucher, only they can change."
        ),
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
    # the bookkeepers
    "no-seat": (
        "Only who holds a bookkeeper's seat proposes and votes[: account {account} holds none].",
        "Nothing was changed. The draft is kept. The bookkeepers give seats by vote.",
    ),
    "action-stopped": (
        "The bookkeepers have stopped this class of action[: {action}].",
        "Nothing was recorded. The draft is kept: send it when they have allowed it again.",
    ),
    # accounts that are not in force
    "account-suspended": (
        "An organisation that this needs is suspended by an order[: account {account}][, order {order}].",
        "Nothing was changed. The draft is kept. It can be done when the operator has resumed the account.",
    ),
    "account-frozen": (
        "A user that this needs is frozen by an order[: account {account}][, order {order}].",
        "Nothing was changed. The draft is kept. It can be done when whoever froze the account has released it.",
    ),
    # what an account may do
    "not-certified": (
        "No certification of this user counts, so it may only query[: account {account}].",
        (
            "Nothing was recorded. The draft is kept: send it when a partner has certified the user. "
            "A certification may have expired, or its partner may be suspended."
        ),
    ),
    "level-too-low": (
        "The user is not certified at the level that this needs[: account {account}][, expected {expected}][, got {got}].",
        "Nothing was recorded. The draft is kept: send it when a partner has certified the user at that level.",
    ),
    "wrong-party": (
        "The account is of another party than this needs[: account {account}][, expected {expected}][, got {got}].",
        "Nothing was changed. Check the account's number, or let the right party do it.",
    ),
    "role-missing": (
        "The key that signed lacks the role that this needs[: account {account}][, expected {expected}][, key {key}].",
        "Nothing was changed. The draft is kept. Sign with a key of that role, or have the administrator change its roles.",
    ),
    "approvals-missing": (
        "Too few checkers signed[: account {account}][, {expected} more must sign].",
        (
            "Nothing was recorded. The draft is kept: send it when they have signed, "
            "or, where the action allows it, let it wait on the chain for their approval."
        ),
    ),
    # transactions that wait for approvals
    "unknown-held": (
        "The account has no such transaction that waits for approval[: {held}].",
        "Nothing was changed. It may have taken effect or been discarded; check its id.",
    ),
    "held-closed": (
        "The time to approve this transaction has passed[: {held}][, deadline at height {deadline}].",
        "It did not take effect and never will. Where it is still needed, its maker drafts it again.",
    ),
    "already-signed": (
        "This key has signed the waiting transaction before[: {held}][, key {key}].",
        "Nothing was counted twice. Another checker must sign with a key of their own.",
    ),
    # keys and names
    "key-taken": (
        "The public key belongs to an account, or once did[: {key}].",
        "Nothing was changed. Make a new key and draft again with it.",
    ),
    "possession-not-shown": (
        "Nothing shows that the holder of the new key agrees: its signature is missing or does not fit[: {key}].",
        "Nothing was changed. Whoever holds the new key makes its key card again on their own computer.",
    ),
    "keys-impossible": (
        (
            "The account could no longer act after this change"
            "[: account {account}][, class of action {duty}][ ({reason})][, expected {expected}][, got {got}]."
        ),
        "Nothing was changed. The draft is kept. Leave enough makers, checkers and administrators, or ask for fewer.",
    ),
    "name-taken": (
        "The name belongs to another account[: {name}].",
        "Nothing was changed. The draft is kept. Choose another: a name that was ever used stays with its account.",
    ),
    # members named by number
    "unknown-member": (
        "No account has this number[: {account}].",
        "Nothing was changed. The draft is kept. Check the number.",
    ),
    "already-stopped": (
        "The account is suspended or frozen already[: account {account}].",
        "Nothing was changed, and the earlier order stands. A further order can be put on record by itself.",
    ),
    "not-stopped": (
        "The account is neither suspended nor frozen[: account {account}].",
        "Nothing was changed. Check the account's number.",
    ),
    # identity
    "not-your-user": (
        "This account is not the one that may do this with the user[: user {account}][, account {partner} may].",
        (
            "Nothing was changed. Keys are reset by the partner who enrolled the user, "
            "a freeze is made by a partner who certifies the user and lifted by whoever made it."
        ),
    ),
    "no-such-certification": (
        "There is no such certification or recognition[: account {account}][, partner {partner}].",
        "Nothing was changed. It may have been taken back; check the account's number.",
    ),
    "limit-reached": (
        "As many as there may be are there already[: account {account}][, expected {expected}][, got {got}].",
        "Nothing was changed. Revoke what is no longer needed, then try again.",
    ),
    "unknown-grant": (
        "The account has given no such access[: {grant}].",
        "Nothing was changed. Check the id of the grant.",
    ),
    "grant-over": (
        "This access was withdrawn before[: {grant}].",
        "Nothing was recorded twice, and nothing more needs to be done.",
    ),
    # agreements
    "unknown-agreement": ("There is no such agreement[: {agreement}].", "Nothing was changed. Check its id."),
    "agreement-closed": (
        "The agreement is final, or its deadline has passed[: {agreement}][, deadline at height {deadline}].",
        "Nothing was changed. What is final cannot be withdrawn; what lapsed before can be opened again.",
    ),
    "not-a-party": (
        "The account is not a party of the agreement[: account {account}][, {agreement}].",
        "Nothing was changed. The parties were fixed when it was opened; open another where it is needed.",
    ),
    "already-confirmed": (
        "The party has confirmed the agreement before[: account {account}][, {agreement}].",
        "Nothing was recorded twice, and the confirmation stands. Wait for the other parties.",
    ),
    "not-confirmed": (
        "The party has not confirmed the agreement, so there is nothing to withdraw[: account {account}][, {agreement}].",
        "Nothing was changed.",
    ),
    # vouchers
    "unknown-voucher": (
        "There is no such voucher[: {voucher}].",
        "Nothing was changed. The draft is kept. Check the voucher's id.",
    ),
    "voucher-not-created": (
        "The voucher is not created yet, or its application was declined[: {voucher}][, now {got}].",
        "Nothing was changed. The draft is kept. It can be used when the operator has created it.",
    ),
    "application-decided": (
        "The application for this voucher was decided before[: {voucher}][, now {got}].",
        "Nothing was changed, and the decision stands. The issuer can apply again.",
    ),
    "not-issuer": (
        "Only who issues the voucher may do this[: account {account}][, voucher {voucher}].",
        "Nothing was changed. Let the issuer do it, or check the voucher's id.",
    ),
    "cap-exceeded": (
        "What is issued in all would not fit the voucher's cap[: {voucher}][, expected {expected}][, got {got}].",
        "Nothing was changed. The draft is kept. Allocate less; only the operator or a regulator changes a cap, by an order.",
    ),
    "voucher-stopped": (
        "By an order, the voucher does not move now[: {voucher}][, now {got}][, order {order}].",
        "Nothing was changed. The draft is kept: send it when the order is lifted.",
    ),
    "voucher-expired": (
        "The voucher has expired[: {voucher}].",
        "Nothing was changed. An expired voucher is no longer allocated, transferred or redeemed.",
    ),
    "not-yet-expired": (
        "The voucher has not expired yet[: {voucher}].",
        "Nothing was changed. It can be made to lapse once it has expired.",
    ),
    "outside-window": (
        "The voucher may not change hands at this time[: {voucher}][, expected {expected}][, got {got}].",
        "Nothing was changed. The draft is kept. Before the window, send it later; after it, the voucher stays where it is.",
    ),
    "not-transferable": (
        "This voucher never changes hands once it is allocated[: {voucher}].",
        "Nothing was changed. Its holder can redeem it.",
    ),
    "transfers-spent": (
        "The piece has changed hands as often as it may[: voucher {voucher}][, serial {serial}][, at most {expected} times].",
        "Nothing was changed. Its present holder can redeem it.",
    ),
    "holder-not-accepted": (
        (
            "The issuer does not accept this account as a holder"
            "[: account {account}][, voucher {voucher}][, expected {expected}][, got {got}]."
        ),
        (
            "Nothing was changed. The draft is kept. A user needs a real-name certification or higher, "
            "by the issuer or by a partner whom the issuer recognises."
        ),
    ),
    "balance-short": (
        "The account holds less[: account {account}][, voucher {voucher}][, {expected} needed][, {got} held].",
        "Nothing was changed. The draft is kept. Take a smaller amount.",
    ),
    "holding-frozen": (
        (
            "By an order, this part of the holding does not move"
            "[: account {account}][, voucher {voucher}][, serial {serial}]"
            "[, {expected} needed][, {got} free][, order {order}]."
        ),
        "Nothing was changed. The draft is kept. Use what is not frozen; whoever gave the order can release the rest.",
    ),
    "not-holder": (
        "The piece does not exist, or is somebody else's[: voucher {voucher}][, serial {serial}].",
        "Nothing was changed. The draft is kept. Check the serial; the piece may have changed hands.",
    ),
    "piece-ended": (
        "The piece was redeemed, has lapsed or was merged[: voucher {voucher}][, serial {serial}][, now {got}].",
        "Nothing was changed. The draft is kept. Use a serial that is still live.",
    ),
    "not-divisible": (
        "Vouchers of this kind each have a serial of their own and are neither split nor merged[: {voucher}].",
        "Nothing was changed. Transfer or redeem them by their serials.",
    ),
    "custody-short": (
        "The users' shares add up to more than the account holds[: voucher {voucher}][, expected {expected}][, got {got}].",
        "Nothing was recorded. The draft is kept. Check the shares, or bring what is held up to them first.",
    ),
    "custody-not-assigned": (
        "What the account holds does not count for this custodian[: account {account}][, voucher {voucher}].",
        "Nothing was recorded. The draft is kept. Leave the account out, or let it assign what it holds first.",
    ),
}
