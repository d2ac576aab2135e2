"""What can be typed after `luopu consortium`."""

import argparse
import ipaddress
from collections.abc import Callable

from app.cli.options import common, interval, keeping, lifeline, passphrase, validator_count


def loopback(text: str) -> str:
    """An address of 127.0.0.0/8."""
    try:
        address = ipaddress.IPv4Address(text)
    except ValueError as error:
        raise argparse.ArgumentTypeError("expected 127.…") from error
    if not address.is_loopback:
        raise argparse.ArgumentTypeError("expected 127.…")
    return str(address)


def add_consortium(add: Callable[[str, str], argparse.ArgumentParser]) -> None:
    """The command and its verbs."""
    verbs = add("consortium", "在 CometBFT 上运行记账方 · run validators on CometBFT").add_subparsers(
        dest="verb", required=True, metavar="VERB"
    )

    def verb(name: str, text: str) -> argparse.ArgumentParser:
        parser: argparse.ArgumentParser = verbs.add_parser(name, help=text, description=text)
        common(parser, inherited=True)  # what was given before the verb stays
        return parser

    for add_verb in (_init, _start, _company, _genesis, _configure):
        add_verb(verb)


Verb = Callable[[str, str], argparse.ArgumentParser]


def _init(verb: Verb) -> None:
    parser = verb("init", "在本机建立一个联盟 · make a whole consortium on this computer")
    parser.add_argument("--validators", type=validator_count, default=4, metavar="N")
    _output(parser, "DIR", "new folder for the consortium")
    parser.add_argument("--chain-id", metavar="ID", help="name of the chain; default: a new one")
    parser.add_argument(
        "--name",
        action="append",
        default=[],
        metavar="NAME",
        help="of a company that runs a validator; may be repeated",
    )
    parser.add_argument("--partner", default="合作方", metavar="NAME", help="name of the partner")
    parser.add_argument("--partner-key", metavar="KEY", help="public key of the partner's clerk; default: a new key")
    parser.add_argument(
        "--address", type=loopback, default="127.0.0.1", metavar="IP", help="of the first validator; the others follow"
    )
    _interval(parser)
    passphrase(parser)


def _start(verb: Verb) -> None:
    parser = verb("start", "启动记账方 · start the validators of a folder and watch over them")
    parser.add_argument("folder", metavar="DIR", help="a consortium on this computer, or one validator")
    parser.add_argument("--cometbft", metavar="PATH", help="the program; default: LUOPU_COMETBFT, then PATH")
    keeping(parser)
    lifeline(parser)


def _company(verb: Verb) -> None:
    parser = verb("company", "为一家公司生成密钥 · make a company's keys and its public file")
    _output(parser, "DIR", "new folder for the validator")
    parser.add_argument("--name", required=True, metavar="NAME", help="name of the company")
    parser.add_argument("--address", required=True, metavar="HOST:PORT", help="where the other validators reach it")
    passphrase(parser)


def _genesis(verb: Verb) -> None:
    parser = verb("genesis", "由各公司的公开文件写出创世文件 · write the genesis document of several companies")
    parser.add_argument("companies", nargs="+", metavar="COMPANY", help="company.json of each validator")
    parser.add_argument(
        "--later", action="append", default=[], metavar="COMPANY", help="company.json of one without a seat yet"
    )
    _output(parser, "F", "new file for the genesis document")
    parser.add_argument("--chain-id", required=True, metavar="ID", help="name of the chain")
    parser.add_argument("--agreement", required=True, metavar="F", help="the agreement that all parties signed")
    parser.add_argument("--operator", default="业务准入方", metavar="NAME", help="name of the operator")
    parser.add_argument("--operator-key", metavar="KEY", help="public key of the operator; default: the home's, or new")
    parser.add_argument(
        "--partner", nargs=2, action="append", default=[], metavar=("NAME", "KEY"), help="a partner; may be repeated"
    )
    passphrase(parser)


def _configure(verb: Verb) -> None:
    parser = verb("configure", "配置一个记账方 · configure a company's validator for a chain")
    parser.add_argument("folder", metavar="DIR", help="the folder that `company` made")
    parser.add_argument("--genesis", required=True, metavar="F", help="the genesis document")
    parser.add_argument("--peer", nargs="+", required=True, metavar="COMPANY", help="company.json of the others")
    parser.add_argument(
        "--listen", default="0.0.0.0:26656", metavar="IP:PORT", help="where peers connect; default: %(default)s"
    )
    parser.add_argument(
        "--rpc", default="127.0.0.1:26657", metavar="IP:PORT", help="where nodes ask; default: %(default)s"
    )
    parser.add_argument(
        "--application", default="127.0.0.1:26658", metavar="IP:PORT", help="between both; default: %(default)s"
    )
    _interval(parser)


def _output(parser: argparse.ArgumentParser, kind: str, text: str) -> None:
    parser.add_argument("-o", "--output", required=True, metavar=kind, help=text)


def _interval(parser: argparse.ArgumentParser) -> None:
    parser.add_argument("--interval", type=interval, default=3.0, metavar="3s", help="time between blocks")
