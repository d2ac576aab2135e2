"""What the approvals page shows of transactions that wait: lists, and one of them with everything that it says."""

from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path
from typing import Protocol

from PySide6.QtWidgets import QWidget

from app.client.members import HeldView
from app.core.messages import Explanation, action_name
from app.core.wire import registry_pb2 as wire
from app.ui.desk import RequestView
from app.ui.language import tr, words
from app.ui.present.approvals import (
    held_chip,
    held_detail,
    held_facts,
    held_frame,
    held_title,
    is_asked,
    request_chip,
    request_detail,
)
from app.ui.present.names import file_name
from app.ui.widgets.buttons import button, link
from app.ui.widgets.card import Card, row, rule
from app.ui.widgets.facts import FactBlock
from app.ui.widgets.rows import ListRow
from app.ui.widgets.text import label
from app.ui.windows.parts import Parts
from app.ui.windows.surroundings import Surroundings

FACTS_WIDTH = 132


class HeldList(Card):
    """What waits on the chain."""

    def __init__(
        self,
        around: Surroundings,
        account: wire.Account,
        views: Sequence[HeldView],
        own_key: str,
        show: Callable[[object], None],
    ) -> None:
        super().__init__(tr("Waiting on the chain"))
        if not views:
            text = tr("Nothing waits. What needs a second signature appears here at every desk of this account.")
            self.add(label(text, "secondary", wrap=True))
        for place, view in enumerate(sorted(views, key=lambda each: not is_asked(each, account, own_key))):
            if place:
                self.add(rule())
            title = held_title(view, words())
            detail = held_detail(view, account, around.bridge.status, around.now_ns(), words())
            look = link(tr("Look"), partial(show, view.id), name=tr("Look at {what}").format(what=title))
            self.add(ListRow(title, chip=held_chip(view, account, own_key, words()), detail=detail, actions=[look]))


class HeldCard(Card):
    """One transaction that waits, by its own bytes."""

    def __init__(self, around: Surroundings, account: wire.Account, view: HeldView) -> None:
        super().__init__(tr("What waits: {what}").format(what=held_title(view, words())))
        self.add(FactBlock(held_facts(view, words()), label_width=FACTS_WIDTH))
        self.add(rule())
        frame = held_frame(view, account, around.bridge.status, around.now_ns(), words())
        self.add(FactBlock(frame, label_width=FACTS_WIDTH))


class HeldDetail(Parts):
    """The same with what can be done about it."""

    def __init__(
        self,
        around: Surroundings,
        account: wire.Account,
        view: HeldView,
        own_key: str,
        *,
        back: Callable[[], None],
        discard: Callable[[], None],
    ) -> None:
        card = HeldCard(around, account, view)
        card.chip.show_chip(held_chip(view, account, own_key, words()))
        card.add(row(1, button(tr("Discard…"), discard)))
        super().__init__(_line(link(tr("← All approvals"), back)), card)


class RequestDesk(Protocol):
    """What can be done with requests."""

    def sign_request(self, request: RequestView) -> None: ...
    def ask_request(self) -> None: ...
    def ask_target(self, request: RequestView) -> None: ...
    def discard_request(self, request: RequestView) -> None: ...


class RequestList(Card):
    """Requests that travel as files."""

    def __init__(
        self, around: Surroundings, account: wire.Account, requests: Sequence[RequestView], desk: RequestDesk
    ) -> None:
        super().__init__(tr("Requests at this desk"))
        self.add_action(link(tr("Open a request file…"), desk.ask_request))
        if not requests:
            text = tr("None. A request is a file that goes from desk to desk until all whom it names have signed.")
            self.add(label(text, "secondary", wrap=True))
        for place, request in enumerate(requests):
            if place:
                self.add(rule())
            detail = request_detail(request, account, around.bridge.status, around.now_ns(), words())
            title = action_name(request.action, words().language)
            actions = _request_actions(around, request, title, desk)
            self.add(ListRow(title, chip=request_chip(request, words()), detail=detail, actions=actions))


def request_saved(path: Path) -> Explanation:
    """Where a request for colleagues went, and what to do with it."""
    sentence = tr("Saved: {name}").format(name=file_name(path.name, 72))
    hint = tr(
        "Give it to those who must sign; they open it under Approvals at their own desks. It holds no secret key."
    )
    return Explanation(sentence, hint)


def _request_actions(around: Surroundings, request: RequestView, title: str, desk: RequestDesk) -> list[QWidget]:
    status = around.bridge.status
    is_over = status is not None and status.height >= request.valid_until
    actions: list[QWidget] = []
    if request.waits_for_me:
        text = tr("Look and sign")
        actions.append(link(text, partial(desk.sign_request, request), name=f"{text}: {title}"))
    if request.is_own and not is_over:
        actions.append(link(tr("Save file…"), partial(desk.ask_target, request), name=tr("Save the request")))
    if not request.is_own or is_over:
        actions.append(link(tr("Discard"), partial(desk.discard_request, request), name=tr("Discard the request")))
    return actions


def _line(part: QWidget) -> QWidget:
    holder = QWidget()
    holder.setLayout(row(part, 1))
    return holder
