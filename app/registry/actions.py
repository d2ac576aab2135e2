"""What each action does: its name in a body → the function that carries it out."""

from collections.abc import Callable, Mapping

from app.registry.acted import Acted
from app.registry.agreements import confirm_agreement, open_agreement, retract_confirmation
from app.registry.context import Context
from app.registry.evidence import notarize
from app.registry.governance import approve, propose
from app.registry.identity.certifying import certify, enrol, revoke_certification
from app.registry.identity.freezing import freeze, unfreeze
from app.registry.identity.granting import grant, withdraw_grant
from app.registry.identity.recognising import recognise
from app.registry.identity.recovery import reset_key
from app.registry.parties.admission import admit, amend
from app.registry.parties.held import discard
from app.registry.parties.keys import change_keys, set_thresholds
from app.registry.parties.naming import rename
from app.registry.parties.orders import record_order, resume, suspend
from app.registry.vouchers.applying import apply_voucher, create_voucher, decline_voucher, manage_voucher
from app.registry.vouchers.custody import assign_custody, attest_custody
from app.registry.vouchers.moving import allocate, expire, redeem, transfer
from app.registry.vouchers.packing import merge, split
from app.registry.vouchers.supervising import supervise

Handler = Callable[[Context], Acted]

HANDLERS: Mapping[str, Handler] = {
    "notarize": notarize,
    "propose": propose,
    "approve": approve,
    "change_keys": change_keys,
    "set_thresholds": set_thresholds,
    "rename": rename,
    "discard": discard,
    "admit": admit,
    "amend": amend,
    "suspend": suspend,
    "resume": resume,
    "record_order": record_order,
    "enrol": enrol,
    "certify": certify,
    "revoke_certification": revoke_certification,
    "recognise": recognise,
    "reset_key": reset_key,
    "freeze": freeze,
    "unfreeze": unfreeze,
    "grant": grant,
    "withdraw_grant": withdraw_grant,
    "open_agreement": open_agreement,
    "confirm_agreement": confirm_agreement,
    "retract_confirmation": retract_confirmation,
    "apply_voucher": apply_voucher,
    "create_voucher": create_voucher,
    "decline_voucher": decline_voucher,
    "manage_voucher": manage_voucher,
    "allocate": allocate,
    "transfer": transfer,
    "split": split,
    "merge": merge,
    "redeem": redeem,
    "expire": expire,
    "supervise": supervise,
    "attest_custody": attest_custody,
    "assign_custody": assign_custody,
}
