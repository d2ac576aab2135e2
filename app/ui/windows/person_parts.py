"""One person of the vault: what is known, the papers, and what of it to disclose; for the pages of users and of the vault."""

from collections.abc import Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QCheckBox, QGridLayout, QVBoxLayout, QWidget

from app.core.paper_words import read_paper
from app.ui.language import tr, words
from app.ui.present.names import file_name
from app.ui.present.papers import attribute_value, paper_text
from app.ui.present.people import known_facts
from app.ui.present.users import attribute_label
from app.ui.widgets.buttons import button, link
from app.ui.widgets.card import row, rule
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.text import label
from app.ui.windows import dialogs
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings
from app.wallet.vault import Kept
from app.wallet.vault_person import Material

FACTS_WIDTH = 116


class PersonDesk(Protocol):
    """What can be done with what is known of somebody."""

    def save_disclosure(self, account: int, names: Sequence[str], target: Path) -> None: ...
    def save_paper(self, person_id: str, sha256: bytes, target: Path) -> None: ...


class PersonPart(Parts):
    """Facts, attributes and papers, and what of them to disclose."""

    def __init__(self, around: Surroundings, kept: Kept, desk: PersonDesk, *, discloses: bool) -> None:
        """`discloses`: the chain bears it out, so that there is something to prove it against."""
        super().__init__()
        self.column.setSpacing(10)
        self._kept, self._desk, self._discloses = kept, desk, discloses
        self._boxes: list[tuple[QCheckBox, str]] = []
        self._copies: list[tuple[QWidget, bytes]] = []
        self.add(FactBlock(known_facts(kept.person, words()), label_width=FACTS_WIDTH))
        self.add(rule())
        self.add(self._attributes())
        self._missing = label(tr("Of some papers no copy is kept here, only the digests."), "secondary", wrap=True)
        self.add(self._missing)
        self._show_copies(frozenset(), is_known=False)
        if kept.person.materials:
            around.tasks.start(around.desk.papers_at_hand(kept.id), done=self._show_copies, failed=lambda _error: None)
        if discloses:
            self.add(rule())
            self.add(self._disclosing())
            self._check()

    # ---- attributes and papers -----------------------------------------------------------------------------------
    def _attributes(self) -> QGridLayout:
        grid = QGridLayout()
        grid.setHorizontalSpacing(16)
        grid.setVerticalSpacing(6)
        grid.setColumnStretch(1, 1)
        grid.setColumnMinimumWidth(0, FACTS_WIDTH)
        papers = {each.digests: each for each in self._kept.person.materials}
        certified = set()
        for place, each in enumerate(self._kept.person.attributes):
            paper = read_paper(each.name, each.value)
            material = None if paper is None else papers.get(paper.digests)
            certified |= {material}
            grid.addWidget(self._title(each.name), place, 0)
            text = (
                attribute_value(each.name, each.value, words()) if material is None else paper_text(material, words())
            )
            self._add_value(grid, place, text, material)
        for material in self._kept.person.materials:
            if material not in certified:
                place = grid.rowCount()
                grid.addWidget(label(tr("Paper, not certified"), "secondary"), place, 0)
                self._add_value(grid, place, paper_text(material, words()), material)
        return grid

    def _title(self, attribute: str) -> QWidget:
        name = attribute_label(attribute, words())
        if not self._discloses:
            return label(name, "secondary")
        box = QCheckBox(name)
        box.setAccessibleName(tr("Disclose {attribute}").format(attribute=name))
        box.toggled.connect(lambda _on: self._check())
        self._boxes.append((box, attribute))
        return box

    def _add_value(self, grid: QGridLayout, place: int, text: str, material: Material | None) -> None:
        grid.addWidget(label(text, "body", wrap=True, selectable=True), place, 1)
        if material is not None:
            named = tr("Save a copy of {name}").format(name=file_name(material.file_name, 60))
            save = link(tr("Save a copy…"), partial(self._ask_copy, material), name=named)
            self._copies.append((save, material.digests.sha256))
            grid.addWidget(save, place, 2)

    def _show_copies(self, at_hand: frozenset[bytes], *, is_known: bool = True) -> None:
        for save, sha256 in self._copies:
            save.setVisible(sha256 in at_hand)
        self._missing.setVisible(is_known and any(sha256 not in at_hand for _, sha256 in self._copies))

    def _ask_copy(self, material: Material) -> None:
        save = partial(self._desk.save_paper, self._kept.id, material.digests.sha256)
        dialogs.ask_target(self, tr("Save a copy"), material.file_name, tr("All files (*)"), save)

    # ---- disclosing ----------------------------------------------------------------------------------------------
    def _disclosing(self) -> QVBoxLayout:
        number = self._kept.person.account or 0
        note = label(
            tr(
                "A disclosure file shows what is ticked and proves it against the chain; the rest stays hidden. Everything "
                "only to an authority that may ask for it; to others what the person has agreed to."
            ),
            "secondary",
            wrap=True,
        )
        self._some = button(tr("Disclose what is ticked…"), lambda: self._ask(number, self._ticked()))
        every = button(tr("Disclose everything to an authority…"), lambda: self._ask(number, ()))
        column = QVBoxLayout()
        column.setSpacing(8)
        column.addWidget(note)
        column.addLayout(row(1, every, self._some))
        return column

    def _ticked(self) -> tuple[str, ...]:
        return tuple(name for box, name in self._boxes if box.isChecked())

    def _check(self) -> None:
        self._some.setEnabled(bool(self._ticked()))

    def _ask(self, number: int, names: Sequence[str]) -> None:
        dialogs.ask_target(
            self,
            tr("Save the disclosure"),
            f"disclosure-{number}.json",
            tr("Disclosures (*.json);;All files (*)"),
            lambda target: self._desk.save_disclosure(number, names, target),
        )
