"""Papers by which somebody was known, in the clerk's words: scans, application forms (3.4.1). Pure."""

from app.core.paper_words import KINDS, CertifiedPaper, Kind, is_paper_name, read_paper
from app.ui.present.language import Words
from app.ui.present.names import file_name, line
from app.ui.present.numbers import size
from app.wallet.vault_person import Material

_FORM_WORDS = ("申请", "登记表", "form", "application")


def kind_name(kind: Kind, words: Words) -> str:
    """A scan, a form, or another paper."""
    tr = words.tr
    names: dict[Kind, str] = {
        "scan": tr("Scanned document"),
        "form": tr("Application form"),
        "other": tr("Other paper"),
    }
    return names[kind]


def paper_kinds(words: Words) -> list[tuple[str, object]]:
    """All kinds, to choose from."""
    return [(kind_name(kind, words), kind) for kind in KINDS.values()]


def likely_kind(name: str) -> Kind:
    """What a paper is, as far as its name tells; the clerk can say otherwise."""
    folded = name.casefold()
    return "form" if any(word in folded for word in _FORM_WORDS) else "scan"


def paper_text(material: Material, words: Words) -> str:
    """A paper by its file's name, with kind and size."""
    name = file_name(material.file_name, 60)
    return f"{name} · {kind_name(material.kind, words)} · {size(material.digests.size)}"


def attribute_value(name: str, value: str, words: Words) -> str:
    """What an attribute says; one that stands for a paper in words."""
    paper = read_paper(name, value)
    return line(value, 600) if paper is None else _paper_text(paper, words)


def attribute_place(name: str, words: Words) -> str:
    """What the attribute of a paper is called; nothing for others."""
    return words.tr("Paper {number}").format(number=name.partition("-")[2]) if is_paper_name(name) else ""


def _paper_text(paper: CertifiedPaper, words: Words) -> str:
    digests = paper.digests
    return f"{kind_name(paper.kind, words)} · {size(digests.size)} · SHA-256 {digests.sha256.hex()}"
