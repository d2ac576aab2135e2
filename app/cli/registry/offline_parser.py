"""`luopu sign`: what a computer without a node signs."""

from app.cli.registry.declaring import Family, Verb, argument

OFFLINE = Family(
    "offline",
    (
        Verb(
            "sign",
            "离线签名 · sign a request on a computer without a node",
            (
                argument("file", metavar="F", help="the request, or a picture (png, jpg) of its QR code"),
                argument("--output", metavar="G", help="where to write it with the signature added"),
                argument("--qr", metavar="P", help="write it as a QR code, a PNG"),
                argument(
                    "--anyway",
                    action="store_true",
                    help="sign although another for the same matter was signed here, whose outcome is not known here",
                ),
            ),
            signs=True,
            needs_node=False,
        ),
    ),
)
