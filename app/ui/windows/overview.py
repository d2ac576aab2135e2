"""The overview: where the node stands, what is final, what waits for me, quota, recent things, peers, and my key."""

from collections.abc import Callable
from functools import partial

from PySide6.QtCore import Qt
from PySide6.QtWidgets import QHBoxLayout, QVBoxLayout, QWidget

from app.client.model import AccountStatus, NodeStatus
from app.core.messages import Explanation, party_name, permission_name
from app.ui.language import tr, words
from app.ui.present.digests import ends
from app.ui.present.facts import Fact, short_digest_fact
from app.ui.present.names import account as account_text
from app.ui.present.names import file_name, line
from app.ui.present.node import (
    connected_peers,
    finality_sentence,
    halted_explanation,
    is_final_here,
    peer_rows,
    renewal_text,
    sync_view,
)
from app.ui.present.numbers import number, permille
from app.ui.present.pages import excluded_pages
from app.ui.present.states import Chip, is_waiting, item_chip, item_reason
from app.ui.present.times import clock, today
from app.ui.widgets.bar import Bar
from app.ui.widgets.buttons import link, primary
from app.ui.widgets.card import Card, clear, row
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.seal import Seal
from app.ui.widgets.text import label
from app.ui.windows.page import Page, beside
from app.ui.windows.surroundings import Surroundings

RECENT = 5
TOP = Qt.AlignmentFlag.AlignTop


class OverviewPage(Page):
    """Everything that matters, on one page."""

    def __init__(
        self, surroundings: Surroundings, go: Callable[[str], None], show_record: Callable[[bytes], None]
    ) -> None:
        super().__init__(surroundings, tr("Overview"), today(surroundings.now_ns(), words()))
        self._go, self._show_record = go, show_record
        self._said_halt: Explanation | None = None
        self._begin = primary(tr("New evidence"), lambda: go("notarize"))
        self.add_action(self._begin)
        self._node, self._final = NodeCard(), FinalityCard()
        self._waiting, self._quota = Card(tr("Waiting for me")), QuotaCard()
        self._recent = Card(tr("Recent things"))
        self._peers, self._me = Card(tr("Peers")), Card(tr("Who I am"))
        self._waiting_rows, self._recent_rows = _rows_in(self._waiting), _rows_in(self._recent)
        self._peer_rows, self._facts = _rows_in(self._peers), FactBlock(label_width=84)
        self._me.add(self._facts)
        self._me.body.addStretch(1)
        self.column.addLayout(beside([(self._node, 3), (self._final, 2)]))
        self.column.addLayout(beside([(self._waiting, 3), (self._quota, 2)]))
        self.column.addWidget(self._recent)
        self.column.addLayout(beside([(self._peers, 1), (self._me, 1)]))
        for kind in ("status", "account", "outbox"):
            self.refresh(kind)

    def refresh(self, kind: str) -> None:
        """Draw what is new."""
        if kind == "status":
            self._show_status()
        if kind == "account":
            self._show_account()
        if kind in {"outbox", "account"}:
            self._show_waiting()
            self._show_recent()

    def tick(self) -> None:
        """Ages and the date go on."""
        self.sentence.setText(today(self.around.now_ns(), words()))
        self._show_node()

    def point_at(self, part: str) -> None:
        """Bring a part into view: node, finality, peers or quota."""
        cards = {"node": self._node, "finality": self._final, "peers": self._peers, "quota": self._quota}
        card: QWidget = cards.get(part, self._node)
        area = card.parentWidget()
        while area is not None and not hasattr(area, "ensureWidgetVisible"):
            area = area.parentWidget()
        if area is not None:
            area.ensureWidgetVisible(card)

    # ---- parts ---------------------------------------------------------------------------------------------------
    def _show_node(self) -> None:
        bridge = self.around.bridge
        self._node.show_view(bridge.status, self.around.now_ns(), reachable=bridge.reachable)

    def _show_status(self) -> None:
        status = self.around.bridge.status
        self._show_node()
        self._final.show_status(status)
        self._show_halt()
        clear(self._peer_rows)
        if status is None or not status.peers:
            self._peer_rows.addWidget(label(tr("No peer is known."), "secondary", wrap=True))
            self._peers.chip.show_chip(None)
            return
        for peer in peer_rows(status, words()):
            self._peer_rows.addWidget(ListRow(peer.address, chip=peer.chip, detail=peer.detail))
        count = tr("{connected} of {known} connected").format(
            connected=number(connected_peers(status)), known=number(len(status.peers))
        )
        self._peers.chip.show_chip(Chip(count, "ok" if connected_peers(status) else "warn"))

    def _show_halt(self) -> None:
        status = self.around.bridge.status
        said = halted_explanation(status, words()) if status is not None else None
        if said is not None and self._said_halt != said:
            self.banner.say(said, "bad")
        self._said_halt = said

    def _show_account(self) -> None:
        bridge = self.around.bridge
        self._quota.show_account(bridge.account, self.around.now_ns(), known=bridge.account_known)
        self._facts.show_facts(self._identity())
        self._begin.setVisible("notarize" not in excluded_pages(bridge.account, words()))

    def _identity(self) -> list[Fact]:
        key = self.around.desk.public_key_text()
        facts = []
        holder = self.around.bridge.account
        if holder is not None:
            rights = tr(", ").join(permission_name(name, words().language) for name in holder.permissions)
            facts = [
                Fact(tr("Account"), account_text(holder.name, holder.id, words())),
                Fact(tr("Party"), party_name(holder.party, words().language)),
                Fact(tr("Permitted"), rights or tr("nothing yet")),
                short_digest_fact(tr("Agreement"), holder.agreement),
            ]
        return [*facts, Fact(tr("Public key"), ends(key), key, is_digest=True)]

    def _show_waiting(self) -> None:
        clear(self._waiting_rows)
        rows = self._waiting_list()
        for made in rows:
            self._waiting_rows.addWidget(made)
        if not rows:
            self._waiting_rows.addWidget(label(tr("Nothing waits for you."), "secondary", wrap=True))

    def _waiting_list(self) -> list[ListRow]:
        bridge, rows = self.around.bridge, []
        if bridge.account_known and bridge.account is None:
            detail = tr("Send your public key to the operator; evidence can be recorded once it is registered.")
            rows.append(self._waiting_row(tr("Your key is not registered yet"), detail))
        states = [item.state for item in bridge.outbox]
        kinds = ("draft", "waiting", "pending", "unknown")
        drafts, waiting, signed, unknown = (states.count(state) for state in kinds)
        if drafts:
            text = tr("%n draft(s) not signed yet", None, drafts)
            rows.append(self._waiting_row(text, tr("Kept on this computer; nothing was sent.")))
        if waiting:
            text = tr("%n record(s) signed here, waiting for approval", None, waiting)
            rows.append(self._waiting_row(text, tr("Sent as soon as the colleagues who were asked have signed.")))
        if signed:
            text = tr("%n record(s) signed, waiting to be sent", None, signed)
            rows.append(self._waiting_row(text, tr("Sent by itself as soon as the node takes it.")))
        if unknown:
            text = tr("%n record(s) submitted, outcome unknown", None, unknown)
            rows.append(self._waiting_row(text, tr("This computer asks until the outcome is known.")))
        return rows

    def _waiting_row(self, text: str, detail: str) -> ListRow:
        return ListRow(text, detail=detail, actions=[link(tr("Open"), lambda: self._go("notarize"))])

    def _show_recent(self) -> None:
        clear(self._recent_rows)
        items = [item for item in self.around.bridge.outbox if not is_waiting(item)][:RECENT]
        if not items:
            text = tr("Nothing has been recorded from this computer yet.")
            self._recent_rows.addWidget(label(text, "secondary", wrap=True))
        for item in items:
            what = f"{file_name(item.file_name)}  {line(item.subject, 40)}"
            when = clock(item.created_ns, self.around.now_ns(), words())
            is_final = item.state == "final"
            actions = [link(tr("Open"), partial(self._show_record, item.record_digest))] if is_final else []
            self._recent_rows.addWidget(
                ListRow(what, when, item_chip(item, words()), item_reason(item, words()), actions)
            )


class NodeCard(Card):
    """This computer's node: state, key number, bar while there is a distance to go."""

    def __init__(self) -> None:
        super().__init__(tr("Node on this computer"))
        self._headline = label("", "key-number")
        self._bar = Bar(tr("Blocks verified"))
        self._caption = label("", "secondary", wrap=True)
        for part in (self._headline, self._bar, self._caption):
            self.add(part)
        self.body.addStretch(1)

    def show_view(self, status: NodeStatus | None, now_ns: int, *, reachable: bool) -> None:
        """Show where the node stands."""
        view = sync_view(status, reachable=reachable, now_ns=now_ns, words=words())
        self.chip.show_chip(view.chip)
        self._headline.setText(view.headline)
        self._bar.setVisible(view.permille is not None)
        if view.permille is not None:
            self._bar.show_share(view.permille)
        self._caption.setText(view.caption)


class FinalityCard(Card):
    """The newest final height; the seal only where this computer verified it."""

    def __init__(self) -> None:
        super().__init__()
        self.setAccessibleName(tr("Newest final block"))
        self._headline = label("", "key-number")
        self._sentence = label("", "secondary", wrap=True)
        self._seal = Seal()
        words_column = QVBoxLayout()
        words_column.setSpacing(10)
        for part in (label(tr("Newest final block"), "card-title"), self._headline, self._sentence):
            words_column.addWidget(part)
        words_column.addStretch(1)
        beside_seal = QHBoxLayout()
        beside_seal.addLayout(words_column, 1)
        beside_seal.addWidget(self._seal, 0, TOP)
        self.add(beside_seal)

    def show_status(self, status: NodeStatus | None) -> None:
        """Show what is final."""
        final = is_final_here(status)
        self._seal.setVisible(final)
        if status is None or not final:
            self._headline.setText(tr("Height unknown"))
            self._sentence.setText(tr("Nothing has been verified on this computer yet."))
            return
        self._headline.setText(tr("Height {height}").format(height=number(status.height)))
        self._sentence.setText(finality_sentence(status, words()))


class QuotaCard(Card):
    """Quota points left, and when they renew."""

    def __init__(self) -> None:
        super().__init__(tr("Quota"))
        self._left = label("", "key-number")
        self._rest = label("", "secondary")
        self._bar = Bar(tr("Quota left"))
        self._note = label("", "secondary", wrap=True)
        self.add(row(self._left, self._rest, 1, spacing=8))
        self.add(self._bar)
        self.add(self._note)
        self.body.addStretch(1)

    def show_account(self, holder: AccountStatus | None, now_ns: int, *, known: bool) -> None:
        """Show what is left."""
        for part in (self._left, self._rest, self._bar):
            part.setVisible(holder is not None)
        if holder is None:
            unknown = tr("Quota is granted when the operator registers your key.")
            self._note.setText(unknown if known else tr("Not known yet."))
            return
        self._left.setText(number(holder.quota.left))
        self._rest.setText(tr("/ {points} points").format(points=number(holder.quota.points)))
        self._bar.show_share(permille(holder.quota.left, holder.quota.points))
        self._note.setText(renewal_text(holder, now_ns, words()))


def _rows_in(card: Card) -> QVBoxLayout:
    rows = QVBoxLayout()
    rows.setSpacing(6)
    card.add(rows)
    card.body.addStretch(1)
    return rows
