"""What `luopu reserve` says, in both languages. A part of `app.cli.words`, in its form."""

from collections.abc import Mapping

from app.core.messages import Language

RESERVE_WORDS: Mapping[str, Mapping[Language, str]] = {
    # ---- making
    "reserve-voucher-line": {
        "zh": "{voucher}  {name}  可计入 {held}",
        "en": "{voucher}  {name}  {held} counts",
    },
    "reserve-own": {"zh": "本账户 {account} 持有 {held}", "en": "this account, {account}, holds {held}"},
    "reserve-own-away": {
        "zh": "本账户 {account} 持有 {held}，已指定由 {custodian} 计入，不计入这里",
        "en": "this account, {account}, holds {held}, which counts for {custodian} and not here",
    },
    "reserve-other": {"zh": "{account} 持有 {held}，由本账户计入", "en": "{account} holds {held}, which counts here"},
    "reserve-stage-chain": {"zh": "查询链上持有量 …", "en": "asking the chain what is held …"},
    "reserve-stage-reading": {"zh": "读取清单：{done} 行", "en": "reading the list, rows: {done}"},
    "reserve-stage-pieces": {"zh": "证明单张凭证：{done} / {total}", "en": "proving pieces: {done} of {total}"},
    "reserve-stage-tree": {"zh": "建树：{total} 份", "en": "building the tree, shares: {total}"},
    "reserve-stage-keeping": {"zh": "保存快照 …", "en": "keeping the snapshot …"},
    "reserve-stage-papers": {"zh": "写出证明：{done} / {total}", "en": "writing proofs: {done} of {total}"},
    "reserve-problem": {"zh": "  · {problem}", "en": "  · {problem}"},
    "reserve-problems-more": {"zh": "  … 共 {count} 处", "en": "  … {count} in all"},
    "reserve-problems-saved": {"zh": "全部问题已写入 {path}", "en": "all problems were written to {path}"},
    "reserve-warned": {"zh": "请留意（仍然计入）：", "en": "these count, but look at them:"},
    "reserve-made": {"zh": "快照 {id}", "en": "snapshot {id}"},
    "reserve-to-publish": {
        "zh": "请在 24 小时内公布：luopu reserve publish {id}\n公布之前不发放任何证明。",
        "en": "publish it within 24 hours: luopu reserve publish {id}\nno proof is handed out before that",
    },
    "reserve-short-by": {
        "zh": "持有不足，差 {missing}：不能公布。",
        "en": "short by {missing}: it cannot be published",
    },
    # ---- a snapshot
    "reserve-voucher": {"zh": "凭证", "en": "voucher"},
    "reserve-owed": {"zh": "应付合计", "en": "owed in all"},
    "reserve-held": {"zh": "持有", "en": "held"},
    "reserve-held-ratio": {"zh": "{held}（{ratio}）", "en": "{held} ({ratio})"},
    "reserve-users": {"zh": "用户数", "en": "users"},
    "reserve-padding": {"zh": "零值条目", "en": "zero entries"},
    "reserve-unclaimed": {"zh": "不欠任何人的", "en": "owed to nobody"},
    "reserve-list": {"zh": "清单", "en": "list"},
    "reserve-as-of": {"zh": "截至", "en": "as of"},
    "reserve-root": {"zh": "根", "en": "root"},
    "reserve-moment": {"zh": "高度 {height}  {time}", "en": "height {height}  {time}"},
    "reserve-line": {
        "zh": "{id}  {name}  应付 {owed}  持有 {held}  {ratio}  高度 {height}  {state}",
        "en": "{id}  {name}  owed {owed}  held {held}  {ratio}  height {height}  {state}",
    },
    "reserve-none": {"zh": "这里没有快照。", "en": "no snapshots are kept here"},
    "reserve-damaged": {"zh": "{id}  {reason}", "en": "{id}  {reason}"},
    "reserve-state-made": {"zh": "可以公布", "en": "can be published"},
    "reserve-state-short": {"zh": "持有不足", "en": "short"},
    "reserve-state-late": {"zh": "不能再公布", "en": "can be published no more"},
    "reserve-state-waiting": {"zh": "公布已签名，结果未知", "en": "publication signed, outcome not known yet"},
    "reserve-state-published": {"zh": "已公布（高度 {published}）", "en": "published at height {published}"},
    "reserve-state-superseded": {
        "zh": "已公布（高度 {published}），此后又公布过 {later} 次",
        "en": "published at height {published}, and {later} came later",
    },
    "reserve-not-shown": {"zh": "不公开", "en": "not shown"},
    "reserve-private": {"zh": "用户是谁、有多少、各欠多少", "en": "the users, their number, what each is owed"},
    "reserve-published": {
        "zh": "已公布，高度 {height}。发放证明：luopu reserve export {id} TARGET",
        "en": "published at height {height}; hand out the proofs: luopu reserve export {id} TARGET",
    },
    "reserve-discarded": {"zh": "已丢弃 {id}", "en": "discarded {id}"},
    "reserve-exported": {"zh": "已写好 {count} 份证明：{path}", "en": "{count} proofs were written: {path}"},
    # ---- a proof
    "reserve-verdict-valid": {
        "zh": "在所示高度，该用户的份额计入应付合计，且全部都有持有。",
        "en": "at its height this user's share was part of all that was owed, and all of it was held",
    },
    "reserve-verdict-refuted": {
        "zh": "证明自相矛盾或与链矛盾，不能依赖。",
        "en": "the proof contradicts itself or the chain: do not rely on it",
    },
    "reserve-verdict-not-enough-trust": {
        "zh": "没有发现矛盾，但无法与您信任的创世文件相连。",
        "en": "nothing contradicts the proof, but it cannot be tied to a genesis document that you trust",
    },
    "reserve-step-format": {"zh": "文件", "en": "file"},
    "reserve-step-user": {"zh": "用户", "en": "user"},
    "reserve-step-tree": {"zh": "树", "en": "tree"},
    "reserve-step-trust-root": {"zh": "信任根", "en": "trust root"},
    "reserve-step-finality": {"zh": "终局", "en": "finality"},
    "reserve-step-snapshot": {"zh": "快照", "en": "snapshot"},
    "reserve-step-custody": {"zh": "持有", "en": "custody"},
    "reserve-step-publication": {"zh": "公布", "en": "publication"},
    "reserve-step-signature": {"zh": "签名", "en": "signature"},
    "reserve-step-coverage": {"zh": "覆盖", "en": "coverage"},
    "reserve-user": {"zh": "用户账户", "en": "user's account"},
    "reserve-share": {"zh": "欠该用户", "en": "owed to the user"},
    "reserve-serial": {"zh": "序号", "en": "serial"},
    "reserve-custodian": {"zh": "托管方", "en": "custodian"},
    "reserve-published-at": {"zh": "公布于", "en": "published"},
    "reserve-chain-newest": {
        "zh": "链上有此公布（高度 {height}），且是最新一次。",
        "en": "on the chain at height {height}, and the newest publication",
    },
    "reserve-chain-superseded": {
        "zh": "链上有此公布（高度 {height}），此后又公布 {later} 次，最新在高度 {newest}：请向托管方索取新的证明。",
        "en": "on the chain at height {height}; {later} came later, the newest at height {newest}: "
        "ask the custodian for its proof",
    },
    "reserve-chain-absent": {
        "zh": "链上没有此公布：托管方从未为该凭证公布过这个根。请保留文件以备投诉。",
        "en": "not on the chain: the custodian never published this root for this voucher. Keep the file for a complaint",
    },
    "reserve-chain-behind": {
        "zh": "本机节点在高度 {height}，还没有到公布的高度 {published}：暂时无法核对。",
        "en": "the node is at height {height}, below the publication at {published}: it cannot tell yet",
    },
    # ---- looking
    "reserve-height": {"zh": "高度", "en": "height"},
    "reserve-time": {"zh": "时间", "en": "time"},
    "reserve-ratio": {"zh": "覆盖率", "en": "ratio"},
    "reserve-held-now": {"zh": "现在持有", "en": "holds now"},
    "reserve-at-least": {"zh": "至少 {held}", "en": "at least {held}"},
    "reserve-never": {"zh": "尚未公布过。", "en": "nothing was published yet"},
    "reserve-issuer": {"zh": "发行方", "en": "issuer"},
    "reserve-supply": {"zh": "流通总量", "en": "outstanding"},
    "reserve-with-custodians": {"zh": "在已公布的托管方名下", "en": "with custodians who published"},
    "reserve-owed-to-users": {"zh": "其中欠用户", "en": "of it owed to their users"},
    "reserve-share-of": {"zh": "{amount}（流通的 {share}）", "en": "{amount} ({share} of what is out)"},
}
