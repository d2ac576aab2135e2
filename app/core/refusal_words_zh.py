"""法律为何拒绝一笔交易的中文说法。 Chinese words for why the law refuses a transaction (`app.core.refusals`).

Guarantees: the same as `app.core.words_zh`, of which this is a part.
"""

REFUSALS: dict[str, tuple[str, str]] = {
    "refused": ("链上拒绝了这笔交易[：{reason}]。", "没有记录任何内容，草稿仍在。"),
    "malformed-transaction": (
        "链上拒绝了这笔交易：格式不对[：{field}][（{reason}）]。",
        "没有记录任何内容。本程序可能比链旧，更新后重新起草。",
    ),
    "wrong-chain": (
        "这是为另一条链制作的[：应为 {expected}，实为 {got}]。",
        "没有记录任何内容。核对本机加入的是哪个联盟。",
    ),
    "expired": (
        "已过可上链的时间[：超时块高 {got}][，须为 {expected}]。",
        "它不在链上，以后也不会上链。可以重新起草并签名。",
    ),
    "valid-until-too-far": (
        "超时块高设得太远[：{got}][，须为 {expected}]。",
        "没有记录任何内容。等本机节点追上后重新起草。",
    ),
    "replayed": ("链上已经收过这同一笔交易。", "没有重复记录。可在“存证记录”中查看。"),
    "unknown-account": ("链上没有这个账户[：{account}]。", "没有记录任何内容。把公钥发给业务准入方登记。"),
    "bad-signature": (
        "缺少签名，或签名与所签内容不符。",
        "没有记录任何内容。重新起草；若再次出现，与业务准入方核对密钥。",
    ),
    "key-not-of-account": (
        "签名用的密钥不属于账户[ {account}]。",
        "没有记录任何内容。向业务准入方确认密钥是否已更换或停用。",
    ),
    "not-permitted": ("这个账户没有相应的权限[：{expected}]。", "没有记录任何内容。权限由业务准入方授予。"),
    "quota-spent": (
        "本期剩余的配额点不够[：需要 {expected} 点][，还剩 {got} 点]。",
        "没有记录任何内容，草稿仍在。等配额恢复后再发，或向业务准入方申请增加。",
    ),
    "transaction-too-large": (
        "交易超过链上允许的大小[：{got} 字节][，最多 {expected} 字节]。",
        "没有记录任何内容。缩短事项名称，或分几次存证。",
    ),
    "chain-forked": (
        "这条记录没有接在存证链的最新一条之后[：应为 {expected}][，实为 {got}]。",
        "没有记录任何内容。期间已有新的记录，接着最新一条重新起草。",
    ),
    "unknown-record-chain": ("要接续的存证链不存在[：{chain}]。", "没有记录任何内容。另选一条，或新开一条存证链。"),
    "not-chain-owner": ("只有开链的账户才能接续这条存证链。", "没有记录任何内容。可以新开一条自己的存证链。"),
    "bad-action": (
        "要办的事项本身不合规[：{field}][，应为 {expected}][，实为 {got}]。",
        "没有记录任何内容。改正后重新起草。",
    ),
    "unknown-proposal": ("没有这项提案[：{proposal}]。", "没有记录任何内容。核对提案编号。"),
    "proposal-closed": (
        "这项提案已经表决，或已过期限[：{proposal}][，期限高度 {deadline}]。",
        "没有记录任何内容。需要时重新提案。",
    ),
    "already-approved": ("已经同意过这项提案[：{proposal}]。", "没有重复记录。等待其他记账方。"),
    "validators-impossible": (
        "这样变更后的记账方无法成立[：{reason}][，应为 {expected}][，实为 {got}]。",
        "没有任何变更。",
    ),
}
