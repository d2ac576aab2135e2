"""中文用词：错误、核验步骤、结论、结果。 Chinese words for what this program says.

Guarantees: whole sentences; a part in square brackets is shown only when every fact it names is known. What each table
must contain is said in `app.core.messages`, which is also the only reader.
"""

ERRORS: dict[str, tuple[str, str]] = {
    "error": ("出了问题[：{reason}]。", "没有任何改动。可以重试；仍不行，把主文件夹里 logs 中的日志交给管理员。"),
    "not-decodable": ("数据与它声称的内容不符[：{what}][：{field}][（{reason}）]。", "没有采用。向提供方另要一份。"),
    "not-canonical": (
        "数据能读，但写法不是唯一的规范写法[：{what}]。",
        "没有采用，因为同样的内容换一种写法，摘要就不同。",
    ),
    "out-of-range": ("有一项超出允许范围[：{field}][，应为 {expected}][，实为 {got}]。", "改正后重试。没有任何改动。"),
    "bad-key": ("公钥格式不对，或算法不认识[（{reason}）]。", "重新完整复制公钥文本，不要多出或缺少字符。"),
    "bad-genesis": (
        "这份创世文件不能用来启动一条链[：{reason}][，应为 {expected}][，实为 {got}]。",
        "向业务准入方重新索取创世文件，并通过电话核对指纹。",
    ),
    "upgrade-needed": (
        "记账方已决定升级，这个程序的版本不够[：自高度 {height} 起][，须为第 {expected} 版规则][，本程序只到第 {got} 版]。",
        "节点停在升级之前，此前核验过的都已保留。安装新版程序并重新启动，就会继续。",
    ),
    "invalid-block": (
        "有区块违反规则[，高度 {height}][：{check}]。",
        "没有接受它，此前核验过的内容依然有效。节点会改向其他对等节点索取。",
    ),
    "not-enough-voting-power": (
        "签名的记账方不够[，高度 {height}][：表决权 {got}][，须{expected}]。",
        "这不是终局，没有接受。",
    ),
    "app-hash-differs": (
        "本机算出的状态与链上不同[，高度 {height}]。",
        "节点已停止，不再提供任何内容；此前核验过的都已保留。立即联系业务准入方。",
    ),
    "fork-detected": (
        "出现两个不同的终局区块[，高度 {height}]。",
        "节点已停止，两份证据都已保留。立即联系业务准入方，查清之前不要签名。",
    ),
    "light-client-attack": (
        "出现两个互相矛盾、却都有有效签名的区块[，高度 {height}][；两边都签了名的记账方：{validators}][；证据：{path}]。",
        "两者均未采信，证据已保留。立即联系业务准入方，查清之前不要签名。",
    ),
    "trust-expired": (
        "轻客户端所信任的区块已过期，不能再为新区块作证[（高度 {height}，{time}）]。",
        "向可信的一方取得近期区块的高度和哈希，用 --trust 指定。",
    ),
    "no-witness": (
        "没有见证节点确认对等节点给出的区块[（高度 {height}）]。",
        "指定更多属于不同参与方的见证节点，或等它们应答后重试。",
    ),
    "store": ("数据库无法使用[：{reason}]。", "重新启动程序。密钥另行保存，不受影响。"),
    "store-in-use": ("另一个程序正在使用这个数据文件夹[：{path}]。", "先关闭另一个窗口，或重新启动电脑。"),
    "store-damaged": (
        "数据库已损坏[：{reason}]。",
        "已原样保留。把它移走后，节点会重新取回全链；密钥和草稿另行保存，不受影响。",
    ),
    "store-write-failed": (
        "写入磁盘失败[：{reason}]。",
        "已停止写入，以免丢失。腾出空间或检查磁盘，然后重新启动程序。",
    ),
    "store-too-new": ("数据由更新版本的程序写成[（版本 {got}）]。", "已原样保留。重新安装较新的程序。"),
    "snapshot-invalid": (
        "快照的内容不是它声称的状态[（{check}）][：应为 {expected}，实为 {got}]。",
        "没有保留任何内容。将改用另一个快照，或从头获取全部区块。",
    ),
    "snapshot-part-damaged": (
        "快照的一个分块与清单不符[：应为 {expected}，实为 {got}]。",
        "没有采用。将向另一个节点索取。",
    ),
    "wallet": ("密钥无法使用[：{reason}]。", "没有签名。"),
    "wrong-passphrase": ("口令不对，密钥库没有打开。", "没有任何改动。留意大小写和输入法，再试一次。"),
    "keystore-damaged": ("密钥库文件已损坏[：{reason}]。", "已原样保留。用备份恢复。"),
    "keystore-exists": ("这里已有密钥库[：{path}]。", "没有覆盖。直接解锁，或另选一个文件夹。"),
    "no-keystore": ("这里还没有密钥库[：{path}][：{file}]。", "先完成本机设置。"),
    "no-vault": ("这里还没有身份库[：{path}]。", "登记第一个用户时会建立。"),
    "vault-exists": ("这里已有身份库[：{path}]。", "没有覆盖。直接打开，或另选一个文件夹。"),
    "backup-damaged": (
        "这份备份不能用[：{reason}][（{name}）]。",
        "没有恢复任何内容。换这份备份的另一个副本，或用更早的备份。",
    ),
    "wrong-backup-passphrase": (
        "口令不对，备份没有打开。",
        "没有恢复任何内容。备份用制作它时设的口令打开。",
    ),
    "vault-damaged": (
        "身份库已损坏[：{path}][（{reason}）]。",
        "已原样保留。其中的内容链上没有，只能用备份恢复。",
    ),
    "no-paper": (
        "本机没有这份材料的副本[：{sha256}]。",
        "可能是在开始封存副本之前登记的；否则从备份恢复钱包文件夹。",
    ),
    "no-contact": ("没有这个账户的联系人[：{account}]。", "没有改动任何内容。"),
    "weak-passphrase": ("口令太短[：至少 {expected} 个字符]。", "用几个只有自己会放在一起的词，好记也难猜。"),
    "outcome-unknown": (
        "第一笔交易仍可能上链[，直到高度 {valid_until}]。",
        "等它有了结果再重新签名，否则可能重复记录。",
    ),
    "file-changed": (
        "文件在读取时发生了变化[：{path}][：{file}][（{what}）]。",
        "算出的摘要已作废。关闭正在写入它的程序，再重新添加。",
    ),
    "file-unreadable": ("文件无法读取[：{path}][：{file}][（{reason}）]。", "确认文件还在，并且有权打开。"),
    "invalid-bundle": ("这不是一份完好的存证包[：{reason}][（{entry}）]。", "其中的内容都不应采信。向提供方重新索取。"),
    "node": ("节点没能完成这件事[：{reason}]。", "稍后再试。"),
    "node-unreachable": (
        "本机节点没有应答[：{node}][（{reason}）]。",
        "没有丢失任何内容。通常一分钟内恢复；否则重新启动程序。",
    ),
    "not-found": ("节点里没有这项内容[：{what}][ {name}]。", "也许还没有终局，稍后再试。"),
    "pruned": (
        "本节点已不再保存这部分内容[：{what}][，只保存高度 {oldest} 及以后]。",
        "记录本身仍在链上，依然有效。向保存全部区块的节点索取出证所需的内容。",
    ),
    "not-yet-provable": (
        "这条记录之后的区块还没有终局[（高度 {height}）]。",
        "记录已经成立，几秒后下一区块终局，就能出证。",
    ),
    "peer-misbehaved": (
        "有对等节点发来不可能成立的内容[：{peer}][（{reason}）]。",
        "没有接受，节点继续使用其他对等节点。",
    ),
    "peer-begins-later": (
        "这个对等节点已不再保存这里需要的下一个区块[：它从区块 {lowest} 开始]。",
        "添加一个保存全部区块的对等节点，或在空文件夹里从快照开始。",
    ),
    "no-peer": ("没有对等节点应答。", "检查网络。核验过的内容都在；连上以后，待发的草稿可以继续发送。"),
    "node-halted": (
        "节点已停止，因为它跟随的链自相矛盾[（{reason}）]。",
        "不要签名。此前核验过的都已保留。立即联系业务准入方。",
    ),
    "consensus-mismatch": (
        "CometBFT 与其应用所处的区块不一致[：应为 {expected}，实为 {got}]。",
        "没有保存该内容。请检查 CometBFT 目录与本应用目录是否属于同一个验证节点。",
    ),
    "usage": ("给出的内容无法使用[：{argument}][（{reason}）][，应为 {expected}][，实为 {got}]。", "改正后重试。"),
    "process-failed": (
        "程序的一部分没有启动，或已停止[：{process}][（{reason}）]。",
        "数据和密钥都在。重新启动程序；若再次出现，把主文件夹里 logs 中的日志交给管理员。",
    ),
    "folder-exists": ("这里已经有内容[：{path}]。", "原样未动。请指定一个尚不存在的文件夹。"),
    "bad-company": (
        "公司文件不可用[：{reason}][：{field}][，应为 {expected}][，实为 {got}]。",
        "没有写入任何内容。请该公司重新提供 company.json。",
    ),
    "cometbft-missing": (
        "没有找到 CometBFT，或它无法运行[：{path}][（{reason}）]。",
        "用 --cometbft 指明位置，或运行 go install github.com/cometbft/cometbft/cmd/cometbft@v0.39.4 安装。",
    ),
    "cometbft-version": (
        "CometBFT 的版本与本链所用的不同[：应为 {expected}][，实为 {got}]。",
        "没有启动。请运行 go install github.com/cometbft/cometbft/cmd/cometbft@v0.39.4 安装所需版本。",
    ),
    "not-what-was-shown": ("要签名的内容与显示的内容不一致[：{what}]。", "没有签名。重新起草，再看一遍。"),
    "key-locked": ("密钥已锁定。", "没有签名。用口令解锁后再试。"),
    "signer-misbehaved": ("签名设备的应答不可能正确[：{reason}]。", "没有发送任何内容。拔下设备，重新插上后再试。"),
    "approval-log-altered": (
        "签名审批记录被改动过[，在第 {number} 条]。",
        "已原样保留，不影响继续签名。留存一份该文件，告知审计人员。",
    ),
    "token": ("令牌拒绝了操作[：{reason}][（{token}）]。", "没有签名。拔下重新插上，再试一次。"),
    "module-unusable": (
        "令牌的驱动无法使用[：{path}][（{reason}）]。",
        "检查它是否为本机适用的 PKCS#11 模块，必要时重新安装。",
    ),
    "module-not-trusted": (
        "管理员以外的人可以改动令牌的驱动[：{path}][（{reason}）]。",
        "没有加载。由管理员装到他人不能写入的文件夹。",
    ),
    "module-changed": (
        "令牌的驱动与当初认可的不同[：{path}]。",
        "没有加载。若确系更新，重新认可即可；否则告知管理员。",
    ),
    "module-crashed": (
        "令牌的驱动意外停止[：{path}][（{reason}）]。",
        "没有签名，其他内容不受影响。重新插上令牌再试。",
    ),
    "module-hangs": (
        "令牌的驱动没有及时应答[：{path}][（等了 {seconds} 秒）]。",
        "没有签名，驱动会重新启动。若令牌在等待触摸或输入 PIN，再试一次并照做。",
    ),
    "token-removed": ("令牌没有插上[：{token}]。", "没有签名。插上后再试。"),
    "token-ambiguous": (
        "有几个令牌的名称和编号相同[：{token}]。",
        "没有签名，也没有发送 PIN。只留下要用的那一个。",
    ),
    "pin-incorrect": ("PIN 不对[：{token}]。", "没有签名。多次输错会锁定令牌，确认 PIN 后再试。"),
    "pin-locked": (
        "PIN 输错次数过多，令牌已锁定[：{token}]。",
        "没有签名。由发放令牌的机构用 PUK 解锁；电脑的 TPM 过一段时间会自行解锁。",
    ),
    "pin-length": ("这个长度的 PIN 不可能正确[：{token}]。", "输入完整的 PIN。"),
    "login-required": ("输入 PIN 后令牌才能签名[：{token}]。", "没有签名。输入 PIN 后再试。"),
    "key-not-on-token": ("已插上的令牌中没有这把密钥[：{token}]。", "没有签名。插上保存它的令牌。"),
    "unsupported-algorithm": (
        "令牌不支持这项操作[：{algorithm}][（{token}）]。",
        "没有任何改动。改用另一种密钥，或换一个令牌。",
    ),
    "token-busy": ("其他程序正在使用令牌[：{token}]。", "没有签名。关闭该程序或稍等，再试一次。"),
    "derivation-failed": ("无法由口令算出密钥[：{reason}]。", "没有任何改动。关闭其他程序以腾出内存，再试一次。"),
    "bad-transition": (
        "这件事不能这样改变状态[：从 {before} 到 {after}][（{reason}）]。",
        "没有任何改动。可在“存证记录”中查看现在的状态。",
    ),
    "stopped": ("已按要求停止。", "没有做完的部分没有保留。"),
    "mempool-full": ("节点中等待上链的交易已满。", "这一笔没有收下，草稿仍在。几秒后再试。"),
    "invalid-proof": ("证明与它所称的内容不符[：{check}]。", "没有采信。此前核验过的内容不受影响。"),
    "not-enough-trust": ("没有发现矛盾，但信任依据不足[：{reason}]。", "补上所缺的内容，再核验一次。"),
    "file-unwritable": (
        "文件无法写入[：{file}][（{reason}）]。",
        "原来的文件没有改动。换一个文件夹，或腾出空间后再试。",
    ),
    "picture-unreadable": (
        "图片中没有读出唯一的二维码[（{reason}）]。",
        "没有采用。重新拍一张，要端正、清晰、拍全整个二维码；也可以改用文件。",
    ),
    "request-too-large": (
        "内容太多，一个二维码装不下[：{got} 字节][，至多 {expected}]。",
        "没有写入。请存为文件，用文件传递。",
    ),
    "not-signed": (
        "记账方签名器没有签名[：{reason}][，应为 {expected}][，实为 {got}]。",
        "这样记账方就不会自相矛盾。若一再出现，请确认这把密钥只在一处使用。",
    ),
    "validator-key-unusable": (
        "记账方的密钥不能用[：{reason}][，应为 {expected}][：{path}]。",
        "没有签名。请放回密钥文件，或改为只有所有者可读（chmod 600）。",
    ),
    "sign-state-missing": (
        "没有这把记账方密钥最后签过什么的记录[：{path}]。",
        "没有签名：缺了它，密钥可能与先前签过的内容矛盾。切勿用旧的副本代替。",
    ),
    "sign-state-unusable": (
        "这把记账方密钥最后签过什么的记录不能用[（{reason}）][，应为 {expected}][，实为 {got}][：{path}]。",
        "没有签名。不要用旧的副本代替；做法见 docs/signer.md。",
    ),
}

STEPS: dict[str, tuple[str, str]] = {
    "container": ("容器", "文件是一份完好、没有歧义的存证包。"),
    "format": ("格式", "每一部分都是本版本认识的唯一规范写法。"),
    "trust-root": ("信任根", "存证包属于您所信任的创世文件对应的联盟。"),
    "finality": ("终局", "超过三分之二表决权的记账方签署了这个区块。"),
    "block": ("区块", "区块头与签署内容一致，并与此前区块相接。"),
    "transaction": ("交易", "交易确在这个区块之中，并已被接受。"),
    "signature": ("签名", "交易上的签名真实。"),
    "account": ("账户", "密钥当时属于该账户，其法律协议摘要在链上。"),
    "record": ("记录", "存证记录在链上日志之中，未经改动。"),
    "context": ("情境", "存证时记下的情境与链上摘要一致。"),
    "file": ("原件", "文件的两种摘要都与存证记录一致。"),
    "chain": ("存证链", "此前各条记录首尾相接，没有缺漏或改动。"),
}

VERDICTS: dict[str, tuple[str, str]] = {
    "valid": ("核验通过", "记录真实，并已终局，由本机逐步核验。"),
    "refuted": ("核验不通过", "至少有一步与存证包所称相矛盾，不应采信。"),
    "not-enough-trust": ("信任依据不足", "没有发现矛盾，但缺少把它与您的信任根联系起来的内容。"),
}

OUTCOMES: dict[str, str] = {
    "draft": "草稿",
    "waiting": "待复核",
    "pending": "待发",
    "unknown": "已提交，结果未知",
    "final": "已终局[（高度 {height}）]",
    "expired": "已过期（未上链）",
    "refused": "被拒绝[（{reason}）]",
}

PARTIES: dict[str, str] = {
    "operator": "业务准入方",
    "bookkeeper": "记账方",
    "partner": "合作方",
    "user": "用户",
    "regulator": "监管方",
}

PERMISSIONS: dict[str, str] = {"identity": "身份", "evidence": "存证", "voucher": "凭证"}
