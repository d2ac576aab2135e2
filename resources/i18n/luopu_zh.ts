<?xml version="1.0" encoding="utf-8"?>
<!DOCTYPE TS>
<TS version="2.1" language="zh_CN" sourcelanguage="en_US">
<context>
    <name></name>
    <message>
        <source>Total</source>
        <translation>合计</translation>
    </message>
    <message>
        <source>Root</source>
        <translation>份额根</translation>
    </message>
    <message>
        <source>Custodian</source>
        <translation>托管方</translation>
    </message>
    <message>
        <source>Left empty, it counts for this account itself again</source>
        <translation>留空则重新计入本账户</translation>
    </message>
    <message>
        <source>What this account holds of {voucher} counts for the reserve proofs of another custodian, and no longer here</source>
        <translation>本账户持有的{voucher}计入另一托管方的储备证明，不再计入本账户</translation>
    </message>
    <message>
        <source>Assign custody</source>
        <translation>指定托管方</translation>
    </message>
    <message>
        <source>Export as ZIP…</source>
        <translation>导出为 ZIP…</translation>
    </message>
    <message>
        <source>← Snapshot</source>
        <translation>← 快照</translation>
    </message>
    <message>
        <source>Its first row names the columns: account and amount, or of unique pieces account and serial.</source>
        <translation>首行写明列名：“账户”和“数量”，一物一证的凭证为“账户”和“序号”。</translation>
    </message>
    <message>
        <source>Short by</source>
        <translation>短缺</translation>
    </message>
    <message>
        <source>Customers&apos; papers</source>
        <translation>用户的证明</translation>
    </message>
    <message>
        <source>Export to a folder…</source>
        <translation>导出到文件夹…</translation>
    </message>
    <message>
        <source>to come</source>
        <translation>待进行</translation>
    </message>
    <message>
        <source>being done</source>
        <translation>进行中</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was kept; what you chose is still here.</source>
        <translation>已取消，没有保存任何内容；所选内容还在。</translation>
    </message>
    <message>
        <source>It names customers as the list does: hand it to nobody else.</source>
        <translation>其中含有清单里的用户：不要交给他人。</translation>
    </message>
    <message>
        <source>Save the problems as CSV…</source>
        <translation>把问题保存为 CSV…</translation>
    </message>
    <message numerus="yes">
        <source>%n problem(s)</source>
        <translation>
            <numerusform>%n 处问题</numerusform>
        </translation>
    </message>
    <message>
        <source>The list has problems</source>
        <translation>清单有问题</translation>
    </message>
    <message>
        <source>Nothing is kept before all of it is done.</source>
        <translation>全部完成之前不保存任何内容。</translation>
    </message>
    <message>
        <source>The snapshot is being made</source>
        <translation>正在制作快照</translation>
    </message>
    <message>
        <source>Problems of the list</source>
        <translation>清单的问题</translation>
    </message>
    <message>
        <source>Save the problems</source>
        <translation>保存问题</translation>
    </message>
    <message>
        <source>Cancelled. Nothing was written; the snapshot stays published.</source>
        <translation>已取消，没有写出任何文件；快照仍为已发布。</translation>
    </message>
    <message>
        <source>Papers are being written already; wait until that is done.</source>
        <translation>正在写出证明，等它完成。</translation>
    </message>
    <message>
        <source>It is for this customer alone.</source>
        <translation>只能交给该用户本人。</translation>
    </message>
    <message numerus="yes">
        <source>%n paper(s) of account {account} saved: {name}</source>
        <translation>
            <numerusform>已保存账户 {account} 的 %n 份证明：{name}</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n paper(s) written: {name}</source>
        <translation>
            <numerusform>已写出 %n 份证明：{name}</numerusform>
        </translation>
    </message>
    <message>
        <source>Discarded. What was published before stays as it is.</source>
        <translation>已丢弃。此前发布的不受影响。</translation>
    </message>
    <message>
        <source>← All custodians</source>
        <translation>← 所有托管方</translation>
    </message>
    <message>
        <source>Publish</source>
        <translation>发布</translation>
    </message>
    <message>
        <source>ZIP files (*.zip)</source>
        <translation>ZIP 文件 (*.zip)</translation>
    </message>
    <message>
        <source>Export papers</source>
        <translation>导出证明</translation>
    </message>
    <message>
        <source>Publish the snapshot</source>
        <translation>发布快照</translation>
    </message>
    <message>
        <source>What custodians of a voucher published: what they owe, what they hold, and since when</source>
        <translation>各托管方就凭证发布的情况：应付多少、持有多少、何时发布</translation>
    </message>
    <message>
        <source>Show that everything kept for customers is there; each of them can check their own share</source>
        <translation>证明为用户保管的凭证全部都在；每个用户都能核对自己的份额</translation>
    </message>
    <message>
        <source>Check a paper…</source>
        <translation>核对证明…</translation>
    </message>
    <message>
        <source>Beside them: the customers&apos; page (reserve.html), the genesis document, and a note on how to check.</source>
        <translation>一并写出：用户核验页（reserve.html）、创世文件和核验说明。</translation>
    </message>
    <message>
        <source>Folder for the paper</source>
        <translation>存放证明的文件夹</translation>
    </message>
    <message>
        <source>The papers go into a new folder inside of this one</source>
        <translation>证明会放进所选文件夹中的一个新文件夹</translation>
    </message>
    <message>
        <source>Root and total go onto the chain. Papers can be handed out once the block is final.</source>
        <translation>根和总额将上链。区块终局后即可发放证明。</translation>
    </message>
    <message>
        <source>Optional: so many empty entries hide how many customers there are.</source>
        <translation>可选：加入这么多空白条目，使外人无法得知用户数。</translation>
    </message>
    <message>
        <source>Of a workbook with several</source>
        <translation>工作簿有多个工作表时填写</translation>
    </message>
    <message>
        <source>Or, of unique pieces, of serials</source>
        <translation>一物一证的凭证则为序号列</translation>
    </message>
    <message>
        <source>As it is called in the first row</source>
        <translation>首行中的名称</translation>
    </message>
    <message>
        <source>One SELECT that names the columns as a file would; nothing changes.</source>
        <translation>一条 SELECT，列名与文件的要求相同；不会改动任何数据。</translation>
    </message>
    <message>
        <source>The password stays in the file: protect it so that only you can read it.</source>
        <translation>密码只留在文件里：把它设置为只有你能读取。</translation>
    </message>
    <message>
        <source>A query of a database</source>
        <translation>数据库查询</translation>
    </message>
    <message>
        <source>A file: CSV, XLSX or Parquet</source>
        <translation>文件：CSV、XLSX 或 Parquet</translation>
    </message>
    <message>
        <source>What is owed to each customer is set against what is held. The list stays on this computer.</source>
        <translation>把应付每个用户的数量与托管持有对照。清单只留在这台电脑上。</translation>
    </message>
    <message>
        <source>Sheet</source>
        <translation>工作表</translation>
    </message>
    <message>
        <source>Column of amounts</source>
        <translation>数量列</translation>
    </message>
    <message>
        <source>Column of users</source>
        <translation>用户列</translation>
    </message>
    <message>
        <source>Query</source>
        <translation>查询语句</translation>
    </message>
    <message>
        <source>One line: the database&apos;s URL, password included</source>
        <translation>一行：数据库的连接地址（含密码）</translation>
    </message>
    <message>
        <source>File with the address</source>
        <translation>存放地址的文件</translation>
    </message>
    <message>
        <source>Lists (*.csv *.xlsx *.parquet);;All files (*)</source>
        <translation>清单 (*.csv *.xlsx *.parquet);;所有文件 (*)</translation>
    </message>
    <message>
        <source>List of what is owed</source>
        <translation>应付清单</translation>
    </message>
    <message>
        <source>List from</source>
        <translation>清单来源</translation>
    </message>
    <message>
        <source>Make snapshot</source>
        <translation>制作快照</translation>
    </message>
    <message>
        <source>New snapshot</source>
        <translation>新建快照</translation>
    </message>
    <message>
        <source>Custody accounts</source>
        <translation>托管账户</translation>
    </message>
    <message numerus="yes">
        <source>At most %n account(s) besides the own one can count</source>
        <translation>
            <numerusform>除本账户外，最多计入 %n 个账户</numerusform>
        </translation>
    </message>
    <message>
        <source>All custodians of {name}</source>
        <translation>{name} 的所有托管方</translation>
    </message>
    <message>
        <source>Coverage of {name} over time</source>
        <translation>{name} 的覆盖率变化</translation>
    </message>
    <message>
        <source>Nothing in custody</source>
        <translation>没有托管中的凭证</translation>
    </message>
    <message>
        <source>No snapshot yet</source>
        <translation>还没有快照</translation>
    </message>
    <message>
        <source>All custodians</source>
        <translation>所有托管方</translation>
    </message>
    <message>
        <source>Vouchers that this account holds, or whose holders count for it, stand here.</source>
        <translation>本账户持有的凭证，以及他人指定计入本账户的凭证，列在这里。</translation>
    </message>
    <message>
        <source>Vouchers in custody</source>
        <translation>托管中的凭证</translation>
    </message>
    <message>
        <source>A snapshot sets a list of what is owed against what is held. Published, each customer gets a paper.</source>
        <translation>快照把应付清单与托管持有对照起来。发布后，每个用户都能得到一份证明。</translation>
    </message>
    <message>
        <source>Snapshots of this desk</source>
        <translation>本工作台的快照</translation>
    </message>
    <message>
        <source>History of {name}</source>
        <translation>{name} 的历史</translation>
    </message>
    <message>
        <source>No voucher yet</source>
        <translation>还没有凭证</translation>
    </message>
    <message>
        <source>Nothing published yet</source>
        <translation>尚未发布</translation>
    </message>
    <message>
        <source>Coverage of {voucher}</source>
        <translation>{voucher} 的覆盖率</translation>
    </message>
    <message>
        <source>Publications</source>
        <translation>各次发布</translation>
    </message>
    <message>
        <source>History</source>
        <translation>历史</translation>
    </message>
    <message>
        <source>Custodians</source>
        <translation>托管方</translation>
    </message>
    <message>
        <source>Reserves against the supply</source>
        <translation>储备与在外总量</translation>
    </message>
    <message>
        <source>Once a voucher was created, the reserves of all who keep it for customers stand here.</source>
        <translation>凭证创建后，为用户保管它的各托管方的储备列在这里。</translation>
    </message>
    <message>
        <source>Publications, the newest first</source>
        <translation>各次发布，最新的在前</translation>
    </message>
    <message>
        <source>Each publication adds what was owed and what was held at its height.</source>
        <translation>每次发布都会记下所在高度的应付和托管持有。</translation>
    </message>
    <message>
        <source>Discard this snapshot</source>
        <translation>丢弃这份快照</translation>
    </message>
    <message>
        <source>The papers are being written…</source>
        <translation>正在写出证明…</translation>
    </message>
    <message>
        <source>Progress</source>
        <translation>进度</translation>
    </message>
    <message>
        <source>One customer</source>
        <translation>单个用户</translation>
    </message>
    <message>
        <source>Save this customer&apos;s paper…</source>
        <translation>保存该用户的证明…</translation>
    </message>
    <message>
        <source>number of the account</source>
        <translation>账户编号</translation>
    </message>
    <message>
        <source>Account of the customer</source>
        <translation>用户的账户</translation>
    </message>
    <message>
        <source>These rows count. Look whether they are meant so.</source>
        <translation>这些行已计入，看看是否如此。</translation>
    </message>
    <message>
        <source>Details</source>
        <translation>详情</translation>
    </message>
    <message>
        <source>Coverage over time</source>
        <translation>覆盖率变化</translation>
    </message>
    <message>
        <source>One file for each customer. Beside them lies the customers&apos; page, which checks a file without a network.</source>
        <translation>每个用户一份文件。旁边附有用户核验页，不联网即可核验文件。</translation>
    </message>
    <message>
        <source>To be looked at</source>
        <translation>需要留意</translation>
    </message>
    <message>
        <source>What becomes public</source>
        <translation>公开的内容</translation>
    </message>
    <message>
        <source>← Reserve proofs</source>
        <translation>← 储备证明</translation>
    </message>
    <message>
        <source>What the chain says now</source>
        <translation>链上现状</translation>
    </message>
    <message>
        <source>Optional: the paper must be this account&apos;s.</source>
        <translation>可选：证明必须属于这个账户。</translation>
    </message>
    <message>
        <source>Check a customer&apos;s paper</source>
        <translation>核对用户的证明</translation>
    </message>
    <message>
        <source>Checking…</source>
        <translation>正在核对…</translation>
    </message>
    <message>
        <source>Check the paper</source>
        <translation>核对证明</translation>
    </message>
    <message>
        <source>number or address of the account</source>
        <translation>账户编号或地址</translation>
    </message>
    <message>
        <source>Customer&apos;s account</source>
        <translation>用户的账户</translation>
    </message>
    <message>
        <source>Reserve proofs (*.reserve.json *.json);;All files (*)</source>
        <translation>储备证明 (*.reserve.json *.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Drop a .reserve.json file here, or press Enter to choose</source>
        <translation>把 .reserve.json 文件拖到这里，或按回车键选择</translation>
    </message>
    <message>
        <source>Customer&apos;s paper</source>
        <translation>用户的证明</translation>
    </message>
    <message>
        <source>Every step is done anew here; then the chain is asked where its publication stands.</source>
        <translation>每一步都在这里重新核验，然后在链上查找它的发布。</translation>
    </message>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>Ratio</source>
        <translation>覆盖率</translation>
    </message>
    <message>
        <source>Zero entries</source>
        <translation>空白条目</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>托管持有</translation>
    </message>
    <message>
        <source>Owed in all</source>
        <translation>应付总额</translation>
    </message>
    <message>
        <source>Reserve proofs</source>
        <translation>储备证明</translation>
    </message>
    <message>
        <source>Paper, not certified</source>
        <translation>材料（未认证）</translation>
    </message>
    <message>
        <source>Of some papers no copy is kept here, only the digests.</source>
        <translation>部分材料在本机没有副本，只有摘要。</translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>← Vault</source>
        <translation>← 身份库</translation>
    </message>
    <message>
        <source>kept before</source>
        <translation>此前已封存</translation>
    </message>
    <message>
        <source>Whom you enrol or certify under Users is kept here with attributes and papers, sealed.</source>
        <translation>在“用户”页登记或认证的人，其属性和材料加密保存在这里。</translation>
    </message>
    <message>
        <source>Whom we have certified, with their papers, and contacts; sealed on this computer</source>
        <translation>我方认证的用户及其材料，以及联系人；加密保存在这台电脑上</translation>
    </message>
    <message>
        <source>This name is kept for papers</source>
        <translation>这个名称留给材料使用</translation>
    </message>
    <message>
        <source>The papers are being read…</source>
        <translation>正在读取材料…</translation>
    </message>
    <message>
        <source>The copy lies there in plain: delete it when it is no longer needed.</source>
        <translation>副本是明文文件，用完后删除。</translation>
    </message>
    <message>
        <source>The account itself is as it was.</source>
        <translation>账户本身没有变化。</translation>
    </message>
    <message>
        <source>Search the vault</source>
        <translation>搜索身份库</translation>
    </message>
    <message>
        <source>Saved, and the same as what was taken in: {name}</source>
        <translation>已保存，与登记时的材料一致：{name}</translation>
    </message>
    <message>
        <source>Save a copy…</source>
        <translation>保存副本…</translation>
    </message>
    <message>
        <source>Save a copy of {name}</source>
        <translation>保存{name}的副本</translation>
    </message>
    <message>
        <source>Save a copy</source>
        <translation>保存副本</translation>
    </message>
    <message>
        <source>Save</source>
        <translation>保存</translation>
    </message>
    <message>
        <source>People</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Papers</source>
        <translation>材料</translation>
    </message>
    <message>
        <source>Other certifications of this account</source>
        <translation>该账户的其他认证</translation>
    </message>
    <message>
        <source>Nobody yet</source>
        <translation>还没有人</translation>
    </message>
    <message>
        <source>No longer a contact: {name}</source>
        <translation>已移除联系人：{name}</translation>
    </message>
    <message>
        <source>No contacts yet</source>
        <translation>还没有联系人</translation>
    </message>
    <message>
        <source>New contact</source>
        <translation>新联系人</translation>
    </message>
    <message>
        <source>Name, number, attribute, note, or name of a paper</source>
        <translation>姓名、编号、属性、备注或材料名称</translation>
    </message>
    <message>
        <source>Kind of {name}</source>
        <translation>{name}的类型</translation>
    </message>
    <message>
        <source>It can be disclosed once our certification of exactly this stands on the chain.</source>
        <translation>链上有我方对这份内容的认证后，才能披露。</translation>
    </message>
    <message>
        <source>Contacts of this desk, sealed on this computer; people are kept by partners that may certify</source>
        <translation>本机的联系人，加密保存在这台电脑上；用户身份由有认证权限的合作方保存</translation>
    </message>
    <message>
        <source>Contacts</source>
        <translation>联系人</translation>
    </message>
    <message>
        <source>Check a disclosure…</source>
        <translation>核对披露文件…</translation>
    </message>
    <message>
        <source>Change {name}</source>
        <translation>修改{name}</translation>
    </message>
    <message>
        <source>Change the contact</source>
        <translation>修改联系人</translation>
    </message>
    <message>
        <source>Call accounts by names of your own: wherever one is to be signed for, its name stands beside it.</source>
        <translation>给账户起自己熟悉的名字：凡是签名涉及该账户，名字都会显示在编号旁边。</translation>
    </message>
    <message>
        <source>As it is called here; nobody else sees it</source>
        <translation>仅在本机显示，其他人看不到</translation>
    </message>
    <message>
        <source>Add a contact</source>
        <translation>添加联系人</translation>
    </message>
    <message>
        <source>A disclosure file shows what is ticked and proves it against the chain; the rest stays hidden. Everything only to an authority that may ask for it; to others what the person has agreed to.</source>
        <translation>披露文件出示勾选的内容并可与链上比对，其余不公开。全部内容只交给有权要求的监管或司法机关；对其他人只出示本人同意的内容。</translation>
    </message>
    <message>
        <source>A copy of each is sealed in the vault; on the chain it is bound like an attribute</source>
        <translation>每份材料的副本封存在身份库中；链上与属性一样以承诺绑定</translation>
    </message>
    <message>
        <source>For a key on a computer without a network. Nothing is signed here: carry the draft there as a file or as a picture of its QR code, and sign it there with “luopu sign”.</source>
        <translation>用于密钥在不联网的计算机上的情形。这里不签名：把草稿以文件或二维码图片带过去，在那里用“luopu sign”签名。</translation>
    </message>
    <message>
        <source>Save as a file…</source>
        <translation>存为文件…</translation>
    </message>
    <message>
        <source>Show the QR code</source>
        <translation>显示二维码</translation>
    </message>
    <message>
        <source>What comes back, a file or a picture, is opened under Approvals, “Open a request file…”, and then sent.</source>
        <translation>带回来的文件或图片，在“复核与密钥”页用“打开会签文件…”打开，随后发送。</translation>
    </message>
    <message>
        <source>Sign on another computer…</source>
        <translation>在另一台计算机上签名…</translation>
    </message>
    <message>
        <source>Save the draft</source>
        <translation>保存草稿</translation>
    </message>
    <message>
        <source>QR code of the draft</source>
        <translation>草稿的二维码</translation>
    </message>
    <message>
        <source>What was approved</source>
        <translation>签署记录</translation>
    </message>
    <message>
        <source>← The whole log</source>
        <translation>← 全部日志</translation>
    </message>
    <message>
        <source>What was shown</source>
        <translation>当时显示的内容</translation>
    </message>
    <message>
        <source>Put the newest digest on record from time to time: then nobody can cut the log short unseen.</source>
        <translation>时常把最新摘要存证：这样谁也无法悄悄截短日志。</translation>
    </message>
    <message>
        <source>The log</source>
        <translation>日志</translation>
    </message>
    <message>
        <source>Whoever gets it can check it with “luopu account approvals --check”. It says all that was approved here.</source>
        <translation>收到的人可以用“luopu account approvals --check”核对。其中有本机签署过的全部内容。</translation>
    </message>
    <message>
        <source>Nothing was approved here yet</source>
        <translation>本机还没有签署过</translation>
    </message>
    <message>
        <source>Whatever a key signs here is written down before the key is asked: what was shown, when, which key.</source>
        <translation>本机每次签名，都先记下显示的内容、时间和密钥，然后才动用密钥。</translation>
    </message>
    <message>
        <source>Approval log (*.jsonl)</source>
        <translation>签署日志 (*.jsonl)</translation>
    </message>
    <message>
        <source>Export the log</source>
        <translation>导出日志</translation>
    </message>
    <message>
        <source>Export the log…</source>
        <translation>导出日志…</translation>
    </message>
    <message>
        <source>The same bytes as before; what became of them shows here.</source>
        <translation>发出的与之前完全相同；结果会显示在这里。</translation>
    </message>
    <message>
        <source>Handed over.</source>
        <translation>已交出。</translation>
    </message>
    <message>
        <source>It came to nothing and is never sent again. The new draft below says the same, and is signed anew.</source>
        <translation>原来的没有上链，也不会再发出。下面是内容相同的新草稿，须重新签名。</translation>
    </message>
    <message>
        <source>It stays in the outbox until it is signed or discarded</source>
        <translation>签名或丢弃之前，它一直留在发件箱</translation>
    </message>
    <message>
        <source>What was done anew</source>
        <translation>重新办理的事项</translation>
    </message>
    <message>
        <source>What it takes the place of</source>
        <translation>它代替的事项</translation>
    </message>
    <message>
        <source>← Everything in the outbox</source>
        <translation>← 发件箱全部</translation>
    </message>
    <message>
        <source>What it says</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Nothing was drafted here yet</source>
        <translation>本机还没有起草过</translation>
    </message>
    <message>
        <source>What you draft and sign at this desk stands here until it is final, and afterwards.</source>
        <translation>在本机起草和签名的事项都列在这里，终局之前和之后都在。</translation>
    </message>
    <message>
        <source>Older…</source>
        <translation>更早…</translation>
    </message>
    <message>
        <source>no network</source>
        <translation>没有网络</translation>
    </message>
    <message>
        <source>On the way</source>
        <translation>在途</translation>
    </message>
    <message>
        <source>Needs you</source>
        <translation>要您处理</translation>
    </message>
    <message>
        <source>No longer needed</source>
        <translation>不再需要</translation>
    </message>
    <message>
        <source>Send now</source>
        <translation>立即发送</translation>
    </message>
    <message>
        <source>Draft anew</source>
        <translation>重新起草</translation>
    </message>
    <message>
        <source>Signs with</source>
        <translation>签名密钥</translation>
    </message>
    <message numerus="yes">
        <source>After %n minute(s)</source>
        <translation>
            <numerusform>%n 分钟后</numerusform>
        </translation>
    </message>
    <message>
        <source>Preferences</source>
        <translation>偏好设置</translation>
    </message>
    <message>
        <source>The program itself stays installed.</source>
        <translation>程序本身仍保留在电脑上。</translation>
    </message>
    <message>
        <source>The driver is used no more.</source>
        <translation>驱动已停用。</translation>
    </message>
    <message>
        <source>Choose a driver (PKCS#11)</source>
        <translation>选择驱动（PKCS#11）</translation>
    </message>
    <message>
        <source>Drivers ({pattern});;All files (*)</source>
        <translation>驱动 ({pattern});;所有文件 (*)</translation>
    </message>
    <message>
        <source>Tokens that it reaches appear here when they are plugged in.</source>
        <translation>它支持的令牌插入后会显示在这里。</translation>
    </message>
    <message>
        <source>The driver is in use.</source>
        <translation>驱动已启用。</translation>
    </message>
    <message>
        <source>Its secret half never leaves it. To act with it, let it be registered: its card is under Approvals.</source>
        <translation>私钥不会离开令牌。要用它办理业务，先登记这把密钥：密钥卡在“复核”页。</translation>
    </message>
    <message>
        <source>The key was made on the token.</source>
        <translation>密钥已在令牌上生成。</translation>
    </message>
    <message>
        <source>The token is locked.</source>
        <translation>令牌已锁定。</translation>
    </message>
    <message>
        <source>It is locked again when nobody uses it for five minutes, and when it is pulled out.</source>
        <translation>五分钟不用，或者拔出后，会重新锁定。</translation>
    </message>
    <message>
        <source>The token is unlocked.</source>
        <translation>令牌已解锁。</translation>
    </message>
    <message>
        <source>What was signed before stays as it is.</source>
        <translation>以前签署的内容不变。</translation>
    </message>
    <message>
        <source>This key signs from now on.</source>
        <translation>从现在起用这把密钥签名。</translation>
    </message>
    <message>
        <source>Accept {name} as it is now</source>
        <translation>认可 {name} 现在的文件</translation>
    </message>
    <message>
        <source>Accept it as it is now</source>
        <translation>认可现在的文件</translation>
    </message>
    <message>
        <source>Use {name} no more</source>
        <translation>停用 {name}</translation>
    </message>
    <message>
        <source>Use it no more</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Use {name}</source>
        <translation>使用 {name}</translation>
    </message>
    <message>
        <source>Use it</source>
        <translation>使用</translation>
    </message>
    <message>
        <source>None is installed. Install the program that came with the token, or choose its file.</source>
        <translation>没有安装驱动。安装随令牌附带的程序，或者选择驱动文件。</translation>
    </message>
    <message>
        <source>No token is plugged in. One that is plugged in appears here within a second or two.</source>
        <translation>没有插入令牌。插入后一两秒内会显示在这里。</translation>
    </message>
    <message>
        <source>A token is reached through its maker's driver (PKCS#11). Only accepted drivers are loaded, each in a process of its own.</source>
        <translation>令牌要通过厂商的驱动（PKCS#11）使用。只加载您认可的驱动，每个驱动在单独的进程中运行。</translation>
    </message>
    <message>
        <source>Another driver…</source>
        <translation>其他驱动…</translation>
    </message>
    <message>
        <source>Drivers of tokens</source>
        <translation>令牌驱动</translation>
    </message>
    <message>
        <source>Make the key</source>
        <translation>生成密钥</translation>
    </message>
    <message>
        <source>Name of the key, for example: Wang Li, checker</source>
        <translation>密钥名称，例如：王丽 复核</translation>
    </message>
    <message>
        <source>Name of the key</source>
        <translation>密钥名称</translation>
    </message>
    <message>
        <source>Kind of key</source>
        <translation>密钥类型</translation>
    </message>
    <message>
        <source>Unlock the token</source>
        <translation>解锁令牌</translation>
    </message>
    <message>
        <source>Unlock at the token</source>
        <translation>在令牌上输入 PIN</translation>
    </message>
    <message>
        <source>Lock the token</source>
        <translation>锁定令牌</translation>
    </message>
    <message>
        <source>Make a key on it…</source>
        <translation>在令牌上生成密钥…</translation>
    </message>
    <message>
        <source>No key that this chain takes can be seen on it. Some tokens show their keys only after the PIN.</source>
        <translation>上面看不到本链可用的密钥。有的令牌要输入 PIN 后才显示密钥。</translation>
    </message>
    <message>
        <source>Sign with another key</source>
        <translation>换一把密钥签名</translation>
    </message>
    <message>
        <source>Sign with {key}</source>
        <translation>用“{key}”签名</translation>
    </message>
    <message>
        <source>Sign with it</source>
        <translation>用它签名</translation>
    </message>
    <message>
        <source>Signs at this desk</source>
        <translation>本机签名用的密钥</translation>
    </message>
    <message>
        <source>Never by itself</source>
        <translation>不自动锁定</translation>
    </message>
    <message>
        <source>Lock now</source>
        <translation>立即锁定</translation>
    </message>
    <message>
        <source>Lock when nobody is here</source>
        <translation>无人操作时锁定</translation>
    </message>
    <message>
        <source>The desk is locked. The node goes on, and your work is as you left it.</source>
        <translation>桌面已锁定。节点仍在运行，您的工作原样保留。</translation>
    </message>
    <message>
        <source>What was approved at this desk, and with which key</source>
        <translation>本机签署过什么，用的是哪把密钥</translation>
    </message>
    <message>
        <source>With which key this desk signs, and where it is kept</source>
        <translation>本机用哪把密钥签名，密钥放在哪里</translation>
    </message>
    <message>
        <source>What this desk signed, and what became of it</source>
        <translation>本机签署过的内容，以及结果</translation>
    </message>
    <message>
        <source>Approval log</source>
        <translation>签署日志</translation>
    </message>
    <message>
        <source>Vault</source>
        <translation>身份库</translation>
    </message>
    <message>
        <source>Keys and tokens</source>
        <translation>密钥与令牌</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>发件箱</translation>
    </message>
    <message>
        <source>This computer</source>
        <translation>本机</translation>
    </message>
    <message>
        <source>#{sequence} of chain {chain}</source>
        <translation>#{sequence}，链 {chain}</translation>
    </message>
    <message numerus="yes">
        <source>%n approval(s)</source>
        <translation>
            <numerusform>%n 份复核</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n byte(s)</source>
        <translation>
            <numerusform>%n 字节</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n checker(s) beside the maker</source>
        <translation>
            <numerusform>经办之外 %n 人复核</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n colleague(s) must approve this with their own keys.</source>
        <translation>
            <numerusform>此事须由 %n 位同事用各自的密钥复核。</numerusform>
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
        <source>%n earlier certification(s) are kept as well.</source>
        <translation>
            <numerusform>另存有较早的 %n 份认证资料。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n hour(s)</source>
        <translation>
            <numerusform>%n 小时</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n key(s) must sign as well</source>
        <translation>
            <numerusform>还须 %n 把密钥签名</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n minute(s)</source>
        <translation>
            <numerusform>%n 分钟</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n piece(s)</source>
        <translation>
            <numerusform>%n 件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n quota point(s)</source>
        <translation>
            <numerusform>%n 配额点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n record(s) signed here, waiting for approval</source>
        <translation>
            <numerusform>%n 条存证已在本机签名，等待复核</numerusform>
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
        <source>%n request file(s) saved</source>
        <translation>
            <numerusform>已保存 %n 个会签文件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n second(s)</source>
        <translation>
            <numerusform>%n 秒</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n transfer(s) left</source>
        <translation>
            <numerusform>还可转让 %n 次</numerusform>
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
        <source>0 takes the seat away</source>
        <translation>0 表示撤去席位</translation>
    </message>
    <message>
        <source>0: whole ones only</source>
        <translation>0 表示只有整数</translation>
    </message>
    <message>
        <source>A colleague asks you to sign this as well; once all have signed, it is sent</source>
        <translation>同事要您一同签名；全部签完后即发送</translation>
    </message>
    <message>
        <source>A document that says which; only its digest goes on the chain</source>
        <translation>写明是哪些数据的文件；上链的只有摘要</translation>
    </message>
    <message>
        <source>A document that several parties confirm one after the other; with the last of them it is final.</source>
        <translation>由多方先后确认的一份文件；最后一方确认时即告终局。</translation>
    </message>
    <message>
        <source>A limited number of times</source>
        <translation>限定次数</translation>
    </message>
    <message>
        <source>A list of the files is recorded and kept here; each file can later be shown to be on it</source>
        <translation>存证的是文件清单，清单保存在本机；日后可证明每个文件都在其中</translation>
    </message>
    <message>
        <source>A new account for this key, certified by us; the user needs no other registration</source>
        <translation>为这个密钥开立新账户，并由我方认证；用户无需再登记</translation>
    </message>
    <message>
        <source>A part of the free amount</source>
        <translation>部分可用数量</translation>
    </message>
    <message>
        <source>A partner may have the data that you name, for the purpose that you say; you can withdraw it at any time</source>
        <translation>允许一个合作方按所述用途取得指定的数据；可随时撤回</translation>
    </message>
    <message>
        <source>A record does not wait on the chain: it goes round as a request file, until about {until}.</source>
        <translation>存证不在链上等待，而以会签文件传给同事，约在 {until} 前签齐。</translation>
    </message>
    <message>
        <source>A user hands in a key card; you write down who it is, and certify it at a level.</source>
        <translation>用户交来密钥卡；您登记其身份，并按级别认证。</translation>
    </message>
    <message>
        <source>A user whom your organisation certifies</source>
        <translation>由贵方认证的用户</translation>
    </message>
    <message>
        <source>A whole consortium of four bookkeepers runs here, for practice. Nothing leaves this computer.</source>
        <translation>在本机运行一个有四家记账方的完整联盟，供练习使用。任何内容都不离开本机。</translation>
    </message>
    <message>
        <source>About the redemption, such as a receipt; only its digest goes on the chain</source>
        <translation>与兑付有关的文件，例如收据，只有摘要上链</translation>
    </message>
    <message>
        <source>Accepted partners</source>
        <translation>认可的合作方</translation>
    </message>
    <message>
        <source>Access</source>
        <translation>授权</translation>
    </message>
    <message>
        <source>Access to data</source>
        <translation>数据授权</translation>
    </message>
    <message>
        <source>Account</source>
        <translation>账户</translation>
    </message>
    <message>
        <source>Actions</source>
        <translation>事项</translation>
    </message>
    <message>
        <source>Add a key</source>
        <translation>添加密钥</translation>
    </message>
    <message>
        <source>Add a key…</source>
        <translation>添加密钥…</translation>
    </message>
    <message>
        <source>Add a partner</source>
        <translation>添加合作方</translation>
    </message>
    <message>
        <source>Add a party</source>
        <translation>增加参与方</translation>
    </message>
    <message>
        <source>Add a recipient</source>
        <translation>添加接收人</translation>
    </message>
    <message>
        <source>Add a setting</source>
        <translation>增加参数</translation>
    </message>
    <message>
        <source>Add an attribute</source>
        <translation>再添一项</translation>
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
        <source>Add pieces of another amount</source>
        <translation>添加另一数量的件</translation>
    </message>
    <message>
        <source>Address</source>
        <translation>地址</translation>
    </message>
    <message>
        <source>Admit an organisation</source>
        <translation>准入登记</translation>
    </message>
    <message>
        <source>Admitting organisations and changing what they may do</source>
        <translation>机构准入，及变更其权限</translation>
    </message>
    <message>
        <source>Against</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Agreement</source>
        <translation>协议摘要</translation>
    </message>
    <message>
        <source>Agreement in force</source>
        <translation>现行协议</translation>
    </message>
    <message>
        <source>Agreement number</source>
        <translation>多方确认编号</translation>
    </message>
    <message>
        <source>Agreements</source>
        <translation>多方确认</translation>
    </message>
    <message>
        <source>All files (*)</source>
        <translation>所有文件 (*)</translation>
    </message>
    <message>
        <source>All have signed it.</source>
        <translation>各方都已签名。</translation>
    </message>
    <message>
        <source>All of it changes hands in one block, or none of it</source>
        <translation>同一区块内全部转让，否则都不转让</translation>
    </message>
    <message>
        <source>All old keys of {user} are dead at once; only the new one can act for the account from then on</source>
        <translation>{user} 的旧密钥立即全部失效；此后只有新密钥能代表该账户</translation>
    </message>
    <message>
        <source>All vouchers</source>
        <translation>全部凭证</translation>
    </message>
    <message>
        <source>Allocate</source>
        <translation>分配</translation>
    </message>
    <message>
        <source>Allow again</source>
        <translation>恢复办理</translation>
    </message>
    <message>
        <source>Allow again: {actions}</source>
        <translation>恢复：{actions}</translation>
    </message>
    <message>
        <source>Also evidence and agreements, but only where a partner answers for it; no vouchers.</source>
        <translation>另可存证和参与多方确认，但须有合作方为其负责；不能用凭证。</translation>
    </message>
    <message>
        <source>Also evidence and agreements; no vouchers.</source>
        <translation>另可存证和参与多方确认；不能用凭证。</translation>
    </message>
    <message>
        <source>Also vouchers: may hold, hand over and redeem them.</source>
        <translation>另可持有、转让和兑付凭证。</translation>
    </message>
    <message>
        <source>Amend the admission</source>
        <translation>变更准入登记</translation>
    </message>
    <message>
        <source>Amend…</source>
        <translation>变更…</translation>
    </message>
    <message>
        <source>Amount</source>
        <translation>数量</translation>
    </message>
    <message>
        <source>Amount of each</source>
        <translation>每件数量</translation>
    </message>
    <message>
        <source>An anonymous user can record evidence only then</source>
        <translation>匿名用户只有在此情况下才能存证</translation>
    </message>
    <message>
        <source>An approval cannot be withdrawn. What is signed names the proposal by its number only.</source>
        <translation>同意后不能撤回。签名的内容只以编号指明提案。</translation>
    </message>
    <message>
        <source>An attribute stands there twice</source>
        <translation>有一项资料填了两次</translation>
    </message>
    <message>
        <source>Another genesis (optional)</source>
        <translation>另一份创世文件（可选）</translation>
    </message>
    <message>
        <source>Answers for it</source>
        <translation>责任方</translation>
    </message>
    <message>
        <source>Any organisation or user</source>
        <translation>任何机构或用户</translation>
    </message>
    <message>
        <source>Appearance</source>
        <translation>外观</translation>
    </message>
    <message>
        <source>Application</source>
        <translation>申请内容</translation>
    </message>
    <message>
        <source>Applications</source>
        <translation>待决定的申请</translation>
    </message>
    <message>
        <source>Apply for a voucher</source>
        <translation>申请凭证</translation>
    </message>
    <message>
        <source>Approvals</source>
        <translation>复核与密钥</translation>
    </message>
    <message>
        <source>Approve</source>
        <translation>同意</translation>
    </message>
    <message>
        <source>Approved by</source>
        <translation>已复核</translation>
    </message>
    <message>
        <source>Approvers</source>
        <translation>复核人</translation>
    </message>
    <message>
        <source>Approve…</source>
        <translation>同意…</translation>
    </message>
    <message>
        <source>Apr</source>
        <translation>4 月</translation>
    </message>
    <message>
        <source>As it stands in the agreement; public, and never given away again</source>
        <translation>与协议一致；公开，且不再给予他人</translation>
    </message>
    <message>
        <source>As its node tells it: an Ed25519 key of 64 hexadecimal digits</source>
        <translation>由其节点给出：Ed25519 公钥，64 位十六进制数字</translation>
    </message>
    <message>
        <source>As things stand, it would be accepted.</source>
        <translation>按目前状态可以被接受。</translation>
    </message>
    <message>
        <source>As this computer&apos;s node has it in its verified state, under the number that is signed.</source>
        <translation>以上是本机节点已核验状态中该编号的提案；签名的是这个编号。</translation>
    </message>
    <message>
        <source>As this computer&apos;s node says; what is signed names it by its number.</source>
        <translation>以上由本机节点给出；签名的内容以编号指明它。</translation>
    </message>
    <message>
        <source>Asking…</source>
        <translation>正在询问…</translation>
    </message>
    <message>
        <source>At height</source>
        <translation>截至高度</translation>
    </message>
    <message numerus="yes">
        <source>At least %n character(s)</source>
        <translation>
            <numerusform>至少 %n 个字符</numerusform>
        </translation>
    </message>
    <message>
        <source>At least two parties are needed</source>
        <translation>至少要有两个参与方</translation>
    </message>
    <message numerus="yes">
        <source>At most %n piece(s) at once</source>
        <translation>
            <numerusform>一次最多 %n 件</numerusform>
        </translation>
    </message>
    <message>
        <source>At most {most} keys</source>
        <translation>最多 {most} 把密钥</translation>
    </message>
    <message>
        <source>Attribute</source>
        <translation>资料项</translation>
    </message>
    <message>
        <source>Attributes</source>
        <translation>身份资料</translation>
    </message>
    <message>
        <source>Aug</source>
        <translation>8 月</translation>
    </message>
    <message>
        <source>Authentication</source>
        <translation>身份核实材料</translation>
    </message>
    <message>
        <source>Authority</source>
        <translation>下令机关</translation>
    </message>
    <message>
        <source>Back</source>
        <translation>返回</translation>
    </message>
    <message>
        <source>Batch</source>
        <translation>批量</translation>
    </message>
    <message>
        <source>Batch root</source>
        <translation>批量根</translation>
    </message>
    <message>
        <source>Begin a new evidence chain</source>
        <translation>新开一条存证链</translation>
    </message>
    <message>
        <source>Begins a new version; without one the agreement stays</source>
        <translation>放入即生成新版本；不放则协议不变</translation>
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
        <source>Bookkeeper</source>
        <translation>记账方</translation>
    </message>
    <message>
        <source>Bookkeepers change validators, settings and the version of the rules, or stop actions, only together.</source>
        <translation>席位、参数和规则版本的变更以及事项停用，须由记账方共同决定。</translation>
    </message>
    <message>
        <source>Both sides need a certification that the issuer accepts; “Check” says what would stand in the way</source>
        <translation>双方都须有发行方认可的认证；“检查”会说明有哪些障碍</translation>
    </message>
    <message>
        <source>By block time; then it has to be certified anew</source>
        <translation>按区块时间；到期须重新认证</translation>
    </message>
    <message>
        <source>By what we knew that it is the user</source>
        <translation>据以确认是用户本人的材料</translation>
    </message>
    <message>
        <source>Bytes of a point</source>
        <translation>每点字节数</translation>
    </message>
    <message>
        <source>Can land until</source>
        <translation>最晚上链</translation>
    </message>
    <message>
        <source>Cancel</source>
        <translation>取消</translation>
    </message>
    <message>
        <source>Cap</source>
        <translation>发行上限</translation>
    </message>
    <message>
        <source>Cap {cap}</source>
        <translation>上限 {cap}</translation>
    </message>
    <message>
        <source>Cap: issue no more than this</source>
        <translation>上限：最多发行多少</translation>
    </message>
    <message>
        <source>Card of the new key</source>
        <translation>新密钥的密钥卡</translation>
    </message>
    <message>
        <source>Card of this desk&apos;s key</source>
        <translation>本机密钥的密钥卡</translation>
    </message>
    <message>
        <source>Carry out an order</source>
        <translation>办理命令</translation>
    </message>
    <message>
        <source>Carrying out orders of authorities</source>
        <translation>执行主管机关的命令</translation>
    </message>
    <message>
        <source>Catching up</source>
        <translation>正在追赶</translation>
    </message>
    <message>
        <source>Certifications</source>
        <translation>认证</translation>
    </message>
    <message>
        <source>Certify an account</source>
        <translation>认证已有账户</translation>
    </message>
    <message>
        <source>Certify an account…</source>
        <translation>认证已有账户…</translation>
    </message>
    <message>
        <source>Certify anew</source>
        <translation>重新认证</translation>
    </message>
    <message>
        <source>Certify anew…</source>
        <translation>重新认证…</translation>
    </message>
    <message>
        <source>Certify…</source>
        <translation>认证…</translation>
    </message>
    <message>
        <source>Chain</source>
        <translation>存证链</translation>
    </message>
    <message>
        <source>Change how many must sign</source>
        <translation>更改签名人数</translation>
    </message>
    <message>
        <source>Change recognition…</source>
        <translation>变更认可…</translation>
    </message>
    <message>
        <source>Change the public name</source>
        <translation>更改公开名称</translation>
    </message>
    <message>
        <source>Change the public name…</source>
        <translation>更改公开名称…</translation>
    </message>
    <message>
        <source>Changes hands</source>
        <translation>转让</translation>
    </message>
    <message>
        <source>Change…</source>
        <translation>更改…</translation>
    </message>
    <message>
        <source>Check</source>
        <translation>检查</translation>
    </message>
    <message>
        <source>Check a disclosure file</source>
        <translation>核验披露文件</translation>
    </message>
    <message>
        <source>Check a disclosure file…</source>
        <translation>核验披露文件…</translation>
    </message>
    <message>
        <source>Check the genesis file</source>
        <translation>检查创世文件</translation>
    </message>
    <message>
        <source>Check whether it would be accepted</source>
        <translation>检查能否被接受</translation>
    </message>
    <message>
        <source>Checked by</source>
        <translation>复核</translation>
    </message>
    <message>
        <source>Checkers</source>
        <translation>复核人数</translation>
    </message>
    <message>
        <source>Checkers for {duty}</source>
        <translation>复核人数：{duty}</translation>
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
        <source>Close</source>
        <translation>关闭</translation>
    </message>
    <message>
        <source>Close the disclosure</source>
        <translation>关闭披露内容</translation>
    </message>
    <message>
        <source>Confirm</source>
        <translation>确认</translation>
    </message>
    <message>
        <source>Confirmed by {names}</source>
        <translation>已由 {names} 确认</translation>
    </message>
    <message>
        <source>Confirm…</source>
        <translation>确认…</translation>
    </message>
    <message>
        <source>Connected</source>
        <translation>已连接</translation>
    </message>
    <message>
        <source>Context digest</source>
        <translation>情境摘要</translation>
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
        <source>Countersign</source>
        <translation>复核签名</translation>
    </message>
    <message>
        <source>Counts until</source>
        <translation>有效期至</translation>
    </message>
    <message>
        <source>Create: the issuer may allocate it</source>
        <translation>创建：发行方可以分配</translation>
    </message>
    <message>
        <source>Dark</source>
        <translation>深色</translation>
    </message>
    <message>
        <source>Date of birth</source>
        <translation>出生日期</translation>
    </message>
    <message>
        <source>Deadline</source>
        <translation>期限</translation>
    </message>
    <message>
        <source>Dec</source>
        <translation>12 月</translation>
    </message>
    <message>
        <source>Decide</source>
        <translation>作出决定</translation>
    </message>
    <message>
        <source>Decide on the application</source>
        <translation>对申请作出决定</translation>
    </message>
    <message>
        <source>Decide on {voucher}; a decision is final</source>
        <translation>对 {voucher} 作出决定，决定后不能更改</translation>
    </message>
    <message>
        <source>Decided and lapsed</source>
        <translation>已结束的提案</translation>
    </message>
    <message>
        <source>Decided; proposed by {who}</source>
        <translation>已通过；由 {who} 提出</translation>
    </message>
    <message>
        <source>Decimals</source>
        <translation>小数位数</translation>
    </message>
    <message>
        <source>Decision</source>
        <translation>决定</translation>
    </message>
    <message>
        <source>Decisions</source>
        <translation>表决</translation>
    </message>
    <message>
        <source>Decline, with a reason</source>
        <translation>驳回，并说明理由</translation>
    </message>
    <message>
        <source>Description</source>
        <translation>详细说明</translation>
    </message>
    <message>
        <source>Digests SHA-256 + SM3</source>
        <translation>摘要 SHA-256 + SM3</translation>
    </message>
    <message>
        <source>Direction</source>
        <translation>方式</translation>
    </message>
    <message>
        <source>Discard</source>
        <translation>丢弃</translation>
    </message>
    <message>
        <source>Discard the request</source>
        <translation>丢弃会签文件</translation>
    </message>
    <message>
        <source>Discard: {what}</source>
        <translation>丢弃：{what}</translation>
    </message>
    <message>
        <source>Discard…</source>
        <translation>丢弃…</translation>
    </message>
    <message>
        <source>Disclose everything to an authority…</source>
        <translation>向主管机关全部披露…</translation>
    </message>
    <message>
        <source>Disclose what is ticked…</source>
        <translation>披露勾选的内容…</translation>
    </message>
    <message>
        <source>Disclose {attribute}</source>
        <translation>披露{attribute}</translation>
    </message>
    <message>
        <source>Disclosures (*.json);;All files (*)</source>
        <translation>披露文件 (*.json);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Dismiss</source>
        <translation>知道了</translation>
    </message>
    <message>
        <source>Divisible: amounts that can be split and merged</source>
        <translation>可拆分合并：按数量计</translation>
    </message>
    <message>
        <source>Document</source>
        <translation>文书</translation>
    </message>
    <message>
        <source>Document about it</source>
        <translation>授权文件摘要</translation>
    </message>
    <message>
        <source>Document number</source>
        <translation>证件号码</translation>
    </message>
    <message>
        <source>Document to agree on</source>
        <translation>待确认的文件</translation>
    </message>
    <message>
        <source>Documents that take effect when every party has confirmed</source>
        <translation>各方全部确认后生效的文件</translation>
    </message>
    <message>
        <source>Done</source>
        <translation>完成</translation>
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
        <source>Drop it here, or click to choose</source>
        <translation>拖到这里，或点击选择</translation>
    </message>
    <message>
        <source>Drop it here, or press Enter to choose</source>
        <translation>拖到这里，或按回车选择</translation>
    </message>
    <message>
        <source>Drop the document that you have read; the button works when it is the very same</source>
        <translation>放入您看过的那份文件；完全相同时才能继续</translation>
    </message>
    <message>
        <source>E-mail</source>
        <translation>电子邮箱</translation>
    </message>
    <message>
        <source>Each clerk makes a key card at his own desk; the first key gives the account its address</source>
        <translation>各经办在自己的电脑上制作密钥卡；第一把密钥决定账户地址</translation>
    </message>
    <message>
        <source>Each piece of {voucher} gets a serial of its own and can be handed on by it</source>
        <translation>{voucher} 拆出的每件有自己的序号，可以凭序号转让</translation>
    </message>
    <message>
        <source>Earliest</source>
        <translation>最早</translation>
    </message>
    <message>
        <source>Empty: as it was</source>
        <translation>留空表示不变</translation>
    </message>
    <message>
        <source>Enrol a user</source>
        <translation>登记用户</translation>
    </message>
    <message>
        <source>Enrolled by</source>
        <translation>登记方</translation>
    </message>
    <message>
        <source>Enrolled by a partner that is suspended or may not certify any more</source>
        <translation>由被暂停或不再有身份权限的合作方登记的用户</translation>
    </message>
    <message>
        <source>Enrolled by another partner</source>
        <translation>由其他合作方登记的用户</translation>
    </message>
    <message>
        <source>Enrolling and certifying users, resetting their keys, recognising partners</source>
        <translation>登记和认证用户，重置其密钥，认可其他合作方</translation>
    </message>
    <message>
        <source>Every measure about {voucher} cites the order that it carries out</source>
        <translation>对 {voucher} 的每项措施都须注明所依据的命令</translation>
    </message>
    <message>
        <source>Every partner can act, and freezes its own users. Who was frozen from here is unfrozen here.</source>
        <translation>各合作方均可办理，自行冻结其用户。由本方冻结的用户在此解冻。</translation>
    </message>
    <message>
        <source>Every step is done anew here; neither the bundle nor a website is believed.</source>
        <translation>每一步都在本机重新核验，不轻信存证包，也不轻信任何网站。</translation>
    </message>
    <message>
        <source>Everybody on the chain can read it</source>
        <translation>链上人人可读</translation>
    </message>
    <message>
        <source>Everybody on the chain sees it; better left empty for a person</source>
        <translation>链上人人可见；个人用户建议不填</translation>
    </message>
    <message>
        <source>Everybody on the chain sees it; nobody else can have it</source>
        <translation>链上人人可见；别人不能再用</translation>
    </message>
    <message>
        <source>Everything about vouchers</source>
        <translation>与凭证有关的各项操作</translation>
    </message>
    <message>
        <source>Everything below was certified by {partner}, and the certification counts now.</source>
        <translation>以下内容均经 {partner} 认证，且该认证目前有效。</translation>
    </message>
    <message>
        <source>Everything that it holds</source>
        <translation>全部持有</translation>
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
        <source>Evidence records</source>
        <translation>存证</translation>
    </message>
    <message>
        <source>Expires</source>
        <translation>到期</translation>
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
        <source>Final since</source>
        <translation>终局于</translation>
    </message>
    <message>
        <source>Final, verified on this computer</source>
        <translation>终局，由本机核验</translation>
    </message>
    <message>
        <source>Find by name or number</source>
        <translation>按名称或账户号查找</translation>
    </message>
    <message>
        <source>Flow</source>
        <translation>流转</translation>
    </message>
    <message>
        <source>Flow: hold or freeze the whole voucher</source>
        <translation>流转：暂停或冻结整种凭证</translation>
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
        <source>For colleagues; stays in the vault</source>
        <translation>供同事参考；只存在身份库里</translation>
    </message>
    <message>
        <source>For the issue, as the operator asks for it</source>
        <translation>业务准入方要求的发行法律文书</translation>
    </message>
    <message>
        <source>Free</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>Free amounts</source>
        <translation>可用数量</translation>
    </message>
    <message>
        <source>Freely</source>
        <translation>不受限制</translation>
    </message>
    <message>
        <source>Freeze a user</source>
        <translation>冻结用户</translation>
    </message>
    <message>
        <source>Freeze a user…</source>
        <translation>冻结用户…</translation>
    </message>
    <message>
        <source>Freeze the account</source>
        <translation>冻结账户</translation>
    </message>
    <message>
        <source>Freeze…</source>
        <translation>冻结…</translation>
    </message>
    <message>
        <source>Friday</source>
        <translation>星期五</translation>
    </message>
    <message>
        <source>From height</source>
        <translation>生效高度</translation>
    </message>
    <message>
        <source>From level</source>
        <translation>最低级别</translation>
    </message>
    <message>
        <source>From the block on in which it stands, the partner may no longer ask for the data</source>
        <translation>自上链的区块起，该合作方不得再索取这些数据</translation>
    </message>
    <message>
        <source>From the next block on it can act; what it signs rests on the legal agreement whose digest stands here.</source>
        <translation>自下一块起可以办理业务；其签名以此处登记的法律协议为依据。</translation>
    </message>
    <message>
        <source>From the next block on it can sign nothing. Nothing is deleted.</source>
        <translation>自下一块起不能再签名办理任何业务。已有内容不会删除。</translation>
    </message>
    <message>
        <source>From the next block on this bookkeeper cannot propose or approve; its seat&apos;s power still counts in the whole, and its validator goes on signing blocks. Nothing is deleted.</source>
        <translation>自下一块起，该记账方不能提案或表决；其席位仍计入总表决权，共识节点继续签名区块。已有内容不会删除。</translation>
    </message>
    <message>
        <source>From the next block on this partner can sign nothing, its vouchers stand still, and users whom it alone certifies can act no more. Users whom another partner certifies as well go on. Nothing is deleted.</source>
        <translation>自下一块起，该合作方不能签名，其凭证停止流转，只由它认证的用户也不能办理业务；另有其他合作方认证的用户不受影响。已有内容不会删除。</translation>
    </message>
    <message>
        <source>From then on it is worth nothing</source>
        <translation>到期后不再有效</translation>
    </message>
    <message>
        <source>From then on this key can act for the account, in the roles that you choose</source>
        <translation>此后这个密钥可按所选角色代表本账户</translation>
    </message>
    <message>
        <source>Frozen</source>
        <translation>冻结</translation>
    </message>
    <message>
        <source>Frozen from here, or by a partner that is suspended or may not certify any more</source>
        <translation>由本方冻结的用户，或由被暂停、不再有身份权限的合作方冻结的用户</translation>
    </message>
    <message>
        <source>Frozen is</source>
        <translation>冻结范围</translation>
    </message>
    <message>
        <source>Frozen: nothing moves</source>
        <translation>冻结：一切停止</translation>
    </message>
    <message>
        <source>Full name</source>
        <translation>姓名</translation>
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
        <source>Give access</source>
        <translation>授权</translation>
    </message>
    <message>
        <source>Give at least one address</source>
        <translation>至少填写一个地址</translation>
    </message>
    <message>
        <source>Give it to those who must sign; they open it under Approvals at their own desks. It holds no secret key.</source>
        <translation>交给须签名的人，在各自的“复核与密钥”页打开。文件中没有私钥。</translation>
    </message>
    <message>
        <source>Give {who} a seat with power {power}</source>
        <translation>给予 {who} 席位，表决权 {power}</translation>
    </message>
    <message>
        <source>Giving and withdrawing access to data</source>
        <translation>数据授权及撤回</translation>
    </message>
    <message>
        <source>Good: hard to guess even with much computing power</source>
        <translation>好：算力再强也难猜中</translation>
    </message>
    <message>
        <source>Hand it to whoever is to register this key: a colleague, a partner, the operator. It is good for this chain only and holds no secret.</source>
        <translation>交给要登记这个密钥的一方：同事、合作方或业务准入方。只对本链有效，不含秘密。</translation>
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
        <source>Held by this account</source>
        <translation>本账户持有</translation>
    </message>
    <message>
        <source>Held together</source>
        <translation>持有合计</translation>
    </message>
    <message>
        <source>Held: nothing changes hands, redeeming goes on</source>
        <translation>暂停：不得转让，可以兑付</translation>
    </message>
    <message>
        <source>Held: {serials}</source>
        <translation>持有：{serials}</translation>
    </message>
    <message>
        <source>Hidden. What is known of this user lies sealed in the vault on this computer.</source>
        <translation>已隐藏。该用户的资料加密存放在本机的身份库里。</translation>
    </message>
    <message>
        <source>Hide</source>
        <translation>隐藏</translation>
    </message>
    <message>
        <source>Holder</source>
        <translation>持有人</translation>
    </message>
    <message>
        <source>Holder: freeze what an account holds, or part of it</source>
        <translation>持有人：冻结某账户的全部或部分持有</translation>
    </message>
    <message>
        <source>Holders</source>
        <translation>持有人</translation>
    </message>
    <message>
        <source>Holders of {name}</source>
        <translation>{name} 的持有人</translation>
    </message>
    <message>
        <source>Hosted at</source>
        <translation>托管地址</translation>
    </message>
    <message>
        <source>Hosting place (SHA-256)</source>
        <translation>托管地址 (SHA-256)</translation>
    </message>
    <message>
        <source>How do you want to begin?</source>
        <translation>从哪里开始？</translation>
    </message>
    <message>
        <source>How many</source>
        <translation>件数</translation>
    </message>
    <message>
        <source>How many checkers must sign beside the maker; there must be enough keys with that role</source>
        <translation>经办之外须有几人复核；具有复核角色的密钥要足够</translation>
    </message>
    <message>
        <source>How many must sign</source>
        <translation>签名人数</translation>
    </message>
    <message>
        <source>How many must sign beside the maker; the keys above must allow it</source>
        <translation>经办之外还须几人复核；须与上面的密钥相符</translation>
    </message>
    <message>
        <source>How often one piece may change hands</source>
        <translation>每件可以转让几次</translation>
    </message>
    <message>
        <source>Identity: certify users; evidence: records and agreements; vouchers: issue them</source>
        <translation>身份：认证用户；存证：存证记录与多方确认；凭证：发行凭证</translation>
    </message>
    <message>
        <source>In favour</source>
        <translation>已同意</translation>
    </message>
    <message>
        <source>In force from</source>
        <translation>生效于</translation>
    </message>
    <message>
        <source>In force since {time}.</source>
        <translation>自 {time} 起生效。</translation>
    </message>
    <message>
        <source>In force since {time}. The new account has the number {account}.</source>
        <translation>{time} 起生效。新账户的编号是 {account}。</translation>
    </message>
    <message>
        <source>In pieces</source>
        <translation>件内数量</translation>
    </message>
    <message>
        <source>In sync</source>
        <translation>已同步</translation>
    </message>
    <message>
        <source>In words, as everybody will read it</source>
        <translation>用文字写明，人人可见</translation>
    </message>
    <message>
        <source>Include the original file</source>
        <translation>连同原件</translation>
    </message>
    <message>
        <source>Issue {voucher} to those who may hold it; all of them get it in one block, or nobody does</source>
        <translation>把 {voucher} 分配给可以持有的账户；同一区块内全部到账，否则都不到账</translation>
    </message>
    <message>
        <source>Issued</source>
        <translation>已发行</translation>
    </message>
    <message>
        <source>Issued by this account</source>
        <translation>本账户发行</translation>
    </message>
    <message>
        <source>Issuer</source>
        <translation>发行方</translation>
    </message>
    <message>
        <source>Issuer of the certificate</source>
        <translation>证书颁发机构</translation>
    </message>
    <message>
        <source>It encrypts your key on this computer. Nobody can recover it, so keep a copy in a safe place.</source>
        <translation>口令用来加密本机上的密钥。谁也无法找回，务必另存一份在安全的地方。</translation>
    </message>
    <message>
        <source>It is final: nobody can confirm or withdraw any more.</source>
        <translation>已经终局，不能再确认或撤回。</translation>
    </message>
    <message>
        <source>It is on its way to the chain.</source>
        <translation>正在上链。</translation>
    </message>
    <message>
        <source>It shows what it says in plain words: give it only to those who may know.</source>
        <translation>其中内容为明文，只应交给有权知悉的人。</translation>
    </message>
    <message>
        <source>It stands below, with everything that it says.</source>
        <translation>列在下方，内容可以查看。</translation>
    </message>
    <message>
        <source>It stays here; give it to the other parties yourself</source>
        <translation>文件留在本机，由您自行交给其他参与方</translation>
    </message>
    <message>
        <source>It takes effect when all of them have confirmed. Who opens it confirms separately.</source>
        <translation>全部参与方确认后生效。发起不等于确认，发起人另行确认。</translation>
    </message>
    <message>
        <source>It waits on the chain for approval since {time}; colleagues find it under Approvals.</source>
        <translation>自 {time} 起在链上待复核；同事可在“复核与密钥”页看到。</translation>
    </message>
    <message>
        <source>Its deadline has passed before all confirmed: it never takes effect. It can be opened anew.</source>
        <translation>期限已过而未全部确认，不再生效；可以重新发起。</translation>
    </message>
    <message>
        <source>Its deadline passed before enough approved</source>
        <translation>期限已过，同意的表决权不足</translation>
    </message>
    <message>
        <source>Its digest</source>
        <translation>协议摘要</translation>
    </message>
    <message>
        <source>Its users who are certified at this level or higher may hold your vouchers</source>
        <translation>其认证达到该级别的用户可以持有贵方的凭证</translation>
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
        <source>Key card</source>
        <translation>密钥卡</translation>
    </message>
    <message>
        <source>Keys</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Keys of this account</source>
        <translation>本账户的密钥</translation>
    </message>
    <message>
        <source>Keys, approvals and the name of this account</source>
        <translation>本账户的密钥、签名人数和名称</translation>
    </message>
    <message>
        <source>Kind</source>
        <translation>种类</translation>
    </message>
    <message>
        <source>Kind of document</source>
        <translation>证件类型</translation>
    </message>
    <message>
        <source>Kind of organisation</source>
        <translation>机构类别</translation>
    </message>
    <message>
        <source>Known here as</source>
        <translation>本机称呼</translation>
    </message>
    <message>
        <source>Language</source>
        <translation>语言</translation>
    </message>
    <message>
        <source>Lapsed</source>
        <translation>已作废</translation>
    </message>
    <message>
        <source>Latest</source>
        <translation>最晚</translation>
    </message>
    <message>
        <source>Legal agreement</source>
        <translation>法律协议摘要</translation>
    </message>
    <message>
        <source>Legal document</source>
        <translation>法律文书</translation>
    </message>
    <message>
        <source>Legal name</source>
        <translation>法定名称</translation>
    </message>
    <message>
        <source>Legal representative</source>
        <translation>法定代表人</translation>
    </message>
    <message>
        <source>Less</source>
        <translation>收起</translation>
    </message>
    <message>
        <source>Let it wait on the chain</source>
        <translation>放在链上待复核</translation>
    </message>
    <message>
        <source>Let lapse</source>
        <translation>到期作废</translation>
    </message>
    <message>
        <source>Level</source>
        <translation>级别</translation>
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
        <source>Longest transaction</source>
        <translation>交易长度上限</translation>
    </message>
    <message>
        <source>Longest validity</source>
        <translation>最长有效期</translation>
    </message>
    <message>
        <source>Look</source>
        <translation>查看</translation>
    </message>
    <message>
        <source>Look and sign</source>
        <translation>查看并签名</translation>
    </message>
    <message>
        <source>Look at {what}</source>
        <translation>查看：{what}</translation>
    </message>
    <message>
        <source>Look further back</source>
        <translation>查找更早的</translation>
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
        <source>Made</source>
        <translation>制表时间</translation>
    </message>
    <message>
        <source>Made at the desk or token that will sign from now on</source>
        <translation>在今后签名的电脑或令牌上制作</translation>
    </message>
    <message>
        <source>Made by</source>
        <translation>经办</translation>
    </message>
    <message>
        <source>Made into</source>
        <translation>拆成</translation>
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
        <source>May manage its own keys and give access to its data; no evidence, no vouchers.</source>
        <translation>可管理自己的密钥、授权他人取得数据；不能存证，不能用凭证。</translation>
    </message>
    <message>
        <source>Measure</source>
        <translation>措施</translation>
    </message>
    <message>
        <source>Merge</source>
        <translation>合并</translation>
    </message>
    <message>
        <source>Merge pieces</source>
        <translation>合并各件</translation>
    </message>
    <message>
        <source>Monday</source>
        <translation>星期一</translation>
    </message>
    <message>
        <source>More</source>
        <translation>更多</translation>
    </message>
    <message>
        <source>My document</source>
        <translation>我手中的文件</translation>
    </message>
    <message>
        <source>Name</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>Name of attribute</source>
        <translation>资料项名称</translation>
    </message>
    <message>
        <source>Names are written so that no spreadsheet takes them for formulas.</source>
        <translation>名称已作处理，表格软件不会把它们当成公式。</translation>
    </message>
    <message>
        <source>Nationality</source>
        <translation>国籍</translation>
    </message>
    <message>
        <source>Never: whoever gets it keeps it</source>
        <translation>不可转让，分配给谁就归谁</translation>
    </message>
    <message>
        <source>New agreement</source>
        <translation>新协议</translation>
    </message>
    <message>
        <source>New cap</source>
        <translation>新的发行上限</translation>
    </message>
    <message>
        <source>New evidence</source>
        <translation>新建存证</translation>
    </message>
    <message>
        <source>New name</source>
        <translation>新名称</translation>
    </message>
    <message>
        <source>New value</source>
        <translation>新值</translation>
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
        <source>Newest order</source>
        <translation>最新命令</translation>
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
        <source>Next upgrade</source>
        <translation>下次升级</translation>
    </message>
    <message>
        <source>No agreements yet</source>
        <translation>还没有多方确认</translation>
    </message>
    <message>
        <source>No answer</source>
        <translation>没有应答</translation>
    </message>
    <message>
        <source>No application waits for a decision</source>
        <translation>没有等待决定的申请</translation>
    </message>
    <message>
        <source>No checker is asked for: each maker&apos;s signature is enough.</source>
        <translation>不需复核：经办签名即可。</translation>
    </message>
    <message>
        <source>No new block</source>
        <translation>没有新区块</translation>
    </message>
    <message>
        <source>No order concerns it</source>
        <translation>没有相关命令</translation>
    </message>
    <message>
        <source>No orders yet</source>
        <translation>还没有命令</translation>
    </message>
    <message>
        <source>No organisation is called so</source>
        <translation>没有这样的机构</translation>
    </message>
    <message>
        <source>No other key of this account may check; an administrator adds one under Approvals.</source>
        <translation>本账户没有其他可以复核的密钥；由管理员在“复核与密钥”页添加。</translation>
    </message>
    <message>
        <source>No partner is suspended. For one that may not certify any more, orders are carried out here.</source>
        <translation>目前没有合作方被暂停。合作方不再有身份权限的，针对其用户的命令由本方在此办理。</translation>
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
        <source>No proposals yet</source>
        <translation>还没有提案</translation>
    </message>
    <message>
        <source>No records yet</source>
        <translation>还没有存证记录</translation>
    </message>
    <message>
        <source>No users yet</source>
        <translation>还没有用户</translation>
    </message>
    <message>
        <source>No voucher has been created yet</source>
        <translation>还没有创建任何凭证</translation>
    </message>
    <message>
        <source>No voucher is held. What is allocated or transferred to this account appears here</source>
        <translation>没有持有凭证。分配或转让到本账户的凭证会出现在这里</translation>
    </message>
    <message>
        <source>No: no grant of this user to us is in force.</source>
        <translation>不可以：该用户没有给我方的有效授权。</translation>
    </message>
    <message>
        <source>Nobody certifies this account: it can only look.</source>
        <translation>没有合作方认证这个账户：它只能查询。</translation>
    </message>
    <message>
        <source>Nobody has given us access to data yet.</source>
        <translation>还没有人授权我方取得数据。</translation>
    </message>
    <message>
        <source>Nobody holds any of it</source>
        <translation>没有人持有</translation>
    </message>
    <message>
        <source>Nobody is found by this.</source>
        <translation>没有找到。</translation>
    </message>
    <message>
        <source>Nobody may have the data. A user gives access at its own desk and can withdraw it at any time.</source>
        <translation>无人可取得其数据。授权由用户在自己的电脑上给出，可随时撤回。</translation>
    </message>
    <message>
        <source>Node on this computer</source>
        <translation>本机节点</translation>
    </message>
    <message>
        <source>None chosen: every role</source>
        <translation>不选即具有全部角色</translation>
    </message>
    <message>
        <source>None of the files could be read</source>
        <translation>文件都无法读取</translation>
    </message>
    <message>
        <source>None. A request is a file that goes from desk to desk until all whom it names have signed.</source>
        <translation>没有。会签文件在各电脑之间传递，直到列明的人都签名。</translation>
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
        <source>Not below what is issued: {issued}</source>
        <translation>不低于已发行的 {issued}</translation>
    </message>
    <message>
        <source>Not confirmed in time by {names}</source>
        <translation>{names} 未在期限内确认</translation>
    </message>
    <message>
        <source>Not for this: grants of this user are in force, but for other purposes.</source>
        <translation>此用途不可以：该用户的授权有效，但用途不同。</translation>
    </message>
    <message>
        <source>Not frozen any more</source>
        <translation>不再冻结</translation>
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
        <source>Notes</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>Nothing any more</source>
        <translation>不再冻结</translation>
    </message>
    <message>
        <source>Nothing can be changed afterwards: document, parties and deadline stand as they are opened.</source>
        <translation>发起后文件、参与方和期限都不能更改。</translation>
    </message>
    <message>
        <source>Nothing changes for the account: the order stands on the chain, for everybody to refer to.</source>
        <translation>账户本身不变：命令登记上链，供各方援引。</translation>
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
        <source>Nothing is issued yet. It begins with an application to the operator</source>
        <translation>还没有发行凭证。先向业务准入方提出申请</translation>
    </message>
    <message>
        <source>Nothing is left that could lapse.</source>
        <translation>没有可以作废的了。</translation>
    </message>
    <message>
        <source>Nothing that is held can change hands now.</source>
        <translation>持有的凭证目前都不能转让。</translation>
    </message>
    <message>
        <source>Nothing waits for you.</source>
        <translation>没有等您处理的事。</translation>
    </message>
    <message>
        <source>Nothing waits. What needs a second signature appears here at every desk of this account.</source>
        <translation>没有待复核的事项。须第二人签名的事项会出现在本账户的每台电脑上。</translation>
    </message>
    <message>
        <source>Nothing yet.</source>
        <translation>还没有。</translation>
    </message>
    <message>
        <source>Nov</source>
        <translation>11 月</translation>
    </message>
    <message>
        <source>Number</source>
        <translation>编号</translation>
    </message>
    <message>
        <source>Number of the certificate</source>
        <translation>证书编号</translation>
    </message>
    <message>
        <source>Oct</source>
        <translation>10 月</translation>
    </message>
    <message>
        <source>Of</source>
        <translation>对象</translation>
    </message>
    <message>
        <source>Old key</source>
        <translation>旧密钥</translation>
    </message>
    <message>
        <source>Once more</source>
        <translation>再输一遍</translation>
    </message>
    <message>
        <source>Only a record of the same chain can be replaced: first choose that chain above</source>
        <translation>只能取代同一条链上的存证：先在上方选定那条链</translation>
    </message>
    <message>
        <source>Only if it is not inside the bundle</source>
        <translation>仅当存证包内没有原件时需要</translation>
    </message>
    <message>
        <source>Only on an order: its document, who issued it and under which reference stand on the chain for good.</source>
        <translation>须有命令为依据：文书摘要、下令机关和文号永久记录在链上。</translation>
    </message>
    <message>
        <source>Only the digest of the address is recorded; whoever is given the address can compare it</source>
        <translation>上链的只有地址的摘要；得到该地址的人可以比对</translation>
    </message>
    <message>
        <source>Open</source>
        <translation>打开</translation>
    </message>
    <message>
        <source>Open a request file</source>
        <translation>打开会签文件</translation>
    </message>
    <message>
        <source>Open a request file…</source>
        <translation>打开会签文件…</translation>
    </message>
    <message>
        <source>Open an agreement</source>
        <translation>发起多方确认</translation>
    </message>
    <message>
        <source>Open proposals</source>
        <translation>表决中的提案</translation>
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
        <source>Open {name}</source>
        <translation>打开 {name}</translation>
    </message>
    <message>
        <source>Open: everything goes on</source>
        <translation>正常：一切照常</translation>
    </message>
    <message>
        <source>Opened by</source>
        <translation>发起方</translation>
    </message>
    <message>
        <source>Opening, confirming and withdrawing from agreements</source>
        <translation>发起多方确认、确认及撤回确认</translation>
    </message>
    <message>
        <source>Or ask colleagues by a request file; they sign at their own desks. Who?</source>
        <translation>或用会签文件由同事在各自的电脑上签名。由谁复核？</translation>
    </message>
    <message>
        <source>Order</source>
        <translation>命令文书</translation>
    </message>
    <message>
        <source>Order (SHA-256)</source>
        <translation>命令文书（SHA-256）</translation>
    </message>
    <message>
        <source>Orders</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>Orders about it</source>
        <translation>有关命令</translation>
    </message>
    <message>
        <source>Orders about this account</source>
        <translation>有关本账户的命令</translation>
    </message>
    <message>
        <source>Organisation</source>
        <translation>机构名称</translation>
    </message>
    <message>
        <source>Organisations</source>
        <translation>机构</translation>
    </message>
    <message>
        <source>Original file (optional)</source>
        <translation>原件（可选）</translation>
    </message>
    <message>
        <source>Outstanding</source>
        <translation>在外</translation>
    </message>
    <message>
        <source>Overview</source>
        <translation>总览</translation>
    </message>
    <message>
        <source>Parties</source>
        <translation>参与方</translation>
    </message>
    <message>
        <source>Partner</source>
        <translation>合作方</translation>
    </message>
    <message>
        <source>Partners</source>
        <translation>合作方</translation>
    </message>
    <message>
        <source>Party</source>
        <translation>身份</translation>
    </message>
    <message>
        <source>Party</source>
        <comment>of an agreement</comment>
        <translation>参与方</translation>
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
        <source>Permissions</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Permitted</source>
        <translation>权限</translation>
    </message>
    <message>
        <source>Phone</source>
        <translation>手机号</translation>
    </message>
    <message>
        <source>Piece: freeze one serial</source>
        <translation>单件：冻结某一序号</translation>
    </message>
    <message>
        <source>Pieces</source>
        <translation>件</translation>
    </message>
    <message>
        <source>Points per period; 0: it can sign nothing</source>
        <translation>每期点数；0 表示不能签名</translation>
    </message>
    <message>
        <source>Power</source>
        <translation>表决权</translation>
    </message>
    <message>
        <source>Power now</source>
        <translation>现有表决权</translation>
    </message>
    <message>
        <source>Power of {who}: {now} → {then}</source>
        <translation>{who} 的表决权：{now} → {then}</translation>
    </message>
    <message>
        <source>Power then</source>
        <translation>变更后</translation>
    </message>
    <message>
        <source>Prepare a request file</source>
        <translation>准备会签文件</translation>
    </message>
    <message>
        <source>Programs that do not know it stop before that height</source>
        <translation>不认识该版本的程序会在此高度之前停下</translation>
    </message>
    <message>
        <source>Proposal number</source>
        <translation>提案编号</translation>
    </message>
    <message>
        <source>Proposals and votes</source>
        <translation>提案和表决</translation>
    </message>
    <message>
        <source>Propose a change</source>
        <translation>提出提案</translation>
    </message>
    <message>
        <source>Proposed by</source>
        <translation>提案方</translation>
    </message>
    <message>
        <source>Public key</source>
        <translation>公钥</translation>
    </message>
    <message>
        <source>Public name</source>
        <translation>公开名称</translation>
    </message>
    <message>
        <source>Public, as everybody will read it</source>
        <translation>公开，所有人都能看到</translation>
    </message>
    <message>
        <source>Purpose</source>
        <translation>用途</translation>
    </message>
    <message>
        <source>Put all files into one record</source>
        <translation>全部文件合为一条存证</translation>
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
        <source>Quota period</source>
        <translation>配额周期</translation>
    </message>
    <message>
        <source>Quota plan</source>
        <translation>配额计划</translation>
    </message>
    <message>
        <source>Reason</source>
        <translation>理由</translation>
    </message>
    <message>
        <source>Reasons</source>
        <translation>理由文书</translation>
    </message>
    <message>
        <source>Reasons (SHA-256)</source>
        <translation>理由文书（SHA-256）</translation>
    </message>
    <message>
        <source>Receipt</source>
        <translation>回执</translation>
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
        <source>Recipient</source>
        <translation>接收人</translation>
    </message>
    <message>
        <source>Recognise its certifications</source>
        <translation>认可其认证</translation>
    </message>
    <message>
        <source>Recognise…</source>
        <translation>认可…</translation>
    </message>
    <message>
        <source>Record</source>
        <translation>存证记录</translation>
    </message>
    <message>
        <source>Record an order</source>
        <translation>登记命令</translation>
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
        <source>Records</source>
        <translation>存证记录</translation>
    </message>
    <message>
        <source>Records of this account, from this computer&apos;s own verified copy of the chain</source>
        <translation>本账户的存证，取自本机核验过的链</translation>
    </message>
    <message>
        <source>Redeem</source>
        <translation>兑付</translation>
    </message>
    <message>
        <source>Redeemed</source>
        <translation>已兑付</translation>
    </message>
    <message>
        <source>Reference</source>
        <translation>文号</translation>
    </message>
    <message>
        <source>Release notes</source>
        <translation>发布说明</translation>
    </message>
    <message>
        <source>Remove</source>
        <translation>移除</translation>
    </message>
    <message>
        <source>Remove line {number}</source>
        <translation>移除第 {number} 行</translation>
    </message>
    <message>
        <source>Remove {name}</source>
        <translation>移除{name}</translation>
    </message>
    <message>
        <source>Replace the key of this desk</source>
        <translation>更换本机密钥</translation>
    </message>
    <message>
        <source>Replaces</source>
        <translation>取代</translation>
    </message>
    <message>
        <source>Replace…</source>
        <translation>更换…</translation>
    </message>
    <message>
        <source>Request file…</source>
        <translation>会签文件…</translation>
    </message>
    <message>
        <source>Requests ({pattern});;All files (*)</source>
        <translation>会签文件 ({pattern});;所有文件 (*)</translation>
    </message>
    <message>
        <source>Requests at this desk</source>
        <translation>本机的会签</translation>
    </message>
    <message>
        <source>Reset the key</source>
        <translation>密钥重置</translation>
    </message>
    <message>
        <source>Reset the key…</source>
        <translation>密钥重置…</translation>
    </message>
    <message>
        <source>Responsibility</source>
        <translation>责任</translation>
    </message>
    <message>
        <source>Resume an organisation</source>
        <translation>恢复机构业务</translation>
    </message>
    <message>
        <source>Resume…</source>
        <translation>恢复…</translation>
    </message>
    <message>
        <source>Review what will be signed</source>
        <translation>核对待签内容</translation>
    </message>
    <message>
        <source>Revoke a key</source>
        <translation>吊销密钥</translation>
    </message>
    <message>
        <source>Revoke the certification</source>
        <translation>撤销认证</translation>
    </message>
    <message>
        <source>Revoke the key {name}</source>
        <translation>吊销密钥 {name}</translation>
    </message>
    <message>
        <source>Revoke…</source>
        <translation>撤销…</translation>
    </message>
    <message>
        <source>Rights against an issuer: what this account issues, holds and may do with them</source>
        <translation>对发行方的权利：本账户发行什么、持有什么、可以办理什么</translation>
    </message>
    <message>
        <source>Roles</source>
        <translation>角色</translation>
    </message>
    <message>
        <source>Roles on the card</source>
        <translation>卡上的角色</translation>
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
        <source>Save file…</source>
        <translation>保存文件…</translation>
    </message>
    <message>
        <source>Save table</source>
        <translation>保存表格</translation>
    </message>
    <message>
        <source>Save table…</source>
        <translation>保存表格…</translation>
    </message>
    <message>
        <source>Save the disclosure</source>
        <translation>保存披露文件</translation>
    </message>
    <message>
        <source>Save the request</source>
        <translation>保存会签文件</translation>
    </message>
    <message>
        <source>Save the request files…</source>
        <translation>保存会签文件…</translation>
    </message>
    <message>
        <source>Save the request file…</source>
        <translation>保存会签文件…</translation>
    </message>
    <message>
        <source>Saved and verified: {name}</source>
        <translation>已保存并核验：{name}</translation>
    </message>
    <message>
        <source>Saved, and checked against the chain: {name}</source>
        <translation>已保存，并已对照链上核验：{name}</translation>
    </message>
    <message>
        <source>Saved: {name}</source>
        <translation>已保存：{name}</translation>
    </message>
    <message>
        <source>Say what this evidence is about</source>
        <translation>填写事项</translation>
    </message>
    <message>
        <source>Search by number, name, or anything that the vault knows</source>
        <translation>按编号、名称，或身份库里的任何资料查找</translation>
    </message>
    <message>
        <source>Search users</source>
        <translation>查找用户</translation>
    </message>
    <message>
        <source>Seat</source>
        <translation>席位</translation>
    </message>
    <message>
        <source>Seats</source>
        <translation>席位</translation>
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
        <source>Sent as soon as the colleagues who were asked have signed.</source>
        <translation>须复核的同事签齐后即发送。</translation>
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
        <source>Serial</source>
        <translation>序号</translation>
    </message>
    <message>
        <source>Serial {number}</source>
        <translation>序号 {number}</translation>
    </message>
    <message>
        <source>Serials</source>
        <translation>序号</translation>
    </message>
    <message>
        <source>Serials that lapse</source>
        <translation>要作废的序号</translation>
    </message>
    <message>
        <source>Set up this computer in a minute. Every choice is explained.</source>
        <translation>一分钟完成本机设置，每个选择都有说明。</translation>
    </message>
    <message>
        <source>Setting</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Settings</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Show</source>
        <translation>显示</translation>
    </message>
    <message>
        <source>Show more</source>
        <translation>显示更多</translation>
    </message>
    <message>
        <source>Show more: {list}</source>
        <translation>显示更多：{list}</translation>
    </message>
    <message>
        <source>Show what I type</source>
        <translation>显示输入</translation>
    </message>
    <message>
        <source>Show what we know</source>
        <translation>显示掌握的资料</translation>
    </message>
    <message>
        <source>Shown</source>
        <translation>披露</translation>
    </message>
    <message>
        <source>Sign a request: {what}</source>
        <translation>会签：{what}</translation>
    </message>
    <message>
        <source>Sign and notarize</source>
        <translation>签名并存证</translation>
    </message>
    <message>
        <source>Sign and send</source>
        <translation>签名并发送</translation>
    </message>
    <message>
        <source>Signed agreement</source>
        <translation>已签署的法律协议</translation>
    </message>
    <message>
        <source>Signed by</source>
        <translation>签名</translation>
    </message>
    <message>
        <source>Signed here. Save the request under Approvals and give it to those who must sign as well.</source>
        <translation>本机已签名。在“复核与密钥”页保存会签文件，交给其他须签名的人。</translation>
    </message>
    <message>
        <source>Signer</source>
        <translation>签名人</translation>
    </message>
    <message>
        <source>Signing digest</source>
        <translation>签名摘要</translation>
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
        <source>Split</source>
        <translation>拆分</translation>
    </message>
    <message>
        <source>Split into pieces</source>
        <translation>拆分成件</translation>
    </message>
    <message>
        <source>Stands for</source>
        <translation>代表</translation>
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
        <source>Stays in the vault on this computer</source>
        <translation>只存在本机的身份库里</translation>
    </message>
    <message>
        <source>Stays in the vault on this computer; on the chain goes one digest, by which each can be proved later</source>
        <translation>只存在本机的身份库里；上链的是一个摘要，日后可据以逐项证明</translation>
    </message>
    <message>
        <source>Step by step</source>
        <translation>逐步核验</translation>
    </message>
    <message>
        <source>Still missing</source>
        <translation>还差</translation>
    </message>
    <message>
        <source>Still missing: the name of an attribute</source>
        <translation>还缺：资料项的名称</translation>
    </message>
    <message>
        <source>Still missing: the value of {attribute}</source>
        <translation>还缺：{attribute}</translation>
    </message>
    <message>
        <source>Still missing: {first} or {second}</source>
        <translation>还缺：{first}或{second}</translation>
    </message>
    <message>
        <source>Still missing: {name}</source>
        <translation>还缺：{name}</translation>
    </message>
    <message>
        <source>Stop</source>
        <translation>停用</translation>
    </message>
    <message>
        <source>Stop: {actions}</source>
        <translation>停用：{actions}</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Stopped actions</source>
        <translation>停用的事项</translation>
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
        <source>Supervise</source>
        <translation>监管</translation>
    </message>
    <message>
        <source>Suspend an organisation</source>
        <translation>暂停机构业务</translation>
    </message>
    <message>
        <source>Suspended now: {partners}. Orders against their users are carried out here.</source>
        <translation>目前被暂停：{partners}。针对其用户的命令由本方在此办理。</translation>
    </message>
    <message>
        <source>Suspend…</source>
        <translation>暂停…</translation>
    </message>
    <message>
        <source>Tables (*.csv)</source>
        <translation>表格 (*.csv)</translation>
    </message>
    <message>
        <source>Take the seat from {who}</source>
        <translation>撤去 {who} 的席位</translation>
    </message>
    <message>
        <source>Taken from</source>
        <translation>取自</translation>
    </message>
    <message>
        <source>Takes the place of our certification of {user}; older disclosures no longer hold</source>
        <translation>取代我方对 {user} 的认证；此前的披露文件不再有效</translation>
    </message>
    <message>
        <source>That much of the free amount stays</source>
        <translation>这部分可用数量不得动用</translation>
    </message>
    <message>
        <source>The agreement stays open; until its deadline you can confirm again, with the document in hand.</source>
        <translation>多方确认继续有效；期限之前可凭文件再次确认。</translation>
    </message>
    <message>
        <source>The amounts of these pieces of {voucher} become one free amount; their serials end</source>
        <translation>{voucher} 的这些件合并为可用数量，原序号终止</translation>
    </message>
    <message>
        <source>The chain accepts evidence only from registered keys. Send the public key below to the operator; as soon as it is registered, this page opens by itself.</source>
        <translation>链上只接受已登记公钥的存证。把下面的公钥发给业务准入方，登记后本页会自动开放。</translation>
    </message>
    <message>
        <source>The disclosure holds</source>
        <translation>披露文件核验通过</translation>
    </message>
    <message>
        <source>The document that gives the reason</source>
        <translation>说明理由的文书</translation>
    </message>
    <message>
        <source>The document that gives the reason; only its digest goes on the chain</source>
        <translation>写明理由的文件；上链的只有摘要</translation>
    </message>
    <message>
        <source>The document with the reasons, for all bookkeepers</source>
        <translation>说明理由的文件，供全部记账方阅看</translation>
    </message>
    <message>
        <source>The earlier record stays on the chain; whoever looks it up sees that another takes its place</source>
        <translation>原有存证仍在链上；查看时可见它已被取代</translation>
    </message>
    <message>
        <source>The file that a time-stamp service gave for this file (.tsr); only its digest is recorded</source>
        <translation>时间戳服务机构为该文件签发的文件（.tsr）；上链的只有其摘要</translation>
    </message>
    <message>
        <source>The full description; only its digest goes on the chain</source>
        <translation>完整的说明文件，只有摘要上链</translation>
    </message>
    <message>
        <source>The height of the chain is not known yet</source>
        <translation>还不知道链的高度</translation>
    </message>
    <message>
        <source>The legal document; only its digest goes on the chain</source>
        <translation>法律文书，只有摘要上链</translation>
    </message>
    <message>
        <source>The most that may ever be issued</source>
        <translation>最多可以发行多少</translation>
    </message>
    <message>
        <source>The new key gets the roles of the old one; the old one is dead at once, and with it this desk&apos;s signature</source>
        <translation>新密钥承接旧密钥的角色；旧密钥立即失效，本机不能再签名</translation>
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
        <source>The old name stays reserved to this account</source>
        <translation>旧名称仍保留给本账户</translation>
    </message>
    <message>
        <source>The operator decides on the application; what the voucher stands for can never be changed afterwards</source>
        <translation>由业务准入方决定是否创建；凭证代表什么，以后不能再改</translation>
    </message>
    <message>
        <source>The partner where the data lie</source>
        <translation>保管数据的合作方</translation>
    </message>
    <message>
        <source>The passphrase opens the key on this computer and nothing else.</source>
        <translation>口令只用来打开本机上的密钥。</translation>
    </message>
    <message>
        <source>The request was taken in.</source>
        <translation>会签文件已收下。</translation>
    </message>
    <message>
        <source>The rules in force</source>
        <translation>现行规则</translation>
    </message>
    <message>
        <source>The same as a real name, established by a digital certificate.</source>
        <translation>与实名相同，以数字证书确认身份。</translation>
    </message>
    <message>
        <source>The two differ</source>
        <translation>两次输入不一致</translation>
    </message>
    <message>
        <source>The user can act again; the order that allows it is put on the chain as well</source>
        <translation>该用户恢复使用；据以解冻的文件摘要一并上链</translation>
    </message>
    <message>
        <source>The user can do nothing any more until it is unfrozen; what it holds does not move</source>
        <translation>解冻之前该用户不能进行任何操作；其持有的凭证不得变动</translation>
    </message>
    <message>
        <source>The user copies it under Approvals at their own desk</source>
        <translation>由用户在自己电脑的“复核与密钥”页复制</translation>
    </message>
    <message>
        <source>They and their users may hold it; empty: all whom your organisation recognises</source>
        <translation>这些合作方及其用户可以持有；不填则为本机构认可的所有合作方</translation>
    </message>
    <message>
        <source>This account is stopped by an order: agreements can be looked at, nothing can be signed.</source>
        <translation>本账户已依命令停用：可以查看，不能签名。</translation>
    </message>
    <message>
        <source>This bookkeeper holds no seat: it can look, and decide nothing.</source>
        <translation>该记账方没有席位：可以查看，不能表决。</translation>
    </message>
    <message>
        <source>This computer asks until the outcome is known.</source>
        <translation>本机会一直询问，直到有结果。</translation>
    </message>
    <message>
        <source>This organisation has no permission to issue vouchers</source>
        <translation>本机构没有发行凭证的权限</translation>
    </message>
    <message>
        <source>This piece</source>
        <translation>这一件</translation>
    </message>
    <message>
        <source>This takes less than a minute. The key is encrypted with your passphrase.</source>
        <translation>不到一分钟即可完成。密钥用您的口令加密。</translation>
    </message>
    <message>
        <source>This vault knows nothing of the user: it was certified at another desk, or without attributes.</source>
        <translation>本机的身份库里没有该用户的资料：可能在别的电脑上认证，或认证时没有填写资料。</translation>
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
        <source>Time-stamp</source>
        <translation>可信时间戳</translation>
    </message>
    <message>
        <source>Time-stamp (SHA-256)</source>
        <translation>可信时间戳 (SHA-256)</translation>
    </message>
    <message>
        <source>To be signed</source>
        <translation>待签摘要</translation>
    </message>
    <message>
        <source>To confirm, have the document at hand: it must be the very same file.</source>
        <translation>确认时要有文件在手，并且必须是完全相同的文件。</translation>
    </message>
    <message>
        <source>To freeze or unfreeze a user, go to Users</source>
        <translation>冻结或解冻用户，在“用户”页办理</translation>
    </message>
    <message>
        <source>To freeze vouchers or change their cap, go to Vouchers</source>
        <translation>冻结凭证或调整发行上限，在“凭证”页办理</translation>
    </message>
    <message>
        <source>To suspend or resume an organisation, go to Partners</source>
        <translation>暂停或恢复机构业务，在“合作方”页办理</translation>
    </message>
    <message>
        <source>To whom</source>
        <translation>分配给</translation>
    </message>
    <message>
        <source>Together more than is free</source>
        <translation>合计超过可用数量</translation>
    </message>
    <message>
        <source>Together more than the cap allows</source>
        <translation>合计超过发行上限</translation>
    </message>
    <message>
        <source>Together {total} of {free} free</source>
        <translation>合计 {total}，可用 {free}</translation>
    </message>
    <message>
        <source>Together {total}; the cap leaves room for {room}</source>
        <translation>合计 {total}；按上限还可发行 {room}</translation>
    </message>
    <message numerus="yes">
        <source>Too short: %n more character(s) needed</source>
        <translation>
            <numerusform>太短：还差 %n 个字符</numerusform>
        </translation>
    </message>
    <message>
        <source>Totals and table</source>
        <translation>合计与表格</translation>
    </message>
    <message>
        <source>Transaction</source>
        <translation>交易</translation>
    </message>
    <message>
        <source>Transfer</source>
        <translation>转让</translation>
    </message>
    <message>
        <source>Transfer vouchers</source>
        <translation>转让凭证</translation>
    </message>
    <message>
        <source>Transfers</source>
        <translation>转让次数</translation>
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
        <source>Unfreeze a user</source>
        <translation>解冻用户</translation>
    </message>
    <message>
        <source>Unfreeze a user…</source>
        <translation>解冻用户…</translation>
    </message>
    <message>
        <source>Unfreeze the account</source>
        <translation>解冻账户</translation>
    </message>
    <message>
        <source>Unfreeze…</source>
        <translation>解冻…</translation>
    </message>
    <message>
        <source>Unified social credit code</source>
        <translation>统一社会信用代码</translation>
    </message>
    <message>
        <source>Unique: each with a serial of its own</source>
        <translation>单件编号：每件一个序号</translation>
    </message>
    <message>
        <source>Unit of the deadline</source>
        <translation>期限单位</translation>
    </message>
    <message>
        <source>Unlock</source>
        <translation>解锁</translation>
    </message>
    <message>
        <source>Until</source>
        <translation>截至</translation>
    </message>
    <message>
        <source>Until {when}; what counts is the height</source>
        <translation>截至{when}；以高度为准</translation>
    </message>
    <message>
        <source>Upgrade to version {version} of the rules</source>
        <translation>规则升级到版本 {version}</translation>
    </message>
    <message>
        <source>User</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Users</source>
        <translation>用户</translation>
    </message>
    <message>
        <source>Users whom only this partner certifies can no longer receive or hand on your vouchers.</source>
        <translation>只由该合作方认证的用户，不能再接收或转让贵方的凭证。</translation>
    </message>
    <message>
        <source>Users whose partner cannot act</source>
        <translation>合作方不能办理的用户</translation>
    </message>
    <message>
        <source>Validator key</source>
        <translation>共识公钥</translation>
    </message>
    <message>
        <source>Value</source>
        <translation>内容</translation>
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
        <source>Version</source>
        <translation>版本</translation>
    </message>
    <message>
        <source>Version now</source>
        <translation>现行版本</translation>
    </message>
    <message>
        <source>Version of the rules</source>
        <translation>规则版本</translation>
    </message>
    <message>
        <source>Version then</source>
        <translation>升级后版本</translation>
    </message>
    <message>
        <source>Version {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <source>Versions of its agreement</source>
        <translation>法律协议的各版本</translation>
    </message>
    <message>
        <source>Voting power</source>
        <translation>表决权</translation>
    </message>
    <message>
        <source>Voucher</source>
        <translation>凭证</translation>
    </message>
    <message>
        <source>Vouchers</source>
        <translation>凭证</translation>
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
        <source>Waiting on the chain</source>
        <translation>链上待复核</translation>
    </message>
    <message>
        <source>Waits for approvals</source>
        <translation>等待复核</translation>
    </message>
    <message>
        <source>Waits for others until {until}</source>
        <translation>等待其他记账方，截至{until}</translation>
    </message>
    <message>
        <source>Waits for your approval until {until}</source>
        <translation>等您表决，截至{until}</translation>
    </message>
    <message>
        <source>Waits for your confirmation until {until}</source>
        <translation>等您确认，截至{until}</translation>
    </message>
    <message>
        <source>Waits for {names} until {until}</source>
        <translation>等待 {names} 确认，截至{until}</translation>
    </message>
    <message>
        <source>We answer for what this account puts on the chain</source>
        <translation>我方为该账户上链的内容负责</translation>
    </message>
    <message>
        <source>We certify an account that is there already; what other partners certified stays as it is</source>
        <translation>认证一个已有的账户；其他合作方的认证不变</translation>
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
        <source>What a court or an authority orders about an account or a voucher appears here, with who did what.</source>
        <translation>法院或主管机关就账户或凭证下达的命令及其办理情况显示在这里。</translation>
    </message>
    <message>
        <source>What about</source>
        <translation>关于</translation>
    </message>
    <message>
        <source>What actions cost, and what users of each level have</source>
        <translation>各事项的配额点，以及各级别用户每期的配额点</translation>
    </message>
    <message>
        <source>What authorities ordered, and what was done about it</source>
        <translation>机关下达了哪些命令，办理情况如何</translation>
    </message>
    <message>
        <source>What is proven</source>
        <translation>已证明的内容</translation>
    </message>
    <message>
        <source>What is redeemed of {voucher} is gone for good; it counts as redeemed</source>
        <translation>{voucher} 兑付后即告终结，计入已兑付</translation>
    </message>
    <message>
        <source>What is revoked</source>
        <translation>被吊销的密钥</translation>
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
        <source>What stands above will wait no longer; whoever wants it has to make it anew</source>
        <translation>上述事项不再等待；如仍需要，须重新经办</translation>
    </message>
    <message>
        <source>What the bookkeepers propose and decide together</source>
        <translation>记账方共同提出和表决的事项</translation>
    </message>
    <message>
        <source>What the form says holds from the next block on, all of it.</source>
        <translation>自下一块起，以表中全部内容为准。</translation>
    </message>
    <message>
        <source>What the user applied with</source>
        <translation>用户的申请书</translation>
    </message>
    <message>
        <source>What this account did</source>
        <translation>本账户的活动</translation>
    </message>
    <message>
        <source>What this is about; everyone on the chain can read it</source>
        <translation>说明这是什么，链上各方都能看到</translation>
    </message>
    <message>
        <source>What to whom</source>
        <translation>转让明细</translation>
    </message>
    <message>
        <source>What waits for a second signature, and which keys may sign</source>
        <translation>哪些事项待复核，哪些密钥可以签名</translation>
    </message>
    <message>
        <source>What waits: {what}</source>
        <translation>待复核：{what}</translation>
    </message>
    <message>
        <source>What was given</source>
        <translation>授权内容</translation>
    </message>
    <message>
        <source>What was signed on paper; only its digest goes on the chain</source>
        <translation>书面签署的协议；上链的只有摘要</translation>
    </message>
    <message>
        <source>What we know</source>
        <translation>掌握的资料</translation>
    </message>
    <message>
        <source>What you notarize appears here, with its chain and the bundle that proves it.</source>
        <translation>存证之后，这里会显示记录、所在的存证链，以及可以出具的存证包。</translation>
    </message>
    <message>
        <source>Which data</source>
        <translation>哪些数据</translation>
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
        <source>Who answers for the validator</source>
        <translation>为该共识节点负责</translation>
    </message>
    <message>
        <source>Who issued it; public</source>
        <translation>下令机关，公开</translation>
    </message>
    <message>
        <source>Who keeps it</source>
        <translation>数据保管方</translation>
    </message>
    <message>
        <source>Who may have it</source>
        <translation>被授权方</translation>
    </message>
    <message>
        <source>Who may have my data; I give access and can withdraw it at any time</source>
        <translation>谁可取得我的数据；由我授权，可随时撤回</translation>
    </message>
    <message>
        <source>Who may receive {voucher} from now on; what others hold already stays theirs</source>
        <translation>今后谁可以接收 {voucher}；已经持有的仍归原持有人</translation>
    </message>
    <message>
        <source>Who proposes approves by that. It is decided as soon as enough power approves before the deadline.</source>
        <translation>提案即表示同意。期限之前同意的表决权足够时即刻通过。</translation>
    </message>
    <message>
        <source>Who takes part in this chain, under which agreement, and whom this partner recognises</source>
        <translation>哪些机构参与本链、依据哪份协议，以及认可哪些合作方</translation>
    </message>
    <message>
        <source>Whoever gets it can verify it without a network, with this program or by hand.</source>
        <translation>拿到它的人不用联网就能核验，用本程序或手工都可以。</translation>
    </message>
    <message>
        <source>Whoever holds the key copies it under Approvals at that desk</source>
        <translation>由密钥持有人在其电脑的“复核与密钥”页复制</translation>
    </message>
    <message>
        <source>Whom it recognises</source>
        <translation>它认可的合作方</translation>
    </message>
    <message>
        <source>Whom this partner has certified; what is known of them stays in the vault on this computer</source>
        <translation>本合作方认证的用户；其资料只存在本机的身份库里</translation>
    </message>
    <message>
        <source>Whom we certify</source>
        <translation>我方认证的用户</translation>
    </message>
    <message>
        <source>Whose data we may have</source>
        <translation>我方可取得谁的数据</translation>
    </message>
    <message>
        <source>With the genesis file and the peer addresses that the operator gave you. The node verifies everything.</source>
        <translation>需要业务准入方提供的创世文件和对等节点地址。一切都由本机节点核验。</translation>
    </message>
    <message>
        <source>With these keys and their roles nobody could ever sign: {duty}</source>
        <translation>以这些密钥和角色，以下事项永远无人能签：{duty}</translation>
    </message>
    <message>
        <source>Withdraw access</source>
        <translation>撤回授权</translation>
    </message>
    <message>
        <source>Withdraw my confirmation</source>
        <translation>撤回我的确认</translation>
    </message>
    <message>
        <source>Withdraw my confirmation…</source>
        <translation>撤回我的确认…</translation>
    </message>
    <message>
        <source>Withdraw recognition…</source>
        <translation>撤回认可…</translation>
    </message>
    <message>
        <source>Withdraw the access of {name}</source>
        <translation>撤回给 {name} 的授权</translation>
    </message>
    <message>
        <source>Withdraw the recognition</source>
        <translation>撤回认可</translation>
    </message>
    <message>
        <source>Withdraw…</source>
        <translation>撤回…</translation>
    </message>
    <message>
        <source>Within a window of time</source>
        <translation>限定时间</translation>
    </message>
    <message>
        <source>Within a window of time, a limited number of times</source>
        <translation>限定时间，且限定次数</translation>
    </message>
    <message>
        <source>Without it, this computer&apos;s consortium is trusted</source>
        <translation>不提供时，以本机加入的联盟为信任根</translation>
    </message>
    <message>
        <source>Without the permission for evidence, agreements can only be looked at.</source>
        <translation>没有存证权限，只能查看。</translation>
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
        <source>Written down</source>
        <translation>登记时间</translation>
    </message>
    <message>
        <source>Yes: a grant for it is in force. Its document says which data it covers.</source>
        <translation>可以：有相应的有效授权。涵盖哪些数据，以授权文件为准。</translation>
    </message>
    <message>
        <source>You approve what stands above; with the last approval that is asked for it takes effect</source>
        <translation>您复核上述事项；所需复核到齐后即生效</translation>
    </message>
    <message>
        <source>You confirm that you agree to the document. With the last confirmation it is final.</source>
        <translation>您确认同意这份文件。最后一方确认时即告终局。</translation>
    </message>
    <message>
        <source>You have confirmed. Until the last party confirms, you can withdraw that.</source>
        <translation>您已确认。最后一方确认之前可以撤回。</translation>
    </message>
    <message>
        <source>You opened it and are not a party: the parties confirm it.</source>
        <translation>您是发起人而不是参与方，由参与方确认。</translation>
    </message>
    <message>
        <source>You rely on how this partner certifies its users. You can change or withdraw it at any time.</source>
        <translation>您信赖该合作方对其用户的认证。可以随时变更或撤回。</translation>
    </message>
    <message>
        <source>Your certification only lets you look. A partner who certifies you can raise its level.</source>
        <translation>您的认证级别只能查看。认证您的合作方可以提高级别。</translation>
    </message>
    <message>
        <source>Your key is not registered yet</source>
        <translation>公钥还没有登记</translation>
    </message>
    <message numerus="yes">
        <source>a list of %n file(s)</source>
        <translation>
            <numerusform>%n 个文件的清单</numerusform>
        </translation>
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
        <source>address of the hosted file</source>
        <translation>托管文件的地址</translation>
    </message>
    <message>
        <source>all files in one record</source>
        <translation>全部文件合为一条存证</translation>
    </message>
    <message>
        <source>all whom the issuer recognises</source>
        <translation>发行方认可的所有合作方</translation>
    </message>
    <message>
        <source>amount</source>
        <translation>数量</translation>
    </message>
    <message numerus="yes">
        <source>and %n more piece(s)</source>
        <translation>
            <numerusform>另有 %n 件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>and %n more; the table has all of them</source>
        <translation>
            <numerusform>另有 %n 位，表格中有全部</numerusform>
        </translation>
    </message>
    <message>
        <source>another validator, who has no seat yet</source>
        <translation>尚无席位的其他共识节点</translation>
    </message>
    <message>
        <source>answers for what the account puts on the chain</source>
        <translation>为该账户上链的内容负责</translation>
    </message>
    <message>
        <source>at once</source>
        <translation>立即</translation>
    </message>
    <message>
        <source>being read…</source>
        <translation>正在读取…</translation>
    </message>
    <message>
        <source>block time, from the block that records it</source>
        <translation>区块时间，以收录它的区块为准</translation>
    </message>
    <message>
        <source>blocks</source>
        <translation>块</translation>
    </message>
    <message>
        <source>by {who} since height {height}</source>
        <translation>由 {who} 执行，自高度 {height} 起</translation>
    </message>
    <message>
        <source>carried out by {who}</source>
        <translation>由 {who} 办理</translation>
    </message>
    <message>
        <source>counts</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>days</source>
        <translation>天</translation>
    </message>
    <message>
        <source>does not count now</source>
        <translation>目前无效</translation>
    </message>
    <message>
        <source>done</source>
        <translation>完成</translation>
    </message>
    <message numerus="yes">
        <source>each piece at most %n time(s)</source>
        <translation>
            <numerusform>每件最多 %n 次</numerusform>
        </translation>
    </message>
    <message>
        <source>expired</source>
        <translation>已过期</translation>
    </message>
    <message>
        <source>flow of the whole voucher</source>
        <translation>变更流转状态</translation>
    </message>
    <message>
        <source>for instance (2026) 118</source>
        <translation>例如：〔2026〕118 号</translation>
    </message>
    <message>
        <source>for instance 1-3, 7</source>
        <translation>例如 1-3, 7</translation>
    </message>
    <message>
        <source>for instance Breakfast voucher</source>
        <translation>例如 早餐券</translation>
    </message>
    <message>
        <source>for instance Inspection contract 2026-118</source>
        <translation>例如：检验委托合同 2026-118</translation>
    </message>
    <message>
        <source>for instance Intermediate Court of Hangzhou</source>
        <translation>例如：杭州市中级人民法院</translation>
    </message>
    <message>
        <source>for instance one breakfast in any of our shops</source>
        <translation>例如 任一门店早餐一份</translation>
    </message>
    <message>
        <source>for which purpose</source>
        <translation>用于什么</translation>
    </message>
    <message>
        <source>for “{purpose}”</source>
        <translation>用途“{purpose}”</translation>
    </message>
    <message>
        <source>freely</source>
        <translation>不受限制</translation>
    </message>
    <message>
        <source>from {time}</source>
        <translation>自 {time}</translation>
    </message>
    <message>
        <source>frozen</source>
        <translation>已冻结</translation>
    </message>
    <message numerus="yes">
        <source>handed on %n time(s)</source>
        <translation>
            <numerusform>已转让 %n 次</numerusform>
        </translation>
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
        <source>height {height}, about {time}</source>
        <translation>高度 {height}，约 {time}</translation>
    </message>
    <message>
        <source>how many</source>
        <translation>件数</translation>
    </message>
    <message>
        <source>in force</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>in force since the beginning of the chain</source>
        <translation>自链创建时起生效</translation>
    </message>
    <message>
        <source>in force since {since}</source>
        <translation>自{since}起生效</translation>
    </message>
    <message>
        <source>inside the bundle</source>
        <translation>在存证包内</translation>
    </message>
    <message>
        <source>kept by {who}</source>
        <translation>由 {who} 保管</translation>
    </message>
    <message>
        <source>key not registered</source>
        <translation>公钥未登记</translation>
    </message>
    <message>
        <source>never</source>
        <translation>永不</translation>
    </message>
    <message>
        <source>newest #{sequence}</source>
        <translation>最新 #{sequence}</translation>
    </message>
    <message>
        <source>no checker</source>
        <translation>不需复核</translation>
    </message>
    <message>
        <source>no end</source>
        <translation>长期</translation>
    </message>
    <message>
        <source>no seat</source>
        <translation>没有席位</translation>
    </message>
    <message>
        <source>no subject</source>
        <translation>未填事项</translation>
    </message>
    <message>
        <source>nobody yet</source>
        <translation>暂无</translation>
    </message>
    <message>
        <source>none</source>
        <translation>无</translation>
    </message>
    <message>
        <source>none decided</source>
        <translation>没有决定</translation>
    </message>
    <message>
        <source>none: the seat is taken away</source>
        <translation>无：撤去席位</translation>
    </message>
    <message>
        <source>none; version {version} in force since {when}</source>
        <translation>没有；版本 {version} 自{when}起生效</translation>
    </message>
    <message>
        <source>not certified by us</source>
        <translation>非我方认证</translation>
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
        <source>now {value}</source>
        <translation>现为 {value}</translation>
    </message>
    <message>
        <source>number or name of the account</source>
        <translation>账户编号或名称</translation>
    </message>
    <message>
        <source>one holder</source>
        <translation>对某一持有人</translation>
    </message>
    <message>
        <source>one piece</source>
        <translation>对某一件</translation>
    </message>
    <message>
        <source>or click to choose; may be left empty</source>
        <translation>或点击选择；可不填</translation>
    </message>
    <message>
        <source>or press Enter to choose them; several at once are welcome</source>
        <translation>或按回车选择，可以一次多个</translation>
    </message>
    <message>
        <source>order</source>
        <translation>命令</translation>
    </message>
    <message>
        <source>other cap</source>
        <translation>变更发行上限</translation>
    </message>
    <message>
        <source>paste the key card here: luopu-card:…</source>
        <translation>在此粘贴密钥卡：luopu-card:…</translation>
    </message>
    <message>
        <source>publicly {name}</source>
        <translation>公开名称 {name}</translation>
    </message>
    <message>
        <source>recorded by {who}</source>
        <translation>由 {who} 登记</translation>
    </message>
    <message>
        <source>replaces #{sequence}</source>
        <translation>取代第 #{sequence} 条</translation>
    </message>
    <message>
        <source>several files in one record, replacing, time-stamp, hosting</source>
        <translation>多个文件合为一条、取代原有存证、可信时间戳、托管地址</translation>
    </message>
    <message>
        <source>this desk</source>
        <translation>本机</translation>
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
        <source>until I withdraw it</source>
        <translation>直到我撤回</translation>
    </message>
    <message>
        <source>until height {height}</source>
        <translation>至高度 {height}</translation>
    </message>
    <message>
        <source>until it is withdrawn</source>
        <translation>直到撤回</translation>
    </message>
    <message>
        <source>until {time}</source>
        <translation>至 {time}</translation>
    </message>
    <message>
        <source>value</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>version {version}</source>
        <translation>版本 {version}</translation>
    </message>
    <message>
        <source>version {version} from {when}</source>
        <translation>版本 {version}，自{when}起</translation>
    </message>
    <message>
        <source>waiting</source>
        <translation>等待</translation>
    </message>
    <message>
        <source>waits for signatures</source>
        <translation>待他人签名</translation>
    </message>
    <message>
        <source>what it is called</source>
        <translation>名称</translation>
    </message>
    <message>
        <source>with a time-stamp</source>
        <translation>附可信时间戳</translation>
    </message>
    <message>
        <source>with the place where it is hosted</source>
        <translation>附托管地址</translation>
    </message>
    <message>
        <source>withdrawn at height {height}</source>
        <translation>已于高度 {height} 撤回</translation>
    </message>
    <message>
        <source>without a label</source>
        <translation>没有标签</translation>
    </message>
    <message>
        <source>without end</source>
        <translation>不限</translation>
    </message>
    <message>
        <source>{action}: {who}</source>
        <translation>{action}：{who}</translation>
    </message>
    <message>
        <source>{amount} free</source>
        <translation>可用 {amount}</translation>
    </message>
    <message>
        <source>{amount} frozen</source>
        <translation>冻结 {amount}</translation>
    </message>
    <message>
        <source>{amount} in {pieces}</source>
        <translation>{pieces}共 {amount}</translation>
    </message>
    <message>
        <source>{blocks} blocks, about {span}</source>
        <translation>{blocks} 块，约 {span}</translation>
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
        <source>{file} has SHA-256 {got}, the agreement&apos;s document has {expected}</source>
        <translation>{file} 的 SHA-256 摘要为 {got}，应为 {expected}</translation>
    </message>
    <message>
        <source>{file} is another document than the one to be confirmed</source>
        <translation>{file} 不是要确认的文件</translation>
    </message>
    <message>
        <source>{file} is the document: its SHA-256 is the same</source>
        <translation>{file} 就是这份文件：SHA-256 摘要相同</translation>
    </message>
    <message>
        <source>{file}: SHA-256 {digest}…</source>
        <translation>{file}：SHA-256 {digest}…</translation>
    </message>
    <message numerus="yes">
        <source>{first} and %n more</source>
        <translation>
            <numerusform>{first}，另外 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>{held}: {free} free, {frozen} frozen, {packed} in {pieces}</source>
        <translation>{held}：可用 {free}，冻结 {frozen}，另有 {pieces}共 {packed}</translation>
    </message>
    <message>
        <source>{issued} issued − {redeemed} redeemed − {lapsed} lapsed = {out}</source>
        <translation>已发行 {issued} − 已兑付 {redeemed} − 已作废 {lapsed} = {out}</translation>
    </message>
    <message>
        <source>{label} · {roles} · {key}; its holder has signed the card</source>
        <translation>{label} · {roles} · {key}；持有人已在卡上签名</translation>
    </message>
    <message>
        <source>{left} of {points} points left</source>
        <translation>剩 {left} / {points} 点</translation>
    </message>
    <message>
        <source>{line} · issued by {issuer}</source>
        <translation>{line} · 发行方 {issuer}</translation>
    </message>
    <message>
        <source>{measure} · {done}</source>
        <translation>{measure} · {done}</translation>
    </message>
    <message>
        <source>{name} ({where})</source>
        <translation>{name}（{where}）</translation>
    </message>
    <message>
        <source>{name} has passed</source>
        <translation>{name}已经过去</translation>
    </message>
    <message>
        <source>{name} is the value that holds already</source>
        <translation>{name}与现行值相同</translation>
    </message>
    <message>
        <source>{name}, number {number}</source>
        <translation>{name}（编号 {number}）</translation>
    </message>
    <message>
        <source>{name}: a number is needed</source>
        <translation>{name}：须填数字</translation>
    </message>
    <message>
        <source>{name}: a whole number from 1 to {most} is needed</source>
        <translation>{name}：须为 1 到 {most} 的整数</translation>
    </message>
    <message>
        <source>{name}: being read…</source>
        <translation>{name}：正在读取…</translation>
    </message>
    <message>
        <source>{name}: from {least} to {most}</source>
        <translation>{name}：须在 {least} 到 {most} 之间</translation>
    </message>
    <message>
        <source>{name}: looking…</source>
        <translation>{name}：正在查找…</translation>
    </message>
    <message>
        <source>{name}: one key stands here twice</source>
        <translation>{name}：有密钥重复</translation>
    </message>
    <message>
        <source>{name}: one setting stands here twice</source>
        <translation>{name}：有参数重复</translation>
    </message>
    <message>
        <source>{name}: out of bounds</source>
        <translation>{name}：超出范围</translation>
    </message>
    <message>
        <source>{name}: serials such as 1-3, 7 are needed, at most {most}</source>
        <translation>{name}：须填序号，例如 1-3, 7，最多 {most} 个</translation>
    </message>
    <message>
        <source>{name}: somebody is named twice</source>
        <translation>{name}：有人重复</translation>
    </message>
    <message>
        <source>{name}: this has to be a {party}</source>
        <translation>{name}：须是{party}</translation>
    </message>
    <message>
        <source>{out} outstanding, cap {cap}</source>
        <translation>在外 {out}，上限 {cap}</translation>
    </message>
    <message>
        <source>{points} points per period, {left} left</source>
        <translation>每期 {points} 点，剩余 {left}</translation>
    </message>
    <message>
        <source>{said} The account itself is frozen.</source>
        <translation>{said}该账户本身已被冻结。</translation>
    </message>
    <message>
        <source>{said} · number {number}</source>
        <translation>{said} · 编号 {number}</translation>
    </message>
    <message>
        <source>{second} must lie behind {first}</source>
        <translation>{second}须晚于{first}</translation>
    </message>
    <message>
        <source>{serials} and more</source>
        <translation>{serials} 等</translation>
    </message>
    <message>
        <source>{shown} of {total} attributes</source>
        <translation>{total} 项中的 {shown} 项</translation>
    </message>
    <message>
        <source>{time}, as its maker says</source>
        <translation>{time}（制作人自述）</translation>
    </message>
    <message>
        <source>{time}, height {height}</source>
        <translation>{time}，高度 {height}</translation>
    </message>
    <message>
        <source>{user} can act again; the order that allows it is put on the chain as well</source>
        <translation>{user} 恢复使用；据以解冻的文件摘要一并上链</translation>
    </message>
    <message>
        <source>{user} can do nothing any more until it is unfrozen; what it holds does not move</source>
        <translation>解冻之前 {user} 不能进行任何操作；其持有的凭证不得变动</translation>
    </message>
    <message>
        <source>{user} is no longer certified by us; the account stays, and so does what other partners certified</source>
        <translation>我方不再认证 {user}；账户保留，其他合作方的认证不变</translation>
    </message>
    <message>
        <source>{user} · enrolled by {partner}</source>
        <translation>{user} · 由 {partner} 登记</translation>
    </message>
    <message>
        <source>{user} · frozen by {who}</source>
        <translation>{user} · 由 {who} 冻结</translation>
    </message>
    <message>
        <source>{voucher} has expired. What lapses is worth nothing any more; frozen holdings are left out</source>
        <translation>{voucher} 已到期。作废后不再有效；冻结的持有不在其中</translation>
    </message>
    <message>
        <source>{voucher}: pieces</source>
        <translation>{voucher}：件</translation>
    </message>
    <message>
        <source>{voucher}: {amount} free</source>
        <translation>{voucher}：可用 {amount}</translation>
    </message>
    <message>
        <source>{what}. {hint}</source>
        <translation>{what}。{hint}</translation>
    </message>
    <message>
        <source>{who} (you)</source>
        <translation>{who}（本账户）</translation>
    </message>
    <message>
        <source>{who} · stopped by an order</source>
        <translation>{who} · 已按命令停用</translation>
    </message>
    <message>
        <source>{who} · {level}</source>
        <translation>{who} · {level}</translation>
    </message>
    <message>
        <source>× pieces of</source>
        <translation>件，每件</translation>
    </message>
    <message>
        <source>← All agreements</source>
        <translation>← 全部多方确认</translation>
    </message>
    <message>
        <source>← All approvals</source>
        <translation>← 全部复核事项</translation>
    </message>
    <message>
        <source>← All decisions</source>
        <translation>← 全部表决</translation>
    </message>
    <message>
        <source>← All orders</source>
        <translation>← 全部命令</translation>
    </message>
    <message>
        <source>← All organisations</source>
        <translation>← 全部机构</translation>
    </message>
    <message>
        <source>← All users</source>
        <translation>← 全部用户</translation>
    </message>
    <message>
        <source>← All vouchers</source>
        <translation>← 全部凭证</translation>
    </message>
    <message>
        <source>← {name}</source>
        <translation>← {name}</translation>
    </message>
    <message>
        <source>Restore from a backup</source>
        <translation>从备份恢复</translation>
    </message>
    <message>
        <source>It brings back your key, the outbox, the vault and the consortium that this desk belonged to.</source>
        <translation>恢复密钥、发件箱、身份库，以及本机所属的联盟。</translation>
    </message>
    <message>
        <source>Backup (*.luopu-backup);;All files (*)</source>
        <translation>备份 (*.luopu-backup);;所有文件 (*)</translation>
    </message>
    <message>
        <source>Backup file</source>
        <translation>备份文件</translation>
    </message>
    <message>
        <source>Passphrase of the backup</source>
        <translation>备份的口令</translation>
    </message>
    <message>
        <source>Restore</source>
        <translation>恢复</translation>
    </message>
    <message>
        <source>Opening and checking the backup…</source>
        <translation>正在打开并检查备份…</translation>
    </message>
    <message>
        <source>Choose the backup file</source>
        <translation>选择备份文件</translation>
    </message>
    <message>
        <source>Type its passphrase</source>
        <translation>输入备份的口令</translation>
    </message>
    <message>
        <source>The backup was restored</source>
        <translation>备份已恢复</translation>
    </message>
    <message>
        <source>Unlock the desk with the passphrase that it had when the backup was made.</source>
        <translation>用制作备份时本机的口令解锁。</translation>
    </message>
    <message>
        <source>What was signed after the backup is not known here. Before you sign the same thing again, wait until the deadline of the first signature has passed and look among the records: otherwise both may be recorded.</source>
        <translation>备份之后签过的内容，本机不知道。同一件事要再签名，先等第一次签名的期限过去，并在记录中查一查；否则两次都可能上链。</translation>
    </message>
    <message>
        <source>Go on to unlocking</source>
        <translation>去解锁</translation>
    </message>
    <message>
        <source>Passphrase and backup</source>
        <translation>口令与备份</translation>
    </message>
    <message>
        <source>The passphrase opens the key and the vault on this computer.</source>
        <translation>口令用来打开本机的密钥和身份库。</translation>
    </message>
    <message>
        <source>Change the passphrase</source>
        <translation>更改口令</translation>
    </message>
    <message>
        <source>One encrypted file with everything that cannot be fetched again: key, outbox, vault, documents.</source>
        <translation>把无法重新取得的内容存成一个加密文件：密钥、发件箱、身份库、文档。</translation>
    </message>
    <message>
        <source>Backup</source>
        <translation>备份</translation>
    </message>
    <message>
        <source>Save a backup</source>
        <translation>保存备份</translation>
    </message>
    <message>
        <source>The passphrase was changed.</source>
        <translation>口令已更改。</translation>
    </message>
    <message>
        <source>Backups that were made before still open with the one that they were given.</source>
        <translation>以前的备份仍用制作时设的口令打开。</translation>
    </message>
    <message>
        <source>The backup was saved: {name}</source>
        <translation>备份已保存：{name}</translation>
    </message>
    <message>
        <source>What is signed or entered from now on is not in it. Keep it elsewhere, its passphrase apart from it.</source>
        <translation>此后的签名和登记不在其中。备份另存于别处，口令分开保管。</translation>
    </message>
    <message>
        <source>Present passphrase</source>
        <translation>现在的口令</translation>
    </message>
    <message>
        <source>New passphrase</source>
        <translation>新口令</translation>
    </message>
    <message>
        <source>Change it</source>
        <translation>更改</translation>
    </message>
    <message>
        <source>Encrypting key and vault anew…</source>
        <translation>正在重新加密密钥和身份库…</translation>
    </message>
    <message>
        <source>It may be the same as yours. The backup keeps it, even when yours is changed later.</source>
        <translation>可以与本机口令相同。以后更改本机口令，不影响这份备份。</translation>
    </message>
    <message>
        <source>Choose where to save it</source>
        <translation>选择保存位置</translation>
    </message>
    <message>
        <source>Writing the backup and reading it back…</source>
        <translation>正在写入备份并读回核对…</translation>
    </message>
    <message>
        <source>Your desk as it was when the backup was made: key, outbox, vault, and the consortium it belongs to.</source>
        <translation>恢复到制作备份时的样子：密钥、发件箱、身份库，以及所属的联盟。</translation>
    </message>
</context>
<context>
    <name>words</name>
    <message numerus="yes">
        <source>The first {shown} are shown; %n more are not.</source>
        <translation>
            <numerusform>列出前 {shown} 处，另有 %n 处未列出。</numerusform>
        </translation>
    </message>
    <message>
        <source>What is wrong</source>
        <translation>问题</translation>
    </message>
    <message>
        <source>Cell</source>
        <translation>内容</translation>
    </message>
    <message>
        <source>Column</source>
        <translation>列</translation>
    </message>
    <message>
        <source>Line</source>
        <translation>行</translation>
    </message>
    <message numerus="yes">
        <source>%n paper(s)</source>
        <translation>
            <numerusform>%n 份证明</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n row(s)</source>
        <translation>
            <numerusform>%n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>Keep the snapshot</source>
        <translation>保存快照</translation>
    </message>
    <message>
        <source>Build the tree</source>
        <translation>构建求和树</translation>
    </message>
    <message>
        <source>Show for each piece that it is held</source>
        <translation>逐枚取得持有证明</translation>
    </message>
    <message>
        <source>Read the rows and check the users</source>
        <translation>读取各行并核对用户</translation>
    </message>
    <message>
        <source>Ask the chain what is held</source>
        <translation>查询链上的托管持有</translation>
    </message>
    <message>
        <source>Nothing was made. Correct the list where it comes from, then choose it again.</source>
        <translation>没有生成任何内容。在来源处改正清单，再重新选择。</translation>
    </message>
    <message>
        <source>of it assigned: {accounts}</source>
        <translation>其中指定：{accounts}</translation>
    </message>
    <message>
        <source>old: {age}</source>
        <translation>已久：{age}</translation>
    </message>
    <message>
        <source>elsewhere: {amount}</source>
        <translation>其他：{amount}</translation>
    </message>
    <message>
        <source>held beyond that: {amount}</source>
        <translation>超出应付的持有：{amount}</translation>
    </message>
    <message>
        <source>owed to users: {amount}</source>
        <translation>应付用户：{amount}</translation>
    </message>
    <message>
        <source>{said}; older ones are not shown</source>
        <translation>{said}；更早的未列出</translation>
    </message>
    <message numerus="yes">
        <source>%n of them more than a month ago</source>
        <translation>
            <numerusform>其中 %n 个在一个月以前</numerusform>
        </translation>
    </message>
    <message>
        <source>owed {owed} · held {held} · {ratio} at height {height}, {age}</source>
        <translation>应付 {owed} · 托管持有 {held} · 覆盖率 {ratio}（高度 {height}，{age}）</translation>
    </message>
    <message>
        <source>holds less now than it owed</source>
        <translation>现持有少于当时应付</translation>
    </message>
    <message>
        <source>{amount} ({share} of what is outstanding)</source>
        <translation>{amount}（占在外总量 {share}）</translation>
    </message>
    <message>
        <source>Of it owed to their users</source>
        <translation>其中应付给用户</translation>
    </message>
    <message>
        <source>With custodians who published</source>
        <translation>已发布的托管方持有</translation>
    </message>
    <message numerus="yes">
        <source>%n publication(s), the newest {age}</source>
        <translation>
            <numerusform>共发布 %n 次，最新一次：{age}</numerusform>
        </translation>
    </message>
    <message>
        <source>{time}, height {height}: owed {owed}, held {held}, {ratio}</source>
        <translation>{time}，高度 {height}：应付 {owed}，托管持有 {held}，覆盖率 {ratio}</translation>
    </message>
    <message>
        <source>No custodian has published anything about this voucher yet.</source>
        <translation>还没有托管方就该凭证发布储备证明。</translation>
    </message>
    <message>
        <source>holds now: at least {held}</source>
        <translation>现持有：至少 {held}</translation>
    </message>
    <message>
        <source>holds now: {held}</source>
        <translation>现持有：{held}</translation>
    </message>
    <message>
        <source>Nothing was published about this voucher yet.</source>
        <translation>该凭证还没有发布过储备证明。</translation>
    </message>
    <message>
        <source>Ratio</source>
        <translation>覆盖率</translation>
    </message>
    <message>
        <source>Time</source>
        <translation>时间</translation>
    </message>
    <message numerus="yes">
        <source>%n custodian(s) published</source>
        <translation>
            <numerusform>%n 个托管方已发布</numerusform>
        </translation>
    </message>
    <message>
        <source>Owed and held over time. First: {first}. Newest: {last}</source>
        <translation>应付与托管持有的变化。最早：{first}。最新：{last}</translation>
    </message>
    <message>
        <source>Nothing to be plotted</source>
        <translation>没有可绘制的内容</translation>
    </message>
    <message>
        <source>Owed</source>
        <translation>应付</translation>
    </message>
    <message>
        <source>Owed to nobody</source>
        <translation>无人认领</translation>
    </message>
    <message numerus="yes">
        <source>%n, so that nobody can count the users</source>
        <translation>
            <numerusform>%n 条，使外人无法得知用户数</numerusform>
        </translation>
    </message>
    <message>
        <source>Zero entries</source>
        <translation>空白条目</translation>
    </message>
    <message>
        <source>{held} ({ratio})</source>
        <translation>{held}（覆盖率 {ratio}）</translation>
    </message>
    <message>
        <source>It can no longer be published. Make a new snapshot of a current list.</source>
        <translation>已不能发布。用最新的清单重新制作快照。</translation>
    </message>
    <message>
        <source>Root and total stand on the chain. Hand the papers to the customers, best to all of them.</source>
        <translation>根和总额已经上链。把证明发给用户，最好发给每一个用户。</translation>
    </message>
    <message>
        <source>The publication is signed, and its outcome is not known yet. It is looked for with every block.</source>
        <translation>发布已签名，结果尚不明确。每出一个区块都会查找一次。</translation>
    </message>
    <message>
        <source>All that is owed is held. Publish it within 24 hours of its block; before that, no paper is handed out.</source>
        <translation>应付全部有托管持有。在快照区块之后 24 小时内发布；发布之前不发放任何证明。</translation>
    </message>
    <message>
        <source>Short by {missing}: it cannot be published.</source>
        <translation>短缺 {missing}，不能发布。</translation>
    </message>
    <message>
        <source>superseded · height {height}</source>
        <translation>已有更新 · 高度 {height}</translation>
    </message>
    <message>
        <source>published · height {height}</source>
        <translation>已发布 · 高度 {height}</translation>
    </message>
    <message>
        <source>held: {held}</source>
        <translation>托管持有：{held}</translation>
    </message>
    <message>
        <source>What this account holds counts for {account}, so it does not count here.</source>
        <translation>本账户持有的已指定计入 {account}，因此不在这里计入。</translation>
    </message>
    <message numerus="yes">
        <source>{name}, %n row(s)</source>
        <translation>
            <numerusform>{name}，%n 行</numerusform>
        </translation>
    </message>
    <message>
        <source>the users, their number, and what each is owed</source>
        <translation>有哪些用户、用户数，以及应付每个用户多少</translation>
    </message>
    <message>
        <source>Not shown</source>
        <translation>不公开</translation>
    </message>
    <message>
        <source>List (SHA-256)</source>
        <translation>清单（SHA-256）</translation>
    </message>
    <message>
        <source>List</source>
        <translation>清单</translation>
    </message>
    <message>
        <source>owed {owed} · held {held} · {ratio}</source>
        <translation>应付 {owed} · 托管持有 {held} · 覆盖率 {ratio}</translation>
    </message>
    <message numerus="yes">
        <source>with %n assigned account(s)</source>
        <translation>
            <numerusform>含 %n 个指定账户</numerusform>
        </translation>
    </message>
    <message>
        <source>{account} — held: {held}</source>
        <translation>{account} — 持有：{held}</translation>
    </message>
    <message>
        <source>{voucher} — held: {held}</source>
        <translation>{voucher} — 托管持有：{held}</translation>
    </message>
    <message>
        <source>a query of a database</source>
        <translation>数据库查询</translation>
    </message>
    <message>
        <source>Have what is missing transferred to a custody account, then make the snapshot again.</source>
        <translation>把短缺的部分转入托管账户，然后重新制作快照。</translation>
    </message>
    <message>
        <source>Tick all accounts that keep the voucher for customers; a partner&apos;s account counts once it assigned its holding.</source>
        <translation>勾选所有为用户保管该凭证的账户；合作方的账户在链上指定持有量之后才计入。</translation>
    </message>
    <message>
        <source>Check the list: a row too many, an amount in another unit, or another voucher&apos;s users.</source>
        <translation>检查清单：是否多了行、数量单位不对，或混入了其他凭证的用户。</translation>
    </message>
    <message numerus="yes">
        <source>Published, and %n later publication(s) stand on the chain. Its papers stay true for their height.</source>
        <translation>
            <numerusform>已发布，此后又发布了 %n 次。它的证明在所载高度仍然成立。</numerusform>
        </translation>
    </message>
    <message>
        <source>cannot be published any more</source>
        <translation>已不能发布</translation>
    </message>
    <message>
        <source>publication on its way</source>
        <translation>发布中</translation>
    </message>
    <message>
        <source>short</source>
        <translation>不足</translation>
    </message>
    <message>
        <source>ready to publish</source>
        <translation>可以发布</translation>
    </message>
    <message>
        <source>Partners who keep this voucher for us can assign their holding to this account on the chain; then they are here.</source>
        <translation>代我方保管该凭证的合作方，可在链上把持有量指定给本账户，之后会列在这里。</translation>
    </message>
    <message>
        <source>nothing owed</source>
        <translation>无应付</translation>
    </message>
    <message numerus="yes">
        <source>%n bookkeeper(s)</source>
        <translation>
            <numerusform>%n 个记账方</numerusform>
        </translation>
    </message>
    <message>
        <source>What was owed is no more than what was held, then and at the publication.</source>
        <translation>快照时和发布时，应付都不多于托管持有。</translation>
    </message>
    <message>
        <source>Coverage</source>
        <translation>覆盖</translation>
    </message>
    <message>
        <source>The publication is signed by the custodian&apos;s key.</source>
        <translation>发布由托管方的密钥签名。</translation>
    </message>
    <message>
        <source>Signature</source>
        <translation>签名</translation>
    </message>
    <message>
        <source>The custodian published root and total, at most 24 hours later.</source>
        <translation>托管方在 24 小时内发布了根和总额。</translation>
    </message>
    <message>
        <source>Publication</source>
        <translation>发布</translation>
    </message>
    <message>
        <source>The accounts held as much as it says, by the state of that block.</source>
        <translation>按该区块的状态，各托管账户的持有量与所载一致。</translation>
    </message>
    <message>
        <source>Custody</source>
        <translation>托管持有</translation>
    </message>
    <message>
        <source>It was made as of a block of this chain.</source>
        <translation>快照以这条链的一个区块为准。</translation>
    </message>
    <message>
        <source>Snapshot</source>
        <translation>快照</translation>
    </message>
    <message>
        <source>Its blocks are final: more than two thirds of the power have signed each.</source>
        <translation>所涉区块均已终局：每个区块都有超过三分之二的表决权签名。</translation>
    </message>
    <message>
        <source>Finality</source>
        <translation>终局</translation>
    </message>
    <message>
        <source>It is about the chain of this desk&apos;s genesis document.</source>
        <translation>所指的链与本工作台的创世文件一致。</translation>
    </message>
    <message>
        <source>Trust root</source>
        <translation>信任根</translation>
    </message>
    <message>
        <source>The share is part of the total, by every sum on the way up.</source>
        <translation>逐层求和，份额包含在总额之中。</translation>
    </message>
    <message>
        <source>Tree</source>
        <translation>求和树</translation>
    </message>
    <message>
        <source>The share is this user&apos;s, and nobody else&apos;s.</source>
        <translation>份额属于该用户，不属于他人。</translation>
    </message>
    <message>
        <source>The file is a reserve proof, in its one spelling.</source>
        <translation>文件是格式正确的储备证明。</translation>
    </message>
    <message>
        <source>height {height}, {time}</source>
        <translation>高度 {height}，{time}</translation>
    </message>
    <message>
        <source>Published</source>
        <translation>发布于</translation>
    </message>
    <message>
        <source>As of</source>
        <translation>截至</translation>
    </message>
    <message>
        <source>Held</source>
        <translation>托管持有</translation>
    </message>
    <message>
        <source>Owed in all</source>
        <translation>应付总额</translation>
    </message>
    <message>
        <source>Custodian</source>
        <translation>托管方</translation>
    </message>
    <message>
        <source>Owed to the user</source>
        <translation>应付该用户</translation>
    </message>
    <message>
        <source>On the chain, and the newest</source>
        <translation>链上存在，且为最新</translation>
    </message>
    <message>
        <source>Found at height {height}, {age}.</source>
        <translation>在高度 {height} 找到，{age}。</translation>
    </message>
    <message>
        <source>The custodian that it names never published it for this voucher. Keep the file as evidence for a complaint.</source>
        <translation>文件所称的托管方从未就该凭证发布过它。保留这份文件，作为投诉的证据。</translation>
    </message>
    <message>
        <source>This root is not on the chain</source>
        <translation>链上没有这个根</translation>
    </message>
    <message>
        <source>The file names no publication that could be looked for.</source>
        <translation>文件没有指明可以查找的发布。</translation>
    </message>
    <message>
        <source>Nothing to look for on the chain</source>
        <translation>没有可在链上查找的内容</translation>
    </message>
    <message>
        <source>The chain could not be asked</source>
        <translation>无法查询链上情况</translation>
    </message>
    <message>
        <source>{amount} more than owed</source>
        <translation>多于应付 {amount}</translation>
    </message>
    <message>
        <source>held {amount}</source>
        <translation>托管持有 {amount}</translation>
    </message>
    <message>
        <source>of {amount} in all</source>
        <translation>总额 {amount}</translation>
    </message>
    <message>
        <source>owed {amount}</source>
        <translation>应付 {amount}</translation>
    </message>
    <message>
        <source>What the paper claims (not proven)</source>
        <translation>证明所称内容（未获证实）</translation>
    </message>
    <message>
        <source>On the chain, superseded by later ones</source>
        <translation>链上存在，已有更新的发布</translation>
    </message>
    <message>
        <source>Nothing contradicts the paper, but it cannot be tied to this chain.</source>
        <translation>证明没有矛盾之处，但无法与这条链对应起来。</translation>
    </message>
    <message>
        <source>The paper contradicts itself or the chain. Nothing in it can be relied on.</source>
        <translation>证明自相矛盾，或与链上内容不符，其中任何内容都不可采信。</translation>
    </message>
    <message>
        <source>The paper is true: at its height this user&apos;s share was part of all that was owed, and all of it was held.</source>
        <translation>证明成立：在所载高度，该用户的份额包含在应付总额中，且应付总额全部有托管持有。</translation>
    </message>
    <message numerus="yes">
        <source>%n later publication(s), the newest at height {height}: ask the custodian for its paper.</source>
        <translation>
            <numerusform>此后又发布了 %n 次，最新一次在高度 {height}：可向托管方索取最新的证明。</numerusform>
        </translation>
    </message>
    <message>
        <source>Reserve proofs</source>
        <translation>储备证明</translation>
    </message>
    <message numerus="yes">
        <source>%n found</source>
        <translation><numerusform>找到 %n 人</numerusform></translation>
    </message>
    <message numerus="yes">
        <source>%n earlier certification(s)</source>
        <translation><numerusform>另有 %n 次认证</numerusform></translation>
    </message>
    <message>
        <source>Note</source>
        <translation>备注</translation>
    </message>
    <message>
        <source>{who} · publicly {name}</source>
        <translation>{who} · 公开名称{name}</translation>
    </message>
    <message>
        <source>{name} · not on the chain yet</source>
        <translation>{name} · 尚未上链</translation>
    </message>
    <message>
        <source>written down {time}</source>
        <translation>登记于 {time}</translation>
    </message>
    <message>
        <source>the node does not say</source>
        <translation>节点未能确认</translation>
    </message>
    <message>
        <source>stopped by an order</source>
        <translation>已依令停用</translation>
    </message>
    <message>
        <source>revoked</source>
        <translation>已撤销</translation>
    </message>
    <message>
        <source>nothing that this node can show now</source>
        <translation>本节点现在无法显示</translation>
    </message>
    <message>
        <source>not on the chain yet</source>
        <translation>尚未上链</translation>
    </message>
    <message>
        <source>none of ours: it was revoked, or never came onto the chain</source>
        <translation>没有我方的认证：已撤销，或未曾上链</translation>
    </message>
    <message>
        <source>no public name</source>
        <translation>无公开名称</translation>
    </message>
    <message>
        <source>certified otherwise</source>
        <translation>已另行认证</translation>
    </message>
    <message>
        <source>What is certified now was written down elsewhere; this is an earlier state.</source>
        <translation>现在有效的认证是在别处登记的；这里是较早的内容。</translation>
    </message>
    <message>
        <source>Scanned document</source>
        <translation>证件扫描件</translation>
    </message>
    <message>
        <source>Paper {number}</source>
        <translation>材料 {number}</translation>
    </message>
    <message>
        <source>Other paper</source>
        <translation>其他材料</translation>
    </message>
    <message>
        <source>On the chain</source>
        <translation>链上</translation>
    </message>
    <message>
        <source>More than {count} are known; search for the one you mean.</source>
        <translation>已知的超过 {count} 个；可搜索要找的人。</translation>
    </message>
    <message>
        <source>Certification</source>
        <translation>认证</translation>
    </message>
    <message>
        <source>Application form</source>
        <translation>申请表</translation>
    </message>
    <message>
        <source>{what}: {subject}</source>
        <translation>{what}：{subject}</translation>
    </message>
    <message numerus="yes">
        <source>And %n more.</source>
        <translation>
            <numerusform>另有 %n 条。</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n on the way</source>
        <translation>
            <numerusform>%n 项在途</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n thing(s) need you</source>
        <translation>
            <numerusform>%n 项要您处理</numerusform>
        </translation>
    </message>
    <message>
        <source>Newest digest</source>
        <translation>最新摘要</translation>
    </message>
    <message>
        <source>Lines</source>
        <translation>条数</translation>
    </message>
    <message>
        <source>The log was left as it is, and signing goes on. Export it and tell your auditor.</source>
        <translation>日志保持原样，签名照常进行。把它导出并告知审计人员。</translation>
    </message>
    <message>
        <source>Altered, or not tied to the line before: {lines}.</source>
        <translation>被改动，或与前一条不相接：{lines}。</translation>
    </message>
    <message>
        <source>Each line is tied to the one before; none was altered, left out or moved.</source>
        <translation>每一条都与前一条相接；没有改动、缺失或移位。</translation>
    </message>
    <message>
        <source>Digest of this line</source>
        <translation>本条摘要</translation>
    </message>
    <message>
        <source>Network</source>
        <translation>网络</translation>
    </message>
    <message>
        <source>Checked by</source>
        <translation>复核</translation>
    </message>
    <message>
        <source>Approved at</source>
        <translation>签署时间</translation>
    </message>
    <message>
        <source>whole</source>
        <translation>完整</translation>
    </message>
    <message>
        <source>altered</source>
        <translation>被改动</translation>
    </message>
    <message>
        <source>with the key {key}</source>
        <translation>使用密钥 {key}</translation>
    </message>
    <message>
        <source>Somebody altered this line, or the disk did. The others can still be read.</source>
        <translation>这一条被人改动，或被磁盘损坏。其余各条仍可读。</translation>
    </message>
    <message>
        <source>#{number} cannot be read</source>
        <translation>第 {number} 条无法读取</translation>
    </message>
    <message>
        <source>Nothing is on its way, and nothing needs you</source>
        <translation>没有在途的事项，也没有要您处理的</translation>
    </message>
    <message>
        <source>In the block of height</source>
        <translation>所在区块高度</translation>
    </message>
    <message>
        <source>Found missing at height</source>
        <translation>至此高度未上链</translation>
    </message>
    <message>
        <source>Signing digest</source>
        <translation>签名摘要</translation>
    </message>
    <message>
        <source>Done anew by</source>
        <translation>已由此重办</translation>
    </message>
    <message>
        <source>Takes the place of</source>
        <translation>代替</translation>
    </message>
    <message>
        <source>Transaction</source>
        <translation>交易</translation>
    </message>
    <message>
        <source>Place in the log</source>
        <translation>日志位置</translation>
    </message>
    <message>
        <source>The node's word</source>
        <translation>节点答复</translation>
    </message>
    <message>
        <source>until {until}</source>
        <translation>至{until}</translation>
    </message>
    <message>
        <source>Waits for approvals</source>
        <translation>等待复核</translation>
    </message>
    <message>
        <source>Can land until</source>
        <translation>最晚上链</translation>
    </message>
    <message>
        <source>Still missing</source>
        <translation>还差</translation>
    </message>
    <message>
        <source>Signed with</source>
        <translation>签名密钥</translation>
    </message>
    <message>
        <source>Drafted</source>
        <translation>起草于</translation>
    </message>
    <message>
        <source>File</source>
        <translation>文件</translation>
    </message>
    <message>
        <source>Put away.</source>
        <translation>已不再需要。</translation>
    </message>
    <message>
        <source>It was done anew since.</source>
        <translation>之后已重新办理。</translation>
    </message>
    <message>
        <source>It did not come onto the chain in time, and nothing was changed.</source>
        <translation>未能按时上链，没有任何改动。</translation>
    </message>
    <message>
        <source>The node says: {said}</source>
        <translation>节点答复：{said}</translation>
    </message>
    <message>
        <source>It goes out by itself, and can land until {until}.</source>
        <translation>会自动发出。上链期限：{until}。</translation>
    </message>
    <message>
        <source>No network. It goes out by itself when there is one, and can land until {until}.</source>
        <translation>没有网络，联网后会自动发出。上链期限：{until}。</translation>
    </message>
    <message>
        <source>Handed over. What became of it shows by itself, at the latest at {until}.</source>
        <translation>已交出。结果会自动显示，最迟在{until}。</translation>
    </message>
    <message>
        <source>A colleague completed and sent it; the chain has it.</source>
        <translation>同事已签齐并发出，链上已有。</translation>
    </message>
    <message>
        <source>Signed here; missing: {missing}. It can land until {until}.</source>
        <translation>本机已签名，还缺：{missing}。上链期限：{until}。</translation>
    </message>
    <message>
        <source>Nobody has signed it. It can land until {until}.</source>
        <translation>还没有人签名。上链期限：{until}。</translation>
    </message>
    <message>
        <source>Nobody has signed it, and its time has passed. Continue, and it gets a new one.</source>
        <translation>还没有人签名，有效期已过。点“继续”会给它新的期限。</translation>
    </message>
    <message>
        <source>on the chain</source>
        <translation>已上链</translation>
    </message>
    <message>
        <source>ready</source>
        <translation>可用</translation>
    </message>
    <message>
        <source>not accepted</source>
        <translation>未启用</translation>
    </message>
    <message>
        <source>in use</source>
        <translation>使用中</translation>
    </message>
    <message>
        <source>cannot be used</source>
        <translation>不能使用</translation>
    </message>
    <message>
        <source>nothing that this chain takes</source>
        <translation>没有本链可用的算法</translation>
    </message>
    <message>
        <source>Can sign with</source>
        <translation>签名算法</translation>
    </message>
    <message>
        <source>Serial number</source>
        <translation>序列号</translation>
    </message>
    <message>
        <source>unknown</source>
        <translation>未知</translation>
    </message>
    <message>
        <source>Model</source>
        <translation>型号</translation>
    </message>
    <message>
        <source>Certificate</source>
        <translation>证书</translation>
    </message>
    <message>
        <source>, until {date}</source>
        <translation>，有效期至 {date}</translation>
    </message>
    <message>
        <source>of none yet</source>
        <translation>尚未登记</translation>
    </message>
    <message>
        <source>Kept</source>
        <translation>存放位置</translation>
    </message>
    <message>
        <source>Public key</source>
        <translation>公钥</translation>
    </message>
    <message>
        <source>Enter the PIN on the token's own keypad when it asks.</source>
        <translation>令牌提示时，在令牌的键盘上输入 PIN。</translation>
    </message>
    <message>
        <source>The token has no PIN yet. Set one with the program that came with it.</source>
        <translation>令牌还没有设置 PIN。用随令牌附带的程序设置。</translation>
    </message>
    <message>
        <source>The PIN is locked after too many wrong tries. Whoever issued the token can unlock it.</source>
        <translation>PIN 输错次数过多，已锁定。发放令牌的机构可以解锁。</translation>
    </message>
    <message>
        <source>One more wrong PIN locks the token. Be sure of it before you sign.</source>
        <translation>再输错一次 PIN，令牌就会锁定。确认 PIN 后再签名。</translation>
    </message>
    <message>
        <source>A wrong PIN was entered before. Too many wrong tries lock the token.</source>
        <translation>之前输错过 PIN。多次输错会锁定令牌。</translation>
    </message>
    <message>
        <source>Several tokens have this name. Leave only the one that is to sign plugged in.</source>
        <translation>有几个令牌同名。只保留要用来签名的那一个。</translation>
    </message>
    <message>
        <source>The token is not plugged in. The draft is kept: plug it in to sign.</source>
        <translation>令牌没有插入。草稿已保存，插入后即可签名。</translation>
    </message>
    <message>
        <source>no PIN set</source>
        <translation>未设置 PIN</translation>
    </message>
    <message>
        <source>PIN locked</source>
        <translation>PIN 已锁定</translation>
    </message>
    <message>
        <source>last try for the PIN</source>
        <translation>PIN 只剩最后一次</translation>
    </message>
    <message>
        <source>wrong PIN entered before</source>
        <translation>输错过 PIN</translation>
    </message>
    <message>
        <source>plugged in</source>
        <translation>已插入</translation>
    </message>
    <message>
        <source>unlocked</source>
        <translation>已解锁</translation>
    </message>
    <message>
        <source>not plugged in</source>
        <translation>未插入</translation>
    </message>
    <message>
        <source>on the token {token}</source>
        <translation>在令牌“{token}”上</translation>
    </message>
    <message>
        <source>on this computer, under the passphrase</source>
        <translation>在本机，由口令保护</translation>
    </message>
    <message>
        <source>key without a name</source>
        <translation>未命名的密钥</translation>
    </message>
    <message>
        <source>token without a name</source>
        <translation>未命名的令牌</translation>
    </message>
    <message>
        <source>Approval log</source>
        <translation>签署日志</translation>
    </message>
    <message>
        <source>Vault</source>
        <translation>身份库</translation>
    </message>
    <message>
        <source>Keys and tokens</source>
        <translation>密钥与令牌</translation>
    </message>
    <message>
        <source>Outbox</source>
        <translation>发件箱</translation>
    </message>
    <message>
        <source>#{sequence} this time</source>
        <translation>#{sequence} 本次</translation>
    </message>
    <message numerus="yes">
        <source>%n approval(s) missing</source>
        <translation>
            <numerusform>还差 %n 份复核</numerusform>
        </translation>
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
        <source>%n checker(s) beside the maker</source>
        <translation>
            <numerusform>经办之外 %n 人复核</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n colleague(s) must approve this with their own keys.</source>
        <translation>
            <numerusform>此事须由 %n 位同事用各自的密钥复核。</numerusform>
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
        <source>%n piece(s)</source>
        <translation>
            <numerusform>%n 件</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n point(s)</source>
        <translation>
            <numerusform>%n 点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n point(s) per period</source>
        <translation>
            <numerusform>每期 %n 点</numerusform>
        </translation>
    </message>
    <message numerus="yes">
        <source>%n quota point(s)</source>
        <translation>
            <numerusform>%n 配额点</numerusform>
        </translation>
    </message>
    <message>
        <source>Adds up</source>
        <translation>核对平衡</translation>
    </message>
    <message numerus="yes">
        <source>All %n bookkeeper(s) signed, verified on this computer</source>
        <translation>
            <numerusform>%n 家记账方全部签名，由本机核验</numerusform>
        </translation>
    </message>
    <message>
        <source>All frozen</source>
        <translation>全部冻结</translation>
    </message>
    <message>
        <source>Allowed again</source>
        <translation>恢复办理</translation>
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
        <source>Does not add up</source>
        <translation>不平</translation>
    </message>
    <message>
        <source>Enrolled by {partner}, which can act and carries the order out itself</source>
        <translation>由 {partner} 登记，该合作方可以办理，命令由其自行办理</translation>
    </message>
    <message>
        <source>Evidence chain</source>
        <translation>存证链</translation>
    </message>
    <message>
        <source>Expired</source>
        <translation>已到期</translation>
    </message>
    <message>
        <source>Final at height {height}</source>
        <translation>已终局，高度 {height}</translation>
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
        <source>From the next block on it can act again.</source>
        <translation>自下一块起可以重新办理业务。</translation>
    </message>
    <message>
        <source>From the next block on this partner, and the users who rest on it, can act again.</source>
        <translation>自下一块起，该合作方和由它认证的用户可以重新办理业务。</translation>
    </message>
    <message>
        <source>From then on it can sign nothing for the account, and it can never be used again on this chain.</source>
        <translation>此后它不能再代表本账户签名，也不能再用于本链。</translation>
    </message>
    <message>
        <source>Frozen</source>
        <translation>冻结</translation>
    </message>
    <message>
        <source>Frozen by {partner}, which can act and unfreezes the user itself</source>
        <translation>由 {partner} 冻结，该合作方可以办理，解冻由其自行办理</translation>
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
        <source>It can act as: {roles}</source>
        <translation>可担任：{roles}</translation>
    </message>
    <message>
        <source>Key</source>
        <translation>密钥</translation>
    </message>
    <message>
        <source>Made by {maker} · {missing} · until {until}</source>
        <translation>由 {maker} 经办 · {missing} · 截至{until}</translation>
    </message>
    <message>
        <source>No block is missing</source>
        <translation>已追上全部区块</translation>
    </message>
    <message>
        <source>No record: this one stands beside the others</source>
        <translation>不取代任何存证</translation>
    </message>
    <message>
        <source>No {pages}: {why}</source>
        <translation>没有“{pages}”页：{why}</translation>
    </message>
    <message>
        <source>Not compared: the original file was not given.</source>
        <translation>没有比对：未提供原件。</translation>
    </message>
    <message>
        <source>Not confirmed in time</source>
        <translation>逾期未确认</translation>
    </message>
    <message>
        <source>Not reached, because an earlier step failed or its material is missing.</source>
        <translation>没有进行，因为前面有一步未通过，或缺少所需内容。</translation>
    </message>
    <message>
        <source>One key is enough</source>
        <translation>一人签名即可</translation>
    </message>
    <message>
        <source>Partly frozen</source>
        <translation>部分冻结</translation>
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
        <source>Record #{sequence} of this chain takes the place of this one.</source>
        <translation>本链第 #{sequence} 条存证已取代这一条。</translation>
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
        <source>Setting</source>
        <translation>参数</translation>
    </message>
    <message>
        <source>Signed by {signed} · missing: {missing} · until {until}</source>
        <translation>已签 {signed} · 待签 {missing} · 截至{until}</translation>
    </message>
    <message>
        <source>Signed here. Give the request file to those who must sign as well; it is recorded then.</source>
        <translation>本机已签名。把会签文件交给须复核的同事，签齐后即上链存证。</translation>
    </message>
    <message>
        <source>Stopped</source>
        <translation>已停止</translation>
    </message>
    <message>
        <source>Subject</source>
        <translation>事项</translation>
    </message>
    <message>
        <source>Suspended by {who} since {when}: it can sign nothing, and neither can users who rest on it alone.</source>
        <translation>自{when}起由 {who} 暂停：该机构不能签名，只由它认证的用户也不能办理业务。</translation>
    </message>
    <message>
        <source>The bundle holds everything needed to verify it offline.</source>
        <translation>存证包内含离线核验所需的全部内容。</translation>
    </message>
    <message numerus="yes">
        <source>The chain can keep it for about %n day(s) until they have.</source>
        <translation>
            <numerusform>在此之前，链上可以保留约 %n 天。</numerusform>
        </translation>
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
        <source>This is the key of this desk: from then on it can sign nothing for the account.</source>
        <translation>这是本机的密钥：此后本机不能再代表本账户签名。</translation>
    </message>
    <message>
        <source>This user is frozen already</source>
        <translation>该用户已被冻结</translation>
    </message>
    <message>
        <source>This user is not frozen</source>
        <translation>该用户未被冻结</translation>
    </message>
    <message>
        <source>Two of the files are the same; a batch holds each once</source>
        <translation>有两个文件内容相同；一批之中每个文件只能有一份</translation>
    </message>
    <message>
        <source>Valid until</source>
        <translation>有效至</translation>
    </message>
    <message>
        <source>What bookkeepers with {needed} of {total} power approve is decided at once.</source>
        <translation>总表决权 {total}，同意达到 {needed} 即刻通过。</translation>
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
        <source>What stands under More belongs to one record: keep one file, or put all into one record</source>
        <translation>“更多”中的内容只能用于一条存证：只留一个文件，或将全部文件合为一条存证</translation>
    </message>
    <message>
        <source>What the bundle claims (not proven)</source>
        <translation>存证包所称（未获证明）</translation>
    </message>
    <message>
        <source>Without a role chosen, it has every role.</source>
        <translation>不选角色即具有全部角色。</translation>
    </message>
    <message>
        <source>a key since retired</source>
        <translation>已停用的密钥</translation>
    </message>
    <message>
        <source>account {id}</source>
        <translation>账户 {id}</translation>
    </message>
    <message>
        <source>agreement version {version}</source>
        <translation>协议版本 {version}</translation>
    </message>
    <message>
        <source>another…</source>
        <translation>其他…</translation>
    </message>
    <message>
        <source>at {time} by block time</source>
        <translation>区块时间 {time}</translation>
    </message>
    <message>
        <source>bookkeepers have no vouchers</source>
        <translation>记账方不涉及凭证</translation>
    </message>
    <message>
        <source>confirmed</source>
        <translation>已确认</translation>
    </message>
    <message>
        <source>decided</source>
        <translation>已通过</translation>
    </message>
    <message>
        <source>did not confirm</source>
        <translation>未确认</translation>
    </message>
    <message>
        <source>every role</source>
        <translation>全部角色</translation>
    </message>
    <message>
        <source>failed</source>
        <translation>未通过</translation>
    </message>
    <message>
        <source>for organisations only</source>
        <translation>只对机构开放</translation>
    </message>
    <message>
        <source>for partners only</source>
        <translation>只对合作方开放</translation>
    </message>
    <message>
        <source>from level “{level}” on</source>
        <translation>认可“{level}”及以上</translation>
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
        <source>height {height}, about {time}</source>
        <translation>高度 {height}，约 {time}</translation>
    </message>
    <message>
        <source>height {height}, {age}</source>
        <translation>高度 {height}，{age}</translation>
    </message>
    <message>
        <source>in force</source>
        <translation>有效</translation>
    </message>
    <message>
        <source>just now</source>
        <translation>刚刚</translation>
    </message>
    <message>
        <source>lapsed</source>
        <translation>未通过</translation>
    </message>
    <message>
        <source>no permission for evidence</source>
        <translation>没有存证权限</translation>
    </message>
    <message>
        <source>no permission for identity</source>
        <translation>没有身份权限</translation>
    </message>
    <message>
        <source>no permissions</source>
        <translation>没有权限</translation>
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
        <source>none that counts: can only look</source>
        <translation>没有有效认证：只能查询</translation>
    </message>
    <message>
        <source>not done</source>
        <translation>未进行</translation>
    </message>
    <message>
        <source>not yet</source>
        <translation>尚未确认</translation>
    </message>
    <message>
        <source>only bookkeepers decide</source>
        <translation>由记账方表决</translation>
    </message>
    <message>
        <source>open</source>
        <translation>表决中</translation>
    </message>
    <message>
        <source>orders are carried out by operator, regulators and partners</source>
        <translation>命令由业务准入方、监管方和合作方办理</translation>
    </message>
    <message>
        <source>passed</source>
        <translation>通过</translation>
    </message>
    <message>
        <source>power {power} of {total} ({percent}%) · key {key}</source>
        <translation>表决权 {power}/{total}（{percent}%） · 密钥 {key}</translation>
    </message>
    <message>
        <source>record #{sequence} of this chain</source>
        <translation>本链第 #{sequence} 条存证</translation>
    </message>
    <message>
        <source>renews {time}</source>
        <translation>{time} 恢复</translation>
    </message>
    <message>
        <source>suspended</source>
        <translation>已暂停</translation>
    </message>
    <message>
        <source>the operator has not registered the key of this desk yet</source>
        <translation>业务准入方尚未登记本机密钥</translation>
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
        <source>too late to approve</source>
        <translation>已过复核期限</translation>
    </message>
    <message>
        <source>voucher {number}</source>
        <translation>凭证 {number}</translation>
    </message>
    <message>
        <source>waits for me</source>
        <translation>待我复核</translation>
    </message>
    <message>
        <source>waits for others</source>
        <translation>待他人复核</translation>
    </message>
    <message>
        <source>yesterday {time}</source>
        <translation>昨天 {time}</translation>
    </message>
    <message numerus="yes">
        <source>{actions} and %n more</source>
        <translation>
            <numerusform>{actions} 等，另外 %n 项</numerusform>
        </translation>
    </message>
    <message>
        <source>{approving} of {needed} power has approved</source>
        <translation>同意的表决权 {approving}，须达到 {needed}</translation>
    </message>
    <message>
        <source>{authority} · {reference}</source>
        <translation>{authority} · {reference}</translation>
    </message>
    <message>
        <source>{confirmed} of {parties} confirmed</source>
        <translation>已确认 {confirmed}/{parties}</translation>
    </message>
    <message>
        <source>{cost}, {left} left afterwards</source>
        <translation>{cost}，余 {left}</translation>
    </message>
    <message>
        <source>{held} · issued by {issuer}</source>
        <translation>{held} · 发行方 {issuer}</translation>
    </message>
    <message>
        <source>{key} (no longer a key of this account)</source>
        <translation>{key}（已不是本账户的密钥）</translation>
    </message>
    <message numerus="yes">
        <source>{names} and %n more</source>
        <translation>
            <numerusform>{names} 等，另外 %n 方</numerusform>
        </translation>
    </message>
    <message>
        <source>{setting} “{subject}”</source>
        <translation>{setting}“{subject}”</translation>
    </message>
    <message>
        <source>{setting}: {now} → {then}</source>
        <translation>{setting}：{now} → {then}</translation>
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
        <source>{value} ({meaning})</source>
        <translation>{value}（{meaning}）</translation>
    </message>
    <message>
        <source>{weekday}, {date}</source>
        <translation>{date}，{weekday}</translation>
    </message>
    <message>
        <source>{who} (you)</source>
        <translation>{who}（本账户）</translation>
    </message>
</context>
</TS>
