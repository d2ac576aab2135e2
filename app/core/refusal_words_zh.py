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
    "not-permitted": (
        "这个账户没有相应的权限[：{expected}][，命令文书 {order}]。",
        "没有任何改动，草稿仍在。合作方的权限由业务准入方授予；业务准入方或监管方所下的监管措施，只能由它们变更。",
    ),
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
    # the bookkeepers
    "no-seat": (
        "只有持有记账方席位的账户才能提案和表决[：账户 {account} 没有席位]。",
        "没有任何改动，草稿仍在。席位由现有记账方表决授予。",
    ),
    "action-stopped": (
        "记账方已应急停用这类事项[：{action}]。",
        "没有记录任何内容，草稿仍在。等记账方表决恢复后再发。",
    ),
    # accounts that are not in force
    "account-suspended": (
        "这件事涉及的机构已被命令暂停业务[：账户 {account}][，命令文书 {order}]。",
        "没有任何改动，草稿仍在。由业务准入方恢复后才能办理。",
    ),
    "account-frozen": (
        "这件事涉及的用户已被命令冻结[：账户 {account}][，命令文书 {order}]。",
        "没有任何改动，草稿仍在。由下令冻结的一方解冻后才能办理。",
    ),
    # what an account may do
    "not-certified": (
        "这个用户没有有效的身份认证，只能查询[：账户 {account}]。",
        "没有记录任何内容，草稿仍在。由合作方认证后再发；认证可能已到期，或认证的合作方已被暂停业务。",
    ),
    "level-too-low": (
        "身份认证的级别不够[：账户 {account}][，至少须为{expected}][，现为{got}]。",
        "没有记录任何内容，草稿仍在。由合作方按所需级别认证后再发。",
    ),
    "wrong-party": (
        "账户的身份不符[：账户 {account}][，须为{expected}][，实为{got}]。",
        "没有任何改动。核对账户编号，或改由相应的一方办理。",
    ),
    "role-missing": (
        "签名用的密钥没有所需的角色[：账户 {account}][，须为{expected}][，密钥 {key}]。",
        "没有任何改动，草稿仍在。改用有这个角色的密钥签名，或由管钥人调整角色。",
    ),
    "approvals-missing": (
        "复核签名不够[：账户 {account}][，还缺 {expected} 人复核]。",
        "没有记录任何内容，草稿仍在。补齐复核签名再发；允许等待复核的事项，也可以先上链待复核。",
    ),
    # transactions that wait for approvals
    "unknown-held": (
        "这个账户没有这笔待复核的交易[：{held}]。",
        "没有任何改动。它可能已经生效，或已被撤销；核对编号。",
    ),
    "held-closed": (
        "这笔交易的复核期限已过[：{held}][，期限高度 {deadline}]。",
        "没有生效，以后也不会生效。需要时由经办人重新起草。",
    ),
    "already-signed": (
        "这把密钥已经签过这笔待复核的交易[：{held}][，密钥 {key}]。",
        "没有重复计数。须由另一位复核人用自己的密钥签名。",
    ),
    # keys and names
    "key-taken": (
        "这把公钥已属于一个账户，或曾经属于某个账户[：{key}]。",
        "没有任何改动。另行生成一把新密钥，用它的公钥重新起草。",
    ),
    "possession-not-shown": (
        "没有证明新密钥的持有人同意：缺少新密钥的签名，或签名不符[：{key}]。",
        "没有任何改动。由新密钥的持有人在自己的电脑上重新出具密钥卡。",
    ),
    "keys-impossible": (
        "这样变更后，账户将无法办理业务[：账户 {account}][，事项类别{duty}][（{reason}）][，应为 {expected}][，实为 {got}]。",
        "没有任何改动，草稿仍在。保留足够的经办、复核和管钥密钥，或先降低复核人数。",
    ),
    "name-taken": (
        "这个名称属于另一个账户[：{name}]。",
        "没有任何改动，草稿仍在。换一个名称；他人用过的名称一直保留，不再分配。",
    ),
    # members named by number
    "unknown-member": ("没有这个编号的账户[：{account}]。", "没有任何改动，草稿仍在。核对账户编号。"),
    "already-stopped": (
        "这个账户已经被暂停业务或冻结[：账户 {account}]。",
        "没有任何改动，此前的命令仍然有效。另一份命令可以用“登记命令”记录。",
    ),
    "not-stopped": ("这个账户没有被暂停业务，也没有被冻结[：账户 {account}]。", "没有任何改动。核对账户编号。"),
    # identity
    "not-your-user": (
        "本账户不是能对这个用户办理此事的一方[：用户 {account}][，应由账户 {partner} 办理]。",
        "没有任何改动。密钥重置由登记该用户的合作方办理，冻结由认证该用户的合作方办理，解冻由下令冻结的一方办理。",
    ),
    "no-such-certification": (
        "没有这项认证或认可[：账户 {account}][，合作方 {partner}]。",
        "没有任何改动。它可能已经撤销；核对账户编号。",
    ),
    "limit-reached": (
        "已经达到数量上限[：账户 {account}][，应为 {expected}][，实为 {got}]。",
        "没有任何改动。撤销不再需要的，再重新办理。",
    ),
    "unknown-grant": ("本账户没有这项访问授权[：{grant}]。", "没有任何改动。核对授权编号。"),
    "grant-over": ("这项访问授权此前已经撤回[：{grant}]。", "没有重复记录。无须再做什么。"),
    # agreements
    "unknown-agreement": ("没有这项多方确认[：{agreement}]。", "没有任何改动。核对编号。"),
    "agreement-closed": (
        "这项多方确认已经终局，或已过期限[：{agreement}][，期限高度 {deadline}]。",
        "没有任何改动。已终局的确认不能撤回；过期而未终局的，需要时重新发起。",
    ),
    "not-a-party": (
        "账户不是这项多方确认的参与方[：账户 {account}][，{agreement}]。",
        "没有任何改动。参与方在发起时已经固定；需要时重新发起。",
    ),
    "already-confirmed": (
        "这个参与方已经确认过[：账户 {account}][，{agreement}]。",
        "没有重复记录，此前的确认仍然有效。等待其他参与方。",
    ),
    "not-confirmed": (
        "这个参与方还没有确认，没有可以撤回的[：账户 {account}][，{agreement}]。",
        "没有任何改动。",
    ),
    # vouchers
    "unknown-voucher": ("没有这种凭证[：{voucher}]。", "没有任何改动，草稿仍在。核对凭证编号。"),
    "voucher-not-created": (
        "这种凭证还没有创建，或申请已被驳回[：{voucher}][，现为{got}]。",
        "没有任何改动，草稿仍在。由业务准入方创建后才能使用。",
    ),
    "application-decided": (
        "这项凭证申请此前已经有了决定[：{voucher}][，现为{got}]。",
        "没有任何改动，此前的决定仍然有效。需要时由发行方重新申请。",
    ),
    "not-issuer": (
        "只有凭证的发行方才能办理此事[：账户 {account}][，凭证 {voucher}]。",
        "没有任何改动。由发行方办理，或核对凭证编号。",
    ),
    "cap-exceeded": (
        "发行总量与凭证的上限不符[：{voucher}][，应为 {expected}][，实为 {got}]。",
        "没有任何改动，草稿仍在。减少数量；上限只能由业务准入方或监管方凭命令变更。",
    ),
    "voucher-stopped": (
        "按命令，这种凭证目前不能流转[：{voucher}][，现为{got}][，命令文书 {order}]。",
        "没有任何改动，草稿仍在。等命令解除后再发。",
    ),
    "voucher-expired": ("这种凭证已经到期[：{voucher}]。", "没有任何改动。到期的凭证不能再分配、转让或兑付。"),
    "not-yet-expired": ("这种凭证还没有到期[：{voucher}]。", "没有任何改动。到期以后才能作废。"),
    "outside-window": (
        "现在不在这种凭证可以转让的时间之内[：{voucher}][，应为 {expected}][，实为 {got}]。",
        "没有任何改动，草稿仍在。在可转让的时间内再发；过了这段时间就不能再转让。",
    ),
    "not-transferable": ("这种凭证分配以后不能转让[：{voucher}]。", "没有任何改动。只能由持有人自己兑付。"),
    "transfers-spent": (
        "这一件凭证的转让次数已经用完[：凭证 {voucher}][，序号 {serial}][，最多 {expected} 次]。",
        "没有任何改动。只能由现在的持有人兑付。",
    ),
    "holder-not-accepted": (
        "发行方不接受这个账户持有凭证[：账户 {account}][，凭证 {voucher}][，须为{expected}][，现为{got}]。",
        "没有任何改动，草稿仍在。用户须有发行方或其认可的合作方所作的普通实名以上认证。",
    ),
    "balance-short": (
        "持有的数量不够[：账户 {account}][，凭证 {voucher}][，需要 {expected}][，实有 {got}]。",
        "没有任何改动，草稿仍在。减少数量后再发。",
    ),
    "holding-frozen": (
        (
            "按命令，持有的这一部分已被冻结"
            "[：账户 {account}][，凭证 {voucher}][，序号 {serial}][，需要 {expected}][，可用 {got}][，命令文书 {order}]。"
        ),
        "没有任何改动，草稿仍在。可以改用未冻结的部分；解冻由下令的一方办理。",
    ),
    "not-holder": (
        "没有这一件凭证，或它属于别人[：凭证 {voucher}][，序号 {serial}]。",
        "没有任何改动，草稿仍在。核对序号；它可能已经转让。",
    ),
    "piece-ended": (
        "这一件凭证已经兑付、到期作废或合并[：凭证 {voucher}][，序号 {serial}][，现为{got}]。",
        "没有任何改动，草稿仍在。改用仍然有效的序号。",
    ),
    "not-divisible": (
        "这种凭证每件单独编号，不能拆分或合并[：{voucher}]。",
        "没有任何改动。按序号逐件转让或兑付。",
    ),
    "custody-short": (
        "各用户份额的总和超过本账户持有的数量[：凭证 {voucher}][，应为 {expected}][，实为 {got}]。",
        "没有记录任何内容，草稿仍在。核对份额，或先补足托管的数量。",
    ),
    "custody-not-assigned": (
        "该账户没有为所持凭证指定这一托管方[：账户 {account}][，凭证 {voucher}]。",
        "没有记录任何内容，草稿仍在。去掉该账户，或请它先指定本账户为托管方。",
    ),
}
