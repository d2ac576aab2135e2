"""The fields of an order: the document, who issued it, under which reference. They stand alike wherever an order is cited."""

from app.core.text import check_text
from app.core.wire import registry_pb2 as wire
from app.ui.language import tr
from app.ui.widgets.fields import Field, TextField
from app.ui.windows.pickers import DocumentPicker
from app.ui.windows.surroundings import Surroundings

MAX_ORDER_WORDS = 128


class OrderFields:
    """Three fields that belong together."""

    def __init__(self, around: Surroundings) -> None:
        self.document = DocumentPicker(
            around, tr("Order"), note=tr("The legal document; only its digest goes on the chain")
        )
        self.authority = TextField(
            tr("Authority"),
            check=lambda text: check_text("authority", text, least=1, most=MAX_ORDER_WORDS),
            example=tr("for instance Intermediate Court of Hangzhou"),
            note=tr("Who issued it; public"),
        )
        self.reference = TextField(
            tr("Reference"),
            check=lambda text: check_text("reference", text, most=MAX_ORDER_WORDS),
            example=tr("for instance (2026) 118"),
            is_required=False,
        )

    @property
    def fields(self) -> tuple[Field, ...]:
        """In the order in which they stand."""
        return (self.document, self.authority, self.reference)

    def value(self) -> wire.Order:
        """As the action says it."""
        return wire.Order(
            document=self.document.digest(), authority=self.authority.value(), reference=self.reference.value()
        )
