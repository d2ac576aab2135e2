"""What the command line says, in both languages: one table of phrases with places for their facts."""

from collections.abc import Mapping

from app.cli.reserve.serving_words import SERVING_WORDS
from app.cli.reserve.words import RESERVE_WORDS
from app.core.messages import Language

WORDS: Mapping[str, Mapping[Language, str]] = {
    # ---- every command
    "hint": {"zh": "提示：", "en": "hint: "},
    "error": {"zh": "错误：", "en": "error: "},
    # ---- processes, validators, consortiums, the demo
    "sandbox-ready": {
        "zh": "本机联盟 {chain} 已启动，{validators} 个记账方，每 {interval} 秒出块。\nRPC：{url}\n按 Ctrl+C 停止。",
        "en": "embedded consortium {chain} is running: {validators} bookkeepers, a block every {interval} s\n"
        "RPC: {url}\nCtrl+C stops it",
    },
    "node-ready": {
        "zh": "节点已启动，自行核验终局。\n本机接口：{url}\n按 Ctrl+C 停止。",
        "en": "the node is running and verifies finality itself\nlocal API: {url}\nCtrl+C stops it",
    },
    "abci-ready": {
        "zh": "共识应用已启动，等待 CometBFT 连接：{url}\n按 Ctrl+C 停止。",
        "en": "the application is running and waits for CometBFT at {url}\nCtrl+C stops it",
    },
    "signer-ready": {
        "zh": "签名器已启动，向 CometBFT 拨号：{url}\n按 Ctrl+C 停止。",
        "en": "the signer is running and dials CometBFT at {url}\nCtrl+C stops it",
    },
    "signer-made": {
        "zh": "已生成记账方密钥，公钥如下。",
        "en": "a validator key was made; this is its public half",
    },
    "signer-moved": {
        "zh": "记账方已移到这里，最后签名于 {place}（高度/轮次/步骤）。原密钥文件已改名为 .moved，请移走。",
        "en": "the validator was moved here; it signed last at {place} (height/round/step). "
        "Its old key file was renamed to .moved: take it away",
    },
    "consortium-made": {
        "zh": "联盟 {chain} 已写好：{validators} 个记账方，{path}\n"
        "所有密钥都在本机，口令相同；仅用于试用。\n启动：luopu consortium start {path}",
        "en": "consortium {chain} was made: {validators} validators in {path}\n"
        "all keys are on this computer, under one passphrase: for trying out only\nstart it: luopu consortium start {path}",
    },
    "validators-ready": {"zh": "记账方已启动：", "en": "the validators are running:"},
    "validator-fallen": {
        "zh": "{validator} 停止了（{reason}），{seconds} 秒后重新启动。",
        "en": "{validator} has stopped ({reason}); it is started again in {seconds} s",
    },
    "validator-risen": {"zh": "{validator} 已重新启动。", "en": "{validator} runs again"},
    "stop-with": {"zh": "按 Ctrl+C 停止。", "en": "Ctrl+C stops them"},
    "company-made": {
        "zh": "{company} 的密钥已生成。把 {path} 交给其他公司；此文件夹中的其他内容绝不外传。",
        "en": "the keys of {company} were made; give {path} to the other companies, and nothing else of this folder",
    },
    "genesis-made": {
        "zh": "创世文件已写好：{path}\n请各公司电话核对指纹：{fingerprint}",
        "en": "the genesis document was written: {path}\nall companies compare its fingerprint by telephone: {fingerprint}",
    },
    "configured": {
        "zh": "已配置：{path}\n创世文件指纹：{fingerprint}",
        "en": "configured: {path}\nfingerprint of the genesis document: {fingerprint}",
    },
    "no-seat": {
        "zh": "这个记账方在创世文件中没有席位：它先跟随，席位须由记账方表决。",
        "en": "this validator has no seat in the genesis document: it follows until the bookkeepers give it one",
    },
    "node-rpc": {"zh": "供其他节点读取的 RPC：{url}", "en": "RPC for others: {url}"},
    "compacted": {
        "zh": "数据库已整理：{before} 字节 → {after} 字节",
        "en": "the database is compacted: {before} bytes before, {after} after",
    },
    "demo-done": {
        "zh": "完成：{files} 个文件已存证并离线核验，改动过的文件被识破。用时 {seconds} 秒。\n"
        "存证包和 genesis.json 在 {path}",
        "en": "done: {files} files notarized and verified offline, the changed file was found out; {seconds} s\n"
        "bundles and genesis.json are in {path}",
    },
    # ---- light client
    "block-hash": {"zh": "区块哈希", "en": "block hash"},
    "state-root": {"zh": "状态根", "en": "state root"},
    "light-path": {"zh": "核验路径", "en": "verified over"},
    "light-blocks": {"zh": "{count} 个轻区块", "en": "{count} light blocks"},
    "witnesses": {"zh": "见证节点", "en": "witnesses"},
    "no-witnesses": {
        "zh": "未指定（--witness）：只有一个来源，分叉无法察觉",
        "en": "none were named (--witness): with one source, a fork cannot be noticed",
    },
    "confirmed": {"zh": "已核对，未见分叉", "en": "asked, and no fork was seen"},
    "dismissed": {
        "zh": "{peer} 给出无效区块，已弃用（{reason}）",
        "en": "{peer} showed what cannot be true ({reason})",
    },
    # ---- records
    "passphrase": {"zh": "口令：", "en": "passphrase: "},
    "new-passphrase": {"zh": "为新密钥设置口令（至少 8 个字符）：", "en": "passphrase for a new key (8 or more): "},
    "passphrase-to-be": {"zh": "新口令（至少 8 个字符）：", "en": "new passphrase (8 or more): "},
    "backup-passphrase-to-be": {
        "zh": "为备份设置口令（至少 8 个字符）：",
        "en": "passphrase for the backup (8 or more): ",
    },
    "backup-passphrase": {"zh": "备份的口令：", "en": "passphrase of the backup: "},
    "once-more": {"zh": "再输入一次：", "en": "once more: "},
    "pin": {"zh": "令牌 {token} 的 PIN：", "en": "PIN of the token {token}: "},
    "pin-warned": {"zh": "令牌 {token} 的 PIN（{warning}）：", "en": "PIN of the token {token} ({warning}): "},
    "pin-keypad": {"zh": "请在令牌 {token} 上输入 PIN。", "en": "type the PIN at the token {token} itself"},
    "token": {"zh": "令牌", "en": "token"},
    "to-sign": {"zh": "将要签名的内容", "en": "what will be signed"},
    "file": {"zh": "文件", "en": "file"},
    "subject": {"zh": "说明（公开）", "en": "subject (public)"},
    "chain": {"zh": "存证链", "en": "record chain"},
    "account": {"zh": "账户", "en": "account"},
    "key": {"zh": "密钥", "en": "key"},
    "cost": {"zh": "消耗", "en": "cost"},
    "points": {"zh": "{points} 配额点，余 {left}", "en": "{points} quota points, {left} left"},
    "valid-until": {"zh": "有效至", "en": "valid until"},
    "height": {"zh": "高度 {height}", "en": "height {height}"},
    "record": {"zh": "存证记录", "en": "evidence record"},
    "final": {"zh": "已终局（高度 {height}）", "en": "final (height {height})"},
    "expired": {"zh": "已过期（未上链）", "en": "expired (not on chain)"},
    "refused": {"zh": "被拒绝（{reason}）", "en": "refused ({reason})"},
    "bundle-written": {"zh": "存证包已写好并核验：{path}", "en": "evidence bundle written and verified: {path}"},
    # ---- status
    "network": {"zh": "链", "en": "chain"},
    "synced": {"zh": "已同步", "en": "in sync"},
    "behind": {"zh": "还差 {blocks} 个区块", "en": "{blocks} blocks behind"},
    "seconds-left": {"zh": "约 {seconds} 秒", "en": "about {seconds} s left"},
    "offline": {"zh": "没有对等节点应答", "en": "no peer answers"},
    "halted": {"zh": "已停止：{reason}", "en": "halted: {reason}"},
    "state": {"zh": "同步", "en": "sync"},
    "finality": {"zh": "终局", "en": "finality"},
    "signers": {
        "zh": "{signed}/{total} 记账方签名，由本机核验",
        "en": "{signed} of {total} bookkeepers signed, verified here",
    },
    "peers": {"zh": "对等节点", "en": "peers"},
    "quota": {"zh": "配额", "en": "quota"},
    "left-of": {"zh": "{left} / {points} 点", "en": "{left} of {points} points"},
    "not-registered": {
        "zh": "本机密钥尚未由业务准入方登记",
        "en": "this key is not registered by the operator yet",
    },
    "block-time": {"zh": "区块时间", "en": "block time"},
    "no-records": {"zh": "还没有存证记录。", "en": "no evidence records yet"},
    # ---- the council
    "seats": {
        "zh": "高度 {height} 的席位（共 {total} 票权，通过提案须 {needed}）：",
        "en": "seats at height {height} (power {total} in all, {needed} decides a proposal):",
    },
    "no-seats": {
        "zh": "这条链的创世文件没有席位：记账方不能变更。",
        "en": "the genesis document of this chain gave no seats: its validators can never change",
    },
    "proposal": {"zh": "提案", "en": "proposal"},
    "proposal-headed": {"zh": "提案 {proposal}  {state}", "en": "proposal {proposal}  {state}"},
    "proposal-open": {
        "zh": "表决中：同意 {power} 票权，须 {needed}",
        "en": "open: power {power} approves, {needed} is needed",
    },
    "proposal-decided": {"zh": "已通过", "en": "decided"},
    "in-force": {"zh": "两个区块后生效。", "en": "in force two blocks later"},
    "proposal-lapsed": {"zh": "已过期限，未通过", "en": "lapsed: its deadline has passed"},
    "proposed-by": {"zh": "提议人", "en": "proposed by"},
    "approved-by": {"zh": "同意", "en": "approved by"},
    "validator-key": {"zh": "记账方公钥", "en": "validator key"},
    "power": {"zh": "票权", "en": "voting power"},
    "power-n": {"zh": "{power}", "en": "{power}"},
    "power-zero": {"zh": "0：撤销席位", "en": "0: the seat is taken away"},
    "power-new": {"zh": "新席位，{after}", "en": "a new seat with {after}"},
    "power-changed": {"zh": "{before} → {after}", "en": "{before} → {after}"},
    "power-removed": {"zh": "{before} → 0：撤销席位", "en": "{before} → 0: the seat is taken away"},
    "answers": {"zh": "负责的记账方账户", "en": "bookkeeper's account"},
    "document": {"zh": "理由文件 SHA-256", "en": "reasons, SHA-256"},
    "deadline": {"zh": "表决期限", "en": "approve until"},
    # ---- before signing
    "action": {"zh": "动作", "en": "action"},
    "sender": {"zh": "账户地址", "en": "account address"},
    "digest": {"zh": "签名摘要", "en": "digest to be signed"},
    "node-says": {
        "zh": "以下由本机节点核验并告知，不在签名内容之中",
        "en": "according to your node; what is signed does not say it",
    },
    "signed-before": {
        "zh": "先前已签名、结果尚未告知的内容：再次发送相同内容，不重新签名",
        "en": "signed before, and its outcome was never told: the same is sent again, and nothing new is signed",
    },
    "nonce": {"zh": "随机数", "en": "nonce"},
    "new-id": {"zh": "新编号 · {name}", "en": "its id · {name}"},
    "approvers": {"zh": "须复核的密钥", "en": "keys that must sign too"},
    "signed-by": {"zh": "已签名", "en": "signed by"},
    "hold-until": {"zh": "等待复核至", "en": "waits for approvals until"},
    "nobody": {"zh": "（没有这个账户）", "en": "(no such account)"},
    "would-be-refused": {"zh": "现在提交会被拒绝：{reason}", "en": "as things stand it would be refused: {reason}"},
    "anyway": {
        "zh": "没有签名。仍要签名请加 --anyway。",
        "en": "nothing was signed; --anyway signs all the same",
    },
    "request-written": {
        "zh": "已签名，还须 {count} 个复核密钥签名。请求文件：{path}\n请复核人运行：luopu sign-request {path}",
        "en": "signed; {count} more keys must sign. The request: {path}\nthe approvers run: luopu sign-request {path}",
    },
    "missing": {"zh": "尚缺", "en": "still missing"},
    # ---- signing on another computer
    "waits-for-network": {
        "zh": "没有网络。已签名并保存，恢复后自动发出；也可以中断（Ctrl+C），以后运行 luopu outbox send --all。",
        "en": "no network: signed and kept, and sent when it is back. Or interrupt (Ctrl+C), and run later: "
        "luopu outbox send --all",
    },
    "own-key-made": {
        "zh": "密钥已生成：{key}\n密钥卡：luopu account card",
        "en": "the key was made: {key}\nits card: luopu account card",
    },
    "draft-written": {
        "zh": "没有签名。请求文件：{path}\n带到有密钥的计算机上运行：luopu sign {path} --output F\n"
        "带回后在这里运行：luopu sign-request F",
        "en": "nothing was signed. The request: {path}\non the computer with the key: luopu sign {path} --output F\n"
        "back here: luopu sign-request F",
    },
    "not-checked": {
        "zh": "这里没有节点：账户是谁的、密钥是否属于它、是否会被接受，都没有核对",
        "en": "there is no node here: whose the account is, whether the key is one of its, and whether the chain would"
        " take it was not checked",
    },
    "signed-here-before": {
        "zh": "先前已在这里签名：再次写出相同的签名，不重新签名",
        "en": "signed here before: the same signature is written again, and nothing new is signed",
    },
    "carried-back": {
        "zh": "已签名：{path}\n带回有节点的计算机，运行：luopu sign-request {path}",
        "en": "signed: {path}\non the computer with the node: luopu sign-request {path}",
    },
    "waits-name": {"zh": "待复核 · {name}", "en": "what waits · {name}"},
    # ---- receipts
    "waits-on-chain": {"zh": "已上链，等待复核", "en": "on the chain, waiting for approvals"},
    "height-name": {"zh": "高度", "en": "height"},
    "transaction": {"zh": "交易", "en": "transaction"},
    "points-spent": {"zh": "{points} 配额点", "en": "{points} quota points"},
    "signer": {"zh": "签名人", "en": "signed by"},
    "checked-by": {"zh": "复核人", "en": "checked by"},
    "who-answers": {"zh": "负责方", "en": "who answers"},
    "legal-agreement": {"zh": "法律协议", "en": "legal agreement"},
    "agreement-version": {"zh": "第 {version} 版 {digest}", "en": "version {version} {digest}"},
    "came-account": {"zh": "账户编号", "en": "account number"},
    "came-agreement": {"zh": "协议编号", "en": "agreement"},
    "came-proposal": {"zh": "提案编号", "en": "proposal"},
    "came-grant": {"zh": "授权编号", "en": "grant"},
    "came-held": {"zh": "待复核编号", "en": "held"},
    "came-voucher": {"zh": "凭证编号", "en": "voucher"},
    "came-first_serial": {"zh": "首个序号", "en": "first serial"},
    "came-balance": {"zh": "当时余额", "en": "balance then"},
    "came-agreement_final": {"zh": "全部确认", "en": "all have confirmed"},
    "came-decided": {"zh": "提案通过", "en": "decided"},
    "in-no-block": {"zh": "不在本机节点已有的任何区块中。", "en": "in no block that this node has"},
    "yes": {"zh": "是", "en": "yes"},
    "no": {"zh": "否", "en": "no"},
    "nothing": {"zh": "没有。", "en": "none"},
    # ---- accounts
    "address": {"zh": "地址", "en": "address"},
    "in-force-name": {"zh": "有效", "en": "in force"},
    "stopped-by": {"zh": "被停用", "en": "stopped"},
    "stop": {"zh": "由 {by} 于高度 {height}，文书 {order}", "en": "by {by} at height {height}, order {order}"},
    "suspended": {"zh": "已暂停", "en": "suspended"},
    "level": {"zh": "认证级别", "en": "level"},
    "permissions": {"zh": "权限", "en": "permissions"},
    "threshold": {"zh": "复核人数 · {duty}", "en": "checkers · {duty}"},
    "certified-by": {"zh": "认证 {number}", "en": "certification {number}"},
    "certification": {
        "zh": "{partner}，{level}，至 {until}，{counts}",
        "en": "{partner}, {level}, until {until}, {counts}",
    },
    "always": {"zh": "长期", "en": "always"},
    "counts": {"zh": "有效", "en": "counts"},
    "counts-not": {"zh": "无效", "en": "does not count"},
    "every-role": {"zh": "全部角色", "en": "every role"},
    "recognises": {"zh": "认可 {partner} 的认证，最低 {level}", "en": "recognises {partner} from {level} on"},
    "terms": {
        "zh": "法律协议第 {version} 版 {digest}，自高度 {height}",
        "en": "legal agreement, version {version} {digest}, since height {height}",
    },
    # ---- disclosures, grants
    "certifier": {"zh": "认证方", "en": "certified by"},
    "shown-of": {"zh": "披露属性", "en": "attributes shown"},
    "disclosure-written": {"zh": "披露文件已写好：{path}", "en": "disclosure written: {path}"},
    "paper-written": {
        "zh": "材料副本已写好，与登记时一致：{path}",
        "en": "the copy is written, the same as what was taken in: {path}",
    },
    "paper-holds": {"zh": "文件 {path} 正是所出示的材料。", "en": "the file {path} is one of the papers shown"},
    "paper-not-here": {"zh": "（本机没有副本）", "en": "(no copy is kept here)"},
    "paper-scan": {"zh": "证件扫描件", "en": "scanned document"},
    "paper-form": {"zh": "申请表", "en": "application form"},
    "paper-other": {"zh": "其他材料", "en": "other paper"},
    "known-as": {"zh": "本机称呼", "en": "known here as"},
    "notes": {"zh": "备注", "en": "notes"},
    "contact-kept": {"zh": "联系人已保存：{account} {name}", "en": "the contact is kept: {account} {name}"},
    "contact-removed": {"zh": "联系人已移除：{account}", "en": "the contact is removed: {account}"},
    "disclosure-holds": {
        "zh": "与链上有效的认证一致。",
        "en": "it is what a certification on the chain says that counts now",
    },
    "may-have": {"zh": "有授权。", "en": "granted"},
    "may-not-have": {"zh": "没有有效授权。", "en": "no grant that counts"},
    "grant-line": {
        "zh": "{grant}  {user} 授权 {grantee} 取用 {holder} 保管的数据 {scope}  {purpose}  至 {until}，{state}",
        "en": "{grant}  {user} lets {grantee} have what {holder} keeps, {scope}  {purpose}  until {until}, {state}",
    },
    # ---- agreements
    "opened-by": {"zh": "发起人", "en": "opened by"},
    "confirmed-it": {"zh": "已确认", "en": "has confirmed"},
    "not-yet": {"zh": "尚未确认", "en": "has not confirmed"},
    "agreement-final": {"zh": "全部确认（高度 {height}）", "en": "final (height {height})"},
    "agreement-open": {
        "zh": "已确认 {confirmed}/{parties}，期限高度 {height}",
        "en": "{confirmed} of {parties} have confirmed, until height {height}",
    },
    "agreement-lapsed": {
        "zh": "已过期限，确认 {confirmed}/{parties}（高度 {height}）",
        "en": "lapsed with {confirmed} of {parties} at height {height}",
    },
    # ---- vouchers
    "outstanding": {"zh": "流通 {out}，上限 {cap}", "en": "{out} out, cap {cap}"},
    "product": {"zh": "代表", "en": "stands for"},
    "kind": {"zh": "种类", "en": "kind"},
    "issued": {"zh": "已发放", "en": "issued"},
    "redeemed": {"zh": "已兑付", "en": "redeemed"},
    "lapsed": {"zh": "已过期清理", "en": "lapsed"},
    "flow": {"zh": "流通", "en": "flow"},
    "opens": {"zh": "可转让自", "en": "changes hands from"},
    "closes": {"zh": "可转让至", "en": "changes hands until"},
    "expires": {"zh": "过期", "en": "expires"},
    "rules": {"zh": "转让规则", "en": "rules"},
    "rule-bound": {"zh": "不可转让", "en": "never changes hands"},
    "rule-transfers": {"zh": "每张最多转让 {count} 次", "en": "each at most {count} times"},
    "accepted": {"zh": "可持有的用户属于", "en": "users who may hold it"},
    "all-recognised": {"zh": "发行方认可的全部合作方", "en": "of all whom the issuer recognises"},
    "description": {"zh": "说明文件 SHA-256", "en": "description, SHA-256"},
    "legal": {"zh": "法律文件 SHA-256", "en": "legal document, SHA-256"},
    "holding": {"zh": "{amount}，另 {pieces} 张共 {packed}", "en": "{amount}, and {packed} in {pieces} pieces"},
    "frozen-none": {"zh": "", "en": ""},
    "frozen-part": {"zh": "，冻结 {amount}", "en": ", {amount} frozen"},
    "frozen-all": {"zh": "，已冻结", "en": ", frozen"},
    "piece": {"zh": "#{serial}  {amount}  {owner}  {end}{frozen}", "en": "#{serial}  {amount}  {owner}  {end}{frozen}"},
    "custody": {
        "zh": "{voucher}  {name}  第 {sequence} 次：合计 {total}，余额 {balance}（高度 {height}），根 {root}",
        "en": "{voucher}  {name}  attestation {sequence}: {total} of {balance} held (height {height}), root {root}",
    },
    "would-pass": {"zh": "下一个区块（{height}）会接受。", "en": "the next block ({height}) would take it"},
    # ---- tokens
    "module-accepted": {"zh": "已认可", "en": "accepted"},
    "module-not-accepted": {"zh": "未认可", "en": "not accepted"},
    "module-kept": {"zh": "已认可 {path}\nSHA-256 {digest}", "en": "accepted {path}\nSHA-256 {digest}"},
    "module-dropped": {"zh": "不再加载 {path}", "en": "{path} is loaded no more"},
    "no-modules": {"zh": "没有找到令牌驱动。", "en": "no drivers for tokens are here"},
    # ---- safekeeping
    "passphrase-changed": {
        "zh": "口令已更改。以前的备份和副本仍用原来的口令打开。",
        "en": "the passphrase was changed; older backups and copies still open with the one they had",
    },
    "backup-made": {
        "zh": "备份已写好：{path}\n不在备份中：此后的签名与登记。另存于别处，口令分开保管。",
        "en": "the backup was written: {path}\nwhat is signed or enrolled from now on is not in it; "
        "keep it elsewhere, and its passphrase apart from it",
    },
    "backup-restored": {
        "zh": "已恢复到 {moment} 的状态，口令为制作备份时本机的口令。\n"
        "此后签过的内容本机不知道：同一件事，等第一次签名的有效期（valid_until）过后再签，否则可能重复上链。",
        "en": "everything is here again as of {moment}, under the passphrase that the home had then\n"
        "what was signed since is not known here: before you sign the same again, wait until the valid_until of the "
        "first has passed, or both may land",
    },
    "no-approvals": {"zh": "本机还没有签名审批。", "en": "nothing was approved at this desk"},
    "approvals-written": {
        "zh": "已写入 {path}，共 {count} 条。任何人都可以核对：luopu account approvals --check F",
        "en": "written to {path}: {count} approvals. Anybody can check it: luopu account approvals --check F",
    },
    "approval-unreadable": {"zh": "{number}  无法读取", "en": "{number}  cannot be read"},
    "approval-altered": {"zh": "被改动，或与前一条不相接", "en": "altered, or not tied to the line before"},
    # ---- outbox
    "outbox-line": {
        "zh": "{id}  {time}  {what}  {state}  至高度 {until}",
        "en": "{id}  {time}  {what}  {state}  until height {until}",
    },
    "outbox-elsewhere": {"zh": "同事已发出，链上已有", "en": "sent by a colleague, and on the chain"},
    "outbox-renewable": {
        "zh": "可重新起草：luopu outbox renew {id}",
        "en": "may be drafted anew: luopu outbox renew {id}",
    },
    "outbox-empty": {"zh": "发件箱里没有要处理或在途的事项。", "en": "nothing needs you, and nothing is on its way"},
    "outbox-note": {"zh": "节点答复", "en": "the node's word"},
    "outbox-replaces": {"zh": "代替", "en": "takes the place of"},
    "outbox-replaced": {"zh": "已由此重办", "en": "done anew by"},
    "outbox-drafted": {"zh": "起草于", "en": "drafted"},
    "outbox-nothing-to-send": {"zh": "没有待发的事项。", "en": "nothing waits to be sent"},
    "outbox-discarded": {"zh": "已丢弃 {id}", "en": "discarded {id}"},
    "outbox-dismissed": {"zh": "已不再需要 {id}", "en": "no longer needed: {id}"},
    "approvals-whole": {
        "zh": "共 {count} 条，前后相接，未被改动；最新一条的摘要 {digest}",
        "en": "{count} approvals, each tied to the one before, none altered; digest of the newest {digest}",
    },
    "no-tokens": {"zh": "没有插入令牌。", "en": "no token is plugged in"},
    "no-keys": {"zh": "没有密钥。", "en": "no keys"},
    "pin-fine": {"zh": "PIN 正常", "en": "PIN in order"},
    "pin-low": {"zh": "上次输入的 PIN 有误", "en": "a wrong PIN was entered last"},
    "pin-final": {"zh": "再错一次就会锁定", "en": "one more wrong PIN locks it"},
    "pin-locked": {"zh": "PIN 已锁定", "en": "PIN locked"},
    "pin-unset": {"zh": "尚未设置 PIN", "en": "no PIN is set"},
    "token-twins": {"zh": "{count} 个插槽中有同名令牌", "en": "of this name in {count} slots"},
    "certificate": {"zh": "证书 {subject}，至 {until}", "en": "certificate {subject}, until {until}"},
    "certificate-unreadable": {"zh": "证书无法读取", "en": "a certificate that cannot be read"},
    "key-made": {"zh": "令牌 {token} 上的新密钥 {label}：{key}", "en": "new key {label} on the token {token}: {key}"},
    # ---- governance, approvals
    "approving-share": {"zh": "通过所需票权", "en": "share of the power that decides"},
    "stopped-actions": {"zh": "已停用的动作", "en": "stopped actions"},
    "law-version": {"zh": "规则版本", "en": "version of the law"},
    "held-open": {
        "zh": "还须 {missing} 人复核，至高度 {height}",
        "en": "{missing} more must sign, until height {height}",
    },
    "held-over": {"zh": "已过期限（高度 {height}）", "en": "over at height {height}"},
    **RESERVE_WORDS,
    **SERVING_WORDS,
}
