"""How the command line speaks: words for people, or one JSON document for programs, and one place for errors."""

import json
import os
import sys
from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Literal

from app.cli.registry.words import WORDS as REGISTRY_WORDS
from app.core.errors import LuopuError
from app.core.messages import Language, explain

WORDS: Mapping[str, Mapping[Language, str]] = {
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
    "passphrase": {"zh": "口令：", "en": "passphrase: "},
    "new-passphrase": {"zh": "为新密钥设置口令（至少 8 个字符）：", "en": "passphrase for a new key (8 or more): "},
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
    "demo-done": {
        "zh": "完成：{files} 个文件已存证并离线核验，改动过的文件被识破。用时 {seconds} 秒。\n"
        "存证包和 genesis.json 在 {path}",
        "en": "done: {files} files notarized and verified offline, the changed file was found out; {seconds} s\n"
        "bundles and genesis.json are in {path}",
    },
    "hint": {"zh": "提示：", "en": "hint: "},
    "error": {"zh": "错误：", "en": "error: "},
}


_ALL_WORDS = {**REGISTRY_WORDS, **WORDS}


@dataclass(frozen=True, slots=True)
class Speaker:
    """Writes answers in one language, or as JSON."""

    language: Language
    as_json: bool

    def words(self, name: str, /, **facts: object) -> str:
        """A phrase with its facts."""
        return _ALL_WORDS[name][self.language].format(**facts)

    def say(self, text: str) -> None:
        """Print for people; silent with JSON."""
        if not self.as_json:
            print(text, flush=True)

    def pairs(self, pairs: Mapping[str, str] | Sequence[tuple[str, str]]) -> None:
        """Print aligned names and values, in a sequence two of one name too; silent with JSON."""
        listed = list(pairs.items()) if isinstance(pairs, Mapping) else list(pairs)
        if listed and not self.as_json:
            width = max(_width(name) for name, _ in listed)
            for name, value in listed:
                print(f"  {name}{' ' * (width - _width(name))}  {value}", flush=True)

    def answer(self, document: Mapping[str, object]) -> None:
        """Print the JSON document; silent for people."""
        if self.as_json:
            print(json.dumps(document, ensure_ascii=False), flush=True)

    def fail(self, error: LuopuError) -> None:
        """Say what went wrong and what to do."""
        explanation = explain(error, self.language)
        if self.as_json:
            print(json.dumps({"error": self.reason_as_json(error)}, ensure_ascii=False), flush=True)
            return
        print(WORDS["error"][self.language] + explanation.sentence, file=sys.stderr)
        if explanation.hint:
            print(WORDS["hint"][self.language] + explanation.hint, file=sys.stderr)

    def refuse(self, reasons: Sequence[LuopuError]) -> None:
        """Say that nothing was signed, because of these reasons. People have read them already."""
        if self.as_json:
            told = [self.reason_as_json(reason) for reason in reasons]
            print(json.dumps({"error": told[0], "reasons": told}, ensure_ascii=False), flush=True)
            return
        self.fail(reasons[0])
        print(self.words("anyway"), file=sys.stderr)

    def reason_as_json(self, error: LuopuError) -> dict[str, object]:
        """An error as a program gets it."""
        explanation = explain(error, self.language)
        facts = {name: str(value) for name, value in error.facts.items() if value is not None}
        return {"code": error.code, "facts": facts, "sentence": explanation.sentence, "hint": explanation.hint}


def system_language() -> Literal["zh", "en"]:
    """The language of the environment: English where it says so or says nothing at all, else Chinese."""
    for name in ("LC_ALL", "LC_MESSAGES", "LANG"):
        value = os.environ.get(name, "")
        if value:
            return "en" if value.startswith(("en", "C", "POSIX")) else "zh"
    return "zh"


def _width(text: str) -> int:
    """Columns in a terminal: Chinese characters take two."""
    return sum(2 if ord(character) > 0x2E80 else 1 for character in text)
