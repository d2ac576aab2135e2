"""What lies beside the papers of a reserve proof when they are handed out: all that their readers need besides (3.4.3)."""

from app.core.home import Home
from app.ui.resources import resource

PAGE = resource("web", "reserve.html")


def beside_papers(home: Home) -> tuple[tuple[str, bytes], ...]:
    """Names and contents: the customers' page, the genesis document, a note in both languages."""
    return (
        ("README.txt", _NOTE.encode()),
        ("genesis.json", home.genesis.read_bytes()),
        (PAGE.name, PAGE.read_bytes()),
    )


_NOTE = """\
储备证明 / Reserve proofs

每个 .reserve.json 文件是一位用户的证明，只交给该用户本人。
用户用浏览器打开 reserve.html（无需联网），把自己的证明和 genesis.json 拖进去，就能看到结果。
请与联盟公布的创世文件指纹核对，不要只相信这里附带的 genesis.json。

Each .reserve.json file is the proof of one user, and for that user alone.
Open reserve.html in a browser (no network is needed) and drop the proof and genesis.json onto it.
Compare the fingerprint of the genesis document with the one that the consortium publishes: do not rely on the copy here.

luopu reserve verify FILE --genesis genesis.json
"""
