<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en_US">
<context>
    <name />
    <message>
        <source>#{sequence} of chain {chain}</source>
        <translation>#{sequence}，链 {chain}</translation>
    </message>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n 字节</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n day(s)</source>
        <translation>
            <numerusform>%n 天</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n draft(s) not signed yet</source>
        <translation>
            <numerusform>%n 份草稿还没有签名</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n 小时</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n 分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n record(s) signed, waiting to be sent</source>
        <translation>
            <numerusform>%n 份存证已签名，待发</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n record(s) submitted, outcome unknown</source>
        <translation>
            <numerusform>%n 份存证已提交，结果未知</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n 秒</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n waiting</source>
        <translation>
            <numerusform>%n 件待处理</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>+ %n earlier</source>
        <translation>
            <numerusform>另有 %n 条</numerusform>
        </translation>
    </message>
    <message>
        <source>, </source>
        <translation>、</translation>
    </message>
    <message>
        <source>/ {points} points</source>
        <translation>/ {points} 点</translation>
    </message>
    <message>
        <source>A whole consortium of four bookkeepers runs here, for practice. Nothing leaves this computer.</source>
        <translation>在本机运行一个有四家记账方的完整联盟，供练习使用。任何内容都不离开本机。</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Add at least one file</source>
        <translation>先添加文件</translation>
    </message>
    <message>
        <source>Add files</source>
        <translation>添加文件</translation>
    </message>
    <message>
        <source>Add files…</source>
        <translation>添加文件…</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>协议摘要</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>Another genesis (optional)</source>
        <translation>另一份创世文件（可选）</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Apr</source>
        <translation>4 月</translation>
    </message>
    <message numerus="yes">
        <source>At least %n character(s)</source>
        <translation>
            <numerusform>至少 %n 个字符</numerusform>
        </translation>
    </message>
    <message>
        <source>Aug</source>
        <translation>8 月</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Begin a new evidence chain</source>
        <translation>新开一条存证链</translation>
    </message>
    <message>
        <source>Block time</source>
        <translation>区块时间</translation>
    </message>
    <message>
        <source>Blocks verified</source>
        <translation>已核验的区块</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Catching up</source>
        <translation>正在追赶</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>存证链</translation>
    </message>
    <message>
        <source>Check the genesis file</source>
        <translation>检查创世文件</translation>
    </message>
    <message>
        <source>Choose a passphrase</source>
        <translation>设置口令</translation>
    </message>
    <message>
        <source>Choose the genesis file</source>
        <translation>选择创世文件</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>Continue</source>
        <translation>继续</translation>
    </message>
    <message>
        <source>Copied</source>
        <translation>已复制</translation>
    </message>
    <message>
        <source>Copy</source>
        <translation>复制</translation>
    </message>
    <message>
        <source>Copy {what}</source>
        <translation>复制{what}</translation>
    </message>
    <message>
        <source>Cost</source>
        <translation>消耗</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Dec</source>
        <translation>12 月</translation>
    </message>
    <message>
        <source>Digests SHA-256 + SM3</source>
        <translation>摘要 SHA-256 + SM3</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>知道了</translation>
    </message>
    <message>
        <source>Drop a .asice file here, or press Enter to choose</source>
        <translation>把 .asice 文件拖到这里，或按回车选择</translation>
    </message>
    <message>
        <source>Drop files here</source>
        <translation>把文件拖到这里</translation>
    </message>
    <message>
        <source>Drop it here, or press Enter to choose</source>
        <translation>拖到这里，或按回车选择</translation>
    </message>
    <message>
        <source>Every step is done anew here; neither the bundle nor a website is believed.</source>
        <translation>每一步都在本机重新核验，不轻信存证包，也不轻信任何网站。</translation>
    </message>
    <message>
        <source>Evidence bundle</source>
        <translation>存证包</translation>
    </message>
    <message>
        <source>Evidence bundle (*.asice)</source>
        <translation>存证包 (*.asice)</translation>
    </message>
    <message>
        <source>Evidence chain</source>
        <translation>存证链</translation>
    </message>
    <message>
        <source>Evidence chain: {rings}</source>
        <translation>存证链：{rings}</translation>
    </message>
    <message>
        <source>Fair: one more word makes it good</source>
        <translation>尚可：再加一个词就好</translation>
    </message>
    <message>
        <source>Feb</source>
        <translation>2 月</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>File size</source>
        <translation>文件大小</translation>
    </message>
    <message>
        <source>Files</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Files can be added already; review becomes possible when it answers.</source>
        <translation>可以先添加文件，节点应答后再核对。</translation>
    </message>
    <message>
        <source>Files can be added already; review becomes possible when it has caught up.</source>
        <translation>可以先添加文件，追上后再核对。</translation>
    </message>
    <message>
        <source>Files stay on this computer; only their digests are recorded</source>
        <translation>文件不离开本机，上链的只有摘要</translation>
    </message>
    <message>
        <source>Final</source>
        <comment>seal</comment>
        <translation>终局</translation>
    </message>
    <message>
        <source>Final, verified on this computer</source>
        <translation>终局，由本机核验</translation>
    </message>
    <message>
        <source>Follow the system</source>
        <translation>跟随系统</translation>
    </message>
    <message>
        <source>Follows</source>
        <translation>前一条</translation>
    </message>
    <message>
        <source>Friday</source>
        <translation>星期五</translation>
    </message>
    <message>
        <source>Genesis</source>
        <translation>创世指纹</translation>
    </message>
    <message>
        <source>Genesis (*.json)</source>
        <translation>创世文件 (*.json)</translation>
    </message>
    <message>
        <source>Genesis file</source>
        <translation>创世文件</translation>
    </message>
    <message>
        <source>Give at least one address</source>
        <translation>至少填写一个地址</translation>
    </message>
    <message>
        <source>Good: hard to guess even with much computing power</source>
        <translation>好：算力再强也难猜中</translation>
    </message>
    <message>
        <source>Have your key registered</source>
        <translation>登记公钥</translation>
    </message>
    <message>
        <source>Height</source>
        <translation>高度</translation>
    </message>
    <message>
        <source>Height unknown</source>
        <translation>高度未知</translation>
    </message>
    <message>
        <source>Height {height}</source>
        <translation>高度 {height}</translation>
    </message>
    <message>
        <source>How do you want to begin?</source>
        <translation>从哪里开始？</translation>
    </message>
    <message>
        <source>In sync</source>
        <translation>已同步</translation>
    </message>
    <message>
        <source>Include the original file</source>
        <translation>连同原件</translation>
    </message>
    <message>
        <source>It encrypts your key on this computer. Nobody can recover it, so keep a copy in a safe place.</source>
        <translation>口令用来加密本机上的密钥。谁也无法找回，务必另存一份在安全的地方。</translation>
    </message>
    <message>
        <source>Jan</source>
        <translation>1 月</translation>
    </message>
    <message>
        <source>Join a consortium</source>
        <translation>加入联盟</translation>
    </message>
    <message>
        <source>Jul</source>
        <translation>7 月</translation>
    </message>
    <message>
        <source>Jun</source>
        <translation>6 月</translation>
    </message>
    <message>
        <source>Kept away</source>
        <translation>已隔离</translation>
    </message>
    <message>
        <source>Kept on this computer; nothing was sent.</source>
        <translation>保存在本机，没有发送。</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Language and appearance</source>
        <translation>语言与外观</translation>
    </message>
    <message>
        <source>Legal agreement</source>
        <translation>法律协议摘要</translation>
    </message>
    <message>
        <source>Light</source>
        <translation>浅色</translation>
    </message>
    <message>
        <source>Locking the key and stopping…</source>
        <translation>正在锁定密钥并停止…</translation>
    </message>
    <message>
        <source>Log position</source>
        <translation>日志位置</translation>
    </message>
    <message>
        <source>Look into</source>
        <translation>查证</translation>
    </message>
    <message>
        <source>Luopu</source>
        <translation>络谱</translation>
    </message>
    <message>
        <source>Luopu partner desk</source>
        <translation>络谱合作方节点</translation>
    </message>
    <message>
        <source>Make the key and encrypt it</source>
        <translation>生成密钥并加密</translation>
    </message>
    <message>
        <source>Mar</source>
        <translation>3 月</translation>
    </message>
    <message>
        <source>May</source>
        <translation>5 月</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>星期一</translation>
    </message>
    <message>
        <source>New evidence</source>
        <translation>新建存证</translation>
    </message>
    <message>
        <source>Newest block: {age}. Every block was verified and executed here</source>
        <translation>最新区块：{age}。每个区块都在本机核验并执行</translation>
    </message>
    <message>
        <source>Newest final block</source>
        <translation>最新终局</translation>
    </message>
    <message>
        <source>Next</source>
        <translation>下一步</translation>
    </message>
    <message>
        <source>Next evidence</source>
        <translation>继续存证</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>没有应答</translation>
    </message>
    <message>
        <source>No new block</source>
        <translation>没有新区块</translation>
    </message>
    <message>
        <source>No peer</source>
        <translation>没有对等节点</translation>
    </message>
    <message>
        <source>No peer answers, so newer blocks may exist. Last block: {age}</source>
        <translation>没有对等节点应答，可能还有更新的区块。最后一块：{age}</translation>
    </message>
    <message>
        <source>No peer has a newer block. Newest block: {age}</source>
        <translation>对等节点也没有更新的区块。最新区块：{age}</translation>
    </message>
    <message>
        <source>No peer is known.</source>
        <translation>没有已知的对等节点。</translation>
    </message>
    <message>
        <source>No records yet</source>
        <translation>还没有存证记录</translation>
    </message>
    <message>
        <source>Node on this computer</source>
        <translation>本机节点</translation>
    </message>
    <message>
        <source>None of the files could be read</source>
        <translation>文件都无法读取</translation>
    </message>
    <message>
        <source>Not an address: {address}</source>
        <translation>不是有效地址：{address}</translation>
    </message>
    <message>
        <source>Not answering</source>
        <translation>没有应答</translation>
    </message>
    <message>
        <source>Not known yet.</source>
        <translation>还不知道。</translation>
    </message>
    <message>
        <source>Notarize</source>
        <translation>存证</translation>
    </message>
    <message>
        <source>Nothing has been recorded from this computer yet.</source>
        <translation>本机还没有存证。</translation>
    </message>
    <message>
        <source>Nothing has been verified on this computer yet.</source>
        <translation>本机还没有核验过区块。</translation>
    </message>
    <message>
        <source>Nothing waits for you.</source>
        <translation>没有等您处理的事。</translation>
    </message>
    <message>
        <source>Nov</source>
        <translation>11 月</translation>
    </message>
    <message>
        <source>Oct</source>
        <translation>10 月</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再输一遍</translation>
    </message>
    <message>
        <source>Only if it is not inside the bundle</source>
        <translation>仅当存证包内没有原件时需要</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open record</source>
        <translation>打开记录</translation>
    </message>
    <message>
        <source>Open the desk</source>
        <translation>进入工作台</translation>
    </message>
    <message>
        <source>Open the keystore</source>
        <translation>打开密钥库</translation>
    </message>
    <message>
        <source>Original file (optional)</source>
        <translation>原件（可选）</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>总览</translation>
    </message>
    <message>
        <source>Party</source>
        <translation>身份</translation>
    </message>
    <message>
        <source>Passphrase</source>
        <translation>口令</translation>
    </message>
    <message>
        <source>Peer addresses</source>
        <translation>对等节点地址</translation>
    </message>
    <message>
        <source>Peer addresses, one a line</source>
        <translation>对等节点地址，每行一个</translation>
    </message>
    <message>
        <source>Peers</source>
        <translation>对等节点</translation>
    </message>
    <message>
        <source>Permitted</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Public key</source>
        <translation>公钥</translation>
    </message>
    <message>
        <source>Quota</source>
        <translation>配额</translation>
    </message>
    <message>
        <source>Quota is granted when the operator registers your key.</source>
        <translation>业务准入方登记公钥后授予配额。</translation>
    </message>
    <message>
        <source>Quota left</source>
        <translation>剩余配额</translation>
    </message>
    <message>
        <source>Receipts</source>
        <translation>回执</translation>
    </message>
    <message>
        <source>Recent evidence</source>
        <translation>最近的存证</translation>
    </message>
    <message>
        <source>Recent things</source>
        <translation>最近的事</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>存证记录</translation>
    </message>
    <message>
        <source>Record digest</source>
        <translation>存证摘要</translation>
    </message>
    <message>
        <source>Recorded by</source>
        <translation>存证账户</translation>
    </message>
    <message>
        <source>Recording evidence is not permitted</source>
        <translation>没有存证权限</translation>
    </message>
    <message>
        <source>Records</source>
        <translation>存证记录</translation>
    </message>
    <message>
        <source>Records of this account, from this computer's own verified copy of the chain</source>
        <translation>本账户的存证，取自本机核验过的链</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除{name}</translation>
    </message>
    <message>
        <source>Review what will be signed</source>
        <translation>核对待签内容</translation>
    </message>
    <message>
        <source>SHA-256</source>
        <translation>SHA-256</translation>
    </message>
    <message>
        <source>Saturday</source>
        <translation>星期六</translation>
    </message>
    <message>
        <source>Save bundle…</source>
        <translation>保存存证包…</translation>
    </message>
    <message>
        <source>Save evidence bundle</source>
        <translation>保存存证包</translation>
    </message>
    <message>
        <source>Saved and verified: {name}</source>
        <translation>已保存并核验：{name}</translation>
    </message>
    <message>
        <source>Say what this evidence is about</source>
        <translation>填写事项</translation>
    </message>
    <message>
        <source>Send this public key to the operator, and compare the fingerprint of the genesis with them by telephone. Until the key is registered you can look and verify, but not record.</source>
        <translation>把公钥发给业务准入方登记，并通过电话核对创世指纹。登记之前可以查看和核验，不能存证。</translation>
    </message>
    <message>
        <source>Send your public key to the operator; evidence can be recorded once it is registered.</source>
        <translation>把公钥发给业务准入方，登记后即可存证。</translation>
    </message>
    <message>
        <source>Sent by itself as soon as the node takes it.</source>
        <translation>节点可以接收时会自动发出。</translation>
    </message>
    <message>
        <source>Sep</source>
        <translation>9 月</translation>
    </message>
    <message>
        <source>Set up this computer in a minute. Every choice is explained.</source>
        <translation>一分钟完成本机设置，每个选择都有说明。</translation>
    </message>
    <message>
        <source>Show what I type</source>
        <translation>显示输入</translation>
    </message>
    <message>
        <source>Sign and notarize</source>
        <translation>签名并存证</translation>
    </message>
    <message>
        <source>Signer</source>
        <translation>签名人</translation>
    </message>
    <message>
        <source>Signing key</source>
        <translation>签名公钥</translation>
    </message>
    <message>
        <source>Signing…</source>
        <translation>正在签名…</translation>
    </message>
    <message>
        <source>Size</source>
        <translation>大小</translation>
    </message>
    <message>
        <source>Start</source>
        <translation>开始</translation>
    </message>
    <message>
        <source>Start four bookkeepers on this computer</source>
        <translation>在本机启动四家记账方</translation>
    </message>
    <message>
        <source>Start the node</source>
        <translation>启动节点</translation>
    </message>
    <message>
        <source>Start the node and connect to the peers</source>
        <translation>启动节点并连接对等节点</translation>
    </message>
    <message>
        <source>Starting</source>
        <translation>正在启动</translation>
    </message>
    <message>
        <source>State</source>
        <translation>状态</translation>
    </message>
    <message>
        <source>Step by step</source>
        <translation>逐步核验</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Strength of the passphrase</source>
        <translation>口令强度</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>事项</translation>
    </message>
    <message>
        <source>Sunday</source>
        <translation>星期日</translation>
    </message>
    <message>
        <source>The chain accepts evidence only from registered keys. Send the public key below to the operator; as soon as it is registered, this page opens by itself.</source>
        <translation>链上只接受已登记公钥的存证。把下面的公钥发给业务准入方，登记后本页会自动开放。</translation>
    </message>
    <message>
        <source>The node has stopped. Last verified block: {age}</source>
        <translation>节点已停止。最后核验的区块：{age}</translation>
    </message>
    <message>
        <source>The node is {count} blocks behind</source>
        <translation>本机节点还差 {count} 个区块</translation>
    </message>
    <message>
        <source>The node on this computer does not answer</source>
        <translation>本机节点没有应答</translation>
    </message>
    <message>
        <source>The node on this computer does not answer. Last known block: {age}</source>
        <translation>本机节点没有应答。已知的最后一块：{age}</translation>
    </message>
    <message>
        <source>The operator has not permitted this account to record evidence. Verifying works without a permission.</source>
        <translation>业务准入方没有授予这个账户存证权限。核验不需要权限。</translation>
    </message>
    <message>
        <source>The passphrase opens the key on this computer and nothing else.</source>
        <translation>口令只用来打开本机上的密钥。</translation>
    </message>
    <message>
        <source>The two differ</source>
        <translation>两次输入不一致</translation>
    </message>
    <message>
        <source>This computer asks until the outcome is known.</source>
        <translation>本机会一直询问，直到有结果。</translation>
    </message>
    <message>
        <source>This takes less than a minute. The key is encrypted with your passphrase.</source>
        <translation>不到一分钟即可完成。密钥用您的口令加密。</translation>
    </message>
    <message>
        <source>Thursday</source>
        <translation>星期四</translation>
    </message>
    <message>
        <source>Time proof</source>
        <translation>时间证明</translation>
    </message>
    <message>
        <source>To be signed</source>
        <translation>待签摘要</translation>
    </message>
    <message numerus="yes">
        <source>Too short: %n more character(s) needed</source>
        <translation>
            <numerusform>太短：还差 %n 个字符</numerusform>
        </translation>
    </message>
    <message>
        <source>Transaction</source>
        <translation>交易</translation>
    </message>
    <message>
        <source>Try it on this computer</source>
        <translation>在本机试用</translation>
    </message>
    <message>
        <source>Tuesday</source>
        <translation>星期二</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Verify</source>
        <translation>核验</translation>
    </message>
    <message>
        <source>Verify the first blocks</source>
        <translation>核验最初的区块</translation>
    </message>
    <message>
        <source>Verifying…</source>
        <translation>正在核验…</translation>
    </message>
    <message>
        <source>Wait until all files have been read</source>
        <translation>等全部文件读完</translation>
    </message>
    <message>
        <source>Waiting for me</source>
        <translation>等我处理</translation>
    </message>
    <message>
        <source>Weak: add a few words that do not belong together</source>
        <translation>偏弱：再加几个互不相干的词</translation>
    </message>
    <message>
        <source>Wednesday</source>
        <translation>星期三</translation>
    </message>
    <message>
        <source>Welcome to Luopu</source>
        <translation>欢迎使用络谱</translation>
    </message>
    <message>
        <source>What is proven</source>
        <translation>已证明的内容</translation>
    </message>
    <message>
        <source>What is signed</source>
        <translation>待签内容</translation>
    </message>
    <message>
        <source>What is signed is what you see</source>
        <translation>签名的就是您看到的内容</translation>
    </message>
    <message>
        <source>What this is about; everyone on the chain can read it</source>
        <translation>说明这是什么，链上各方都能看到</translation>
    </message>
    <message>
        <source>What you notarize appears here, with its chain and the bundle that proves it.</source>
        <translation>存证之后，这里会显示记录、所在的存证链，以及可以出具的存证包。</translation>
    </message>
    <message>
        <source>Which evidence chain it continues</source>
        <translation>接在哪条存证链之后</translation>
    </message>
    <message>
        <source>Who I am</source>
        <translation>我的身份</translation>
    </message>
    <message>
        <source>Whoever gets it can verify it without a network, with this program or by hand.</source>
        <translation>拿到它的人不用联网就能核验，用本程序或手工都可以。</translation>
    </message>
    <message>
        <source>With the genesis file and the peer addresses that the operator gave you. The node verifies everything.</source>
        <translation>需要业务准入方提供的创世文件和对等节点地址。一切都由本机节点核验。</translation>
    </message>
    <message>
        <source>Without it, this computer's consortium is trusted</source>
        <translation>不提供时，以本机加入的联盟为信任根</translation>
    </message>
    <message>
        <source>Work</source>
        <translation>业务</translation>
    </message>
    <message>
        <source>Works without a network; what you give here stays on this computer</source>
        <translation>不需要联网；放在这里的内容不离开本机</translation>
    </message>
    <message>
        <source>Your key is not registered yet</source>
        <translation>公钥还没有登记</translation>
    </message>
    <message>
        <source>about {span} left</source>
        <translation>约剩 {span}</translation>
    </message>
    <message>
        <source>account {id}</source>
        <translation>账户 {id}</translation>
    </message>
    <message>
        <source>block time, from the block that records it</source>
        <translation>区块时间，以收录它的区块为准</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message>
        <source>height unknown</source>
        <translation>高度未知</translation>
    </message>
    <message>
        <source>height {height}</source>
        <translation>高度 {height}</translation>
    </message>
    <message>
        <source>inside the bundle</source>
        <translation>在存证包内</translation>
    </message>
    <message>
        <source>key not registered</source>
        <translation>公钥未登记</translation>
    </message>
    <message>
        <source>newest #{sequence}</source>
        <translation>最新 #{sequence}</translation>
    </message>
    <message>
        <source>no subject</source>
        <translation>未填事项</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>not inside the bundle</source>
        <translation>不在存证包内</translation>
    </message>
    <message>
        <source>not named</source>
        <translation>未命名</translation>
    </message>
    <message>
        <source>nothing yet</source>
        <translation>暂无</translation>
    </message>
    <message>
        <source>nothing: first</source>
        <translation>无，这是第一条</translation>
    </message>
    <message>
        <source>or press Enter to choose them; several at once are welcome</source>
        <translation>或按回车选择，可以一次多个</translation>
    </message>
    <message>
        <source>time left unknown</source>
        <translation>剩余时间未知</translation>
    </message>
    <message>
        <source>trial</source>
        <translation>试用</translation>
    </message>
    <message>
        <source>under way</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>{connected} of {known} connected</source>
        <translation>已连接 {connected}/{known}</translation>
    </message>
    <message>
        <source>{day} {month}</source>
        <translation>{month} {day} 日</translation>
    </message>
    <message>
        <source>{day} {month} {year}</source>
        <translation>{year} 年 {month} {day} 日</translation>
    </message>
    <message>
        <source>{detail} · trial</source>
        <translation>{detail} · 试用</translation>
    </message>
    <message>
        <source>{name} ({where})</source>
        <translation>{name}（{where}）</translation>
    </message>
    <message>
        <source>{time}, height {height}</source>
        <translation>{time}，高度 {height}</translation>
    </message>
    <message>
        <source>{what}. {hint}</source>
        <translation>{what}。{hint}</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message>
        <source>#{sequence} this time</source>
        <translation>#{sequence} 本次</translation>
    </message>
    <message numerus="yes">
        <source>%n block(s) behind</source>
        <translation>
            <numerusform>还差 %n 个区块</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n block(s) per second</source>
        <translation>
            <numerusform>每秒 %n 块</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n file(s)</source>
        <translation>
            <numerusform>%n 个文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n peer(s)</source>
        <translation>
            <numerusform>%n 个对等节点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n quota point(s)</source>
        <translation>
            <numerusform>%n 配额点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>All %n bookkeeper(s) signed, verified on this computer</source>
        <translation>
            <numerusform>%n 家记账方全部签名，由本机核验</numerusform>
        </translation>
    </message>
    <message>
        <source>Asking the node on this computer where it stands.</source>
        <translation>正在询问本机节点的进度。</translation>
    </message>
    <message>
        <source>Contradicted.</source>
        <translation>与所称相矛盾。</translation>
    </message>
    <message>
        <source>Evidence chain</source>
        <translation>存证链</translation>
    </message>
    <message>
        <source>Finality not verified  {count} bookkeepers</source>
        <translation>终局未核验  {count} 记账方</translation>
    </message>
    <message>
        <source>Finality verified  {count} bookkeepers</source>
        <translation>终局已核验  {count} 记账方</translation>
    </message>
    <message>
        <source>Height unknown</source>
        <translation>高度未知</translation>
    </message>
    <message>
        <source>Height {height}</source>
        <translation>高度 {height}</translation>
    </message>
    <message>
        <source>No block is missing</source>
        <translation>已追上全部区块</translation>
    </message>
    <message>
        <source>Not compared: the original file was not given.</source>
        <translation>没有比对：未提供原件。</translation>
    </message>
    <message>
        <source>Not reached, because an earlier step failed or its material is missing.</source>
        <translation>没有进行，因为前面有一步未通过，或缺少所需内容。</translation>
    </message>
    <message>
        <source>Quota  key not registered</source>
        <translation>配额  公钥未登记</translation>
    </message>
    <message>
        <source>Quota  {left} / {points} points</source>
        <translation>配额  {left} / {points} 点</translation>
    </message>
    <message>
        <source>Reached the block of {time}</source>
        <translation>已到 {time} 的区块</translation>
    </message>
    <message>
        <source>Recorded {time}. {digest}</source>
        <translation>{time} 记录，存证摘要 {digest}</translation>
    </message>
    <message>
        <source>Sent. It is recorded with one of the next blocks, usually within seconds.</source>
        <translation>已发出，通常几秒内随下一区块记录。</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>事项</translation>
    </message>
    <message>
        <source>The bundle holds everything needed to verify it offline.</source>
        <translation>存证包内含离线核验所需的全部内容。</translation>
    </message>
    <message>
        <source>The chain has passed the timeout height without it; nothing was recorded. Sign it again.</source>
        <translation>链已过超时块高而没有收录，没有记录任何内容。可以重新签名。</translation>
    </message>
    <message>
        <source>The next block is not final yet; the bundle can be made in a few seconds.</source>
        <translation>下一区块还没有终局，几秒后即可出证。</translation>
    </message>
    <message>
        <source>The node on this computer does not answer. It is tried again every few seconds.</source>
        <translation>本机节点没有应答，每隔几秒会再试。</translation>
    </message>
    <message>
        <source>The original file was not compared; add it to verify that it is the recorded one.</source>
        <translation>没有比对原件；加上原件，才能核验它就是所存证的文件。</translation>
    </message>
    <message>
        <source>Valid until</source>
        <translation>有效至</translation>
    </message>
    <message>
        <source>What is proven</source>
        <translation>已证明的内容</translation>
    </message>
    <message>
        <source>What is proven of the record (original not compared)</source>
        <translation>存证记录已证明的内容（未比对原件）</translation>
    </message>
    <message>
        <source>What the bundle claims (not proven)</source>
        <translation>存证包所称（未获证明）</translation>
    </message>
    <message>
        <source>account {id}</source>
        <translation>账户 {id}</translation>
    </message>
    <message>
        <source>at {time} by block time</source>
        <translation>区块时间 {time}</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>未通过</translation>
    </message>
    <message>
        <source>height unknown</source>
        <translation>高度未知</translation>
    </message>
    <message>
        <source>height {height}, {age}</source>
        <translation>高度 {height}，{age}</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>no subject</source>
        <translation>未填事项</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>not done</source>
        <translation>未进行</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>renews {time}</source>
        <translation>{time} 恢复</translation>
    </message>
    <message>
        <source>to be signed</source>
        <translation>待签名</translation>
    </message>
    <message>
        <source>tomorrow {time}</source>
        <translation>明天 {time}</translation>
    </message>
    <message>
        <source>yesterday {time}</source>
        <translation>昨天 {time}</translation>
    </message>
    <message>
        <source>{cost}, {left} left afterwards</source>
        <translation>{cost}，余 {left}</translation>
    </message>
    <message>
        <source>{share}, {left}</source>
        <translation>{share}，{left}</translation>
    </message>
    <message>
        <source>{signed} of {total} bookkeepers signed, more than two thirds of the voting power, verified here</source>
        <translation>{total} 家记账方中 {signed} 家签名，超过三分之二表决权，由本机核验</translation>
    </message>
    <message>
        <source>{span} ago</source>
        <translation>{span}前</translation>
    </message>
    <message>
        <source>{time}  height {height}</source>
        <translation>{time}  高度 {height}</translation>
    </message>
    <message>
        <source>{time} (height {height})</source>
        <translation>{time}（高度 {height}）</translation>
    </message>
    <message>
        <source>{time}, height {height}</source>
        <translation>{time}，高度 {height}</translation>
    </message>
    <message>
        <source>{weekday}, {date}</source>
        <translation>{date}，{weekday}</translation>
    </message>
</context>
</TS>
