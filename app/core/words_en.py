"""English words for what this program says: errors, steps of a verification, verdicts, outcomes.

Guarantees: whole sentences; a part in square brackets is shown only when every fact it names is known. What each table
must contain is said in `app.core.messages`, which is also the only reader.
"""

ERRORS: dict[str, tuple[str, str]] = {
    "error": (
        "Something went wrong[: {reason}].",
        "Nothing was changed. Try again; if it stays, give your administrator the log in the home folder's logs.",
    ),
    "not-decodable": (
        "The data is not what it claims to be[: {what}][: {field}][ ({reason})].",
        "It was not used. Ask whoever gave it to you for another copy.",
    ),
    "not-canonical": (
        "The data can be read but is not written in its one proper form[: {what}].",
        "It was not used, because the same content in another form would have another digest.",
    ),
    "out-of-range": (
        "A value is outside what is allowed[: {field}][, expected {expected}][, got {got}].",
        "Correct the value and try again. Nothing was changed.",
    ),
    "bad-key": (
        "The public key is malformed or of an unknown kind[ ({reason})].",
        "Copy the whole key text again, without spaces added or lost.",
    ),
    "bad-genesis": (
        "The genesis file cannot start a chain[: {reason}][, expected {expected}][, got {got}].",
        "Ask the operator for the genesis file again and compare its fingerprint by telephone.",
    ),
    "upgrade-needed": (
        (
            "The bookkeepers have decided on an upgrade that this program does not know"
            "[: from height {height} on][, version {expected} of the rules][, this program knows {got}]."
        ),
        "The node stands before it, and what was verified is kept. Install the newer program and start again: it goes on.",
    ),
    "invalid-block": (
        "A block contradicts the rules[ at height {height}][: {check}].",
        "It was not accepted, and what was verified before it stays valid. The node asks other peers.",
    ),
    "not-enough-voting-power": (
        "Too few bookkeepers signed[ height {height}][: voting power {got}][, needed {expected}].",
        "This is not final and was not accepted.",
    ),
    "app-hash-differs": (
        "The state computed here differs from the chain's[ at height {height}].",
        "The node has stopped and serves nothing more. What was verified before is kept. Tell the operator.",
    ),
    "fork-detected": (
        "Two different final blocks exist[ at height {height}].",
        "The node has stopped and kept both as evidence. Tell the operator and sign nothing until it is settled.",
    ),
    "light-client-attack": (
        (
            "Two blocks contradict each other, and both are validly signed"
            "[: height {height}][; signed both: {validators}][; evidence: {path}]."
        ),
        "Nothing was accepted and both were kept as evidence. Tell the operator and sign nothing until it is settled.",
    ),
    "trust-expired": (
        "What this light client trusts is too old to vouch for anything new[: height {height}, {time}].",
        "Get height and hash of a recent block from somebody you trust and give them with --trust.",
    ),
    "no-witness": (
        "No witness confirmed the block that the peer showed[ at height {height}].",
        "Name more witnesses that belong to different parties, or try again when they answer.",
    ),
    "store": ("The database cannot be used[: {reason}].", "Restart the program. The key is kept elsewhere."),
    "store-in-use": (
        "Another program is using this data folder[: {path}].",
        "Close the other window first, or restart the computer.",
    ),
    "store-damaged": (
        "The database is damaged[: {reason}].",
        "It was left as it is. Move it away and let the node fetch the chain again; key and drafts are kept elsewhere.",
    ),
    "store-write-failed": (
        "Writing to the disk failed[: {reason}].",
        "Writing has stopped so that nothing is lost. Free some space or check the disk, then restart the program.",
    ),
    "store-too-new": (
        "The data was written by a newer program[ (version {got})].",
        "It was left as it is. Install the newer program again.",
    ),
    "wallet": ("The key cannot be used[: {reason}].", "Nothing was signed."),
    "snapshot-invalid": (
        "The snapshot does not hold the state it claims to[ ({check})][: expected {expected}, got {got}].",
        "Nothing of it was kept. Another one is used, or all blocks are fetched.",
    ),
    "snapshot-part-damaged": (
        "A part of a snapshot is not the one that was announced[: expected {expected}, got {got}].",
        "It was not used. Another peer is asked for it.",
    ),
    "wrong-passphrase": (
        "The passphrase does not open the keystore.",
        "Nothing was changed. Check capital letters and the input method, then try again.",
    ),
    "keystore-damaged": (
        "The keystore file is damaged[: {reason}].",
        "It was left as it is. Restore it from your backup.",
    ),
    "keystore-exists": (
        "There is a keystore here already[: {path}].",
        "It was not overwritten. Unlock it, or choose another home folder.",
    ),
    "no-keystore": ("There is no keystore here yet[: {path}][: {file}].", "Set up this computer first."),
    "no-vault": ("There is no identity vault here yet[: {path}].", "It is made when the first user is enrolled."),
    "vault-exists": (
        "There is an identity vault here already[: {path}].",
        "It was not overwritten. Open it, or choose another home folder.",
    ),
    "backup-damaged": (
        "The backup cannot be used[: {reason}][ ({name})].",
        "Nothing of it was restored. Try another copy of it, or an older backup.",
    ),
    "wrong-backup-passphrase": (
        "The passphrase does not open the backup.",
        "Nothing was restored. A backup opens with the passphrase that it was given when it was made.",
    ),
    "vault-damaged": (
        "The identity vault is damaged[: {path}][ ({reason})].",
        "It was left as it is, and it cannot be fetched from the chain. Restore it from your backup.",
    ),
    "no-paper": (
        "No copy of this paper is kept here[: {sha256}].",
        "It may have been kept before copies were sealed. Otherwise restore the wallet folder from your backup.",
    ),
    "no-contact": ("There is no contact for this account[: {account}].", "Nothing was changed."),
    "weak-passphrase": (
        "The passphrase is too short[: at least {expected} characters].",
        "Several words that only you would put together make a good one.",
    ),
    "outcome-unknown": (
        "The first transaction may still be recorded[, until height {valid_until}].",
        "Wait for its outcome before signing it again, or it could be recorded twice.",
    ),
    "file-changed": (
        "The file changed while it was being read[: {path}][: {file}][ ({what})].",
        "Its digest was discarded. Close the program that writes to it, then add it again.",
    ),
    "file-unreadable": (
        "The file cannot be read[: {path}][: {file}][ ({reason})].",
        "Check that it still exists and that you may open it.",
    ),
    "invalid-bundle": (
        "This is not a sound evidence bundle[: {reason}][ ({entry})].",
        "Nothing in it should be relied on. Ask for the bundle again.",
    ),
    "node": ("The node could not do this[: {reason}].", "Try again in a moment."),
    "node-unreachable": (
        "The node on this computer does not answer[: {node}][ ({reason})].",
        "Nothing was lost. It is usually back within a minute; otherwise restart the program.",
    ),
    "not-found": ("The node has no such thing[: {what}][ {name}].", "It may not be final yet. Try again in a moment."),
    "pruned": (
        "This node no longer keeps that[: {what}][; it keeps height {oldest} and later].",
        "The record stands on the chain and stays valid. For its proof ask a node that keeps all blocks.",
    ),
    "not-yet-provable": (
        "The block after this record is not final yet[ (height {height})].",
        "The record stands. Its proof can be made with the next block, in a few seconds.",
    ),
    "peer-misbehaved": (
        "A peer sent something that cannot be[: {peer}][ ({reason})].",
        "It was not accepted, and the node goes on with the others.",
    ),
    "peer-begins-later": (
        "This peer no longer has the block that comes next here[: it begins with {lowest}].",
        "Add a peer that keeps the whole chain, or begin in an empty folder with a snapshot.",
    ),
    "no-peer": (
        "No peer answers.",
        "Check the network. What was verified is kept; drafts are sent when a peer answers again.",
    ),
    "node-halted": (
        "The node has stopped because what it follows contradicts itself[ ({reason})].",
        "Sign nothing. What was verified before is kept. Tell the operator.",
    ),
    "consensus-mismatch": (
        "CometBFT and its application do not stand at the same block[: expected {expected}, got {got}].",
        "Nothing was kept of it. Check that this CometBFT home and this application home belong to each other.",
    ),
    "usage": (
        "This cannot be used[: {argument}][ ({reason})][, expected {expected}][, got {got}].",
        "Correct it and try again.",
    ),
    "process-failed": (
        "A part of this program did not start or has stopped[: {process}][ ({reason})].",
        "Data and key are kept. Restart the program; if it happens again, give your administrator the log in logs.",
    ),
    "folder-exists": (
        "There is something here already[: {path}].",
        "It was left as it is. Name a folder that does not exist yet.",
    ),
    "bad-company": (
        "The company's file cannot be used[: {reason}][: {field}][, expected {expected}][, got {got}].",
        "Nothing was written. Ask the company for its company.json again.",
    ),
    "cometbft-missing": (
        "CometBFT is not there, or does not run[: {path}][ ({reason})].",
        "Name it by --cometbft or LUOPU_COMETBFT; go install github.com/cometbft/cometbft/cmd/cometbft@v0.39.4 gets it.",
    ),
    "cometbft-version": (
        "This is another version of CometBFT than the chain runs on[: expected {expected}][, got {got}].",
        "Nothing was started; go install github.com/cometbft/cometbft/cmd/cometbft@v0.39.4 gets the right one.",
    ),
    "not-what-was-shown": (
        "What was to be signed is not what was shown[: {what}].",
        "Nothing was signed. Draft again and read it through once more.",
    ),
    "key-locked": ("The key is locked.", "Nothing was signed. Unlock it with your passphrase and try again."),
    "signer-misbehaved": (
        "The signing device answered with something that cannot be right[: {reason}].",
        "Nothing was sent. Unplug the device, plug it in again, and retry.",
    ),
    "approval-log-altered": (
        "The log of approvals was altered[ at line {number}].",
        "It was left as it is. Signing goes on; keep a copy of the file and tell your auditor.",
    ),
    "token": (
        "The USB token refused[: {reason}][ ({token})].",
        "Nothing was signed. Unplug it, plug it in again, and retry.",
    ),
    "module-unusable": (
        "The driver for USB tokens cannot be used[: {path}][ ({reason})].",
        "Check that it is a PKCS#11 module for this computer, and install it anew if needed.",
    ),
    "module-not-trusted": (
        "Others than the administrator could change the driver for USB tokens[: {path}][ ({reason})].",
        "It was not loaded. Have it installed by an administrator, in a folder where others cannot write.",
    ),
    "module-changed": (
        "The driver for USB tokens is not the one that was accepted[: {path}].",
        "It was not loaded. If it was updated on purpose, accept it anew; otherwise tell your administrator.",
    ),
    "module-crashed": (
        "The driver for USB tokens stopped unexpectedly[: {path}][ ({reason})].",
        "Nothing was signed, and nothing else was harmed. Plug the token in again and retry.",
    ),
    "module-hangs": (
        "The driver for USB tokens did not answer in time[: {path}][ (after {seconds} seconds)].",
        "Nothing was signed; the driver is started anew. If the token waits for a touch or a PIN, retry and do that.",
    ),
    "token-removed": (
        "The USB token is not plugged in[: {token}].",
        "Nothing was signed. Plug it in and retry.",
    ),
    "token-ambiguous": (
        "Several USB tokens have the same name and number[: {token}].",
        "Nothing was signed, and no PIN was sent. Leave only the one you mean plugged in.",
    ),
    "pin-incorrect": (
        "The PIN is wrong[: {token}].",
        "Nothing was signed. Wrong tries lock the token: be sure of the PIN before you try again.",
    ),
    "pin-locked": (
        "The token is locked after too many wrong PINs[: {token}].",
        "Nothing was signed. Who handed out the token can unlock it with its PUK; a TPM unlocks itself after a while.",
    ),
    "pin-length": (
        "A PIN of this length cannot be right[: {token}].",
        "Enter the whole PIN.",
    ),
    "login-required": (
        "The token signs only after its PIN was entered[: {token}].",
        "Nothing was signed. Enter the PIN and retry.",
    ),
    "key-not-on-token": (
        "The key is on no token that is plugged in[: {token}].",
        "Nothing was signed. Plug in the token that holds it.",
    ),
    "unsupported-algorithm": (
        "The token cannot do this[: {algorithm}][ ({token})].",
        "Nothing was changed. Choose the other kind of key, or another token.",
    ),
    "token-busy": (
        "Another program is using the token[: {token}].",
        "Nothing was signed. Close that program or wait, then retry.",
    ),
    "derivation-failed": (
        "The key could not be derived from the passphrase[: {reason}].",
        "Nothing was changed. Close other programs to free memory and try again.",
    ),
    "bad-transition": (
        "The thing cannot go from one state to the other[: from {before} to {after}][ ({reason})].",
        "Nothing was changed. Look at its present state under Records.",
    ),
    "stopped": ("Stopped at your request.", "Nothing was kept of the unfinished work."),
    "mempool-full": (
        "The node holds as many waiting transactions as it may.",
        "This one was not taken, and the draft is kept. Try again in a few seconds.",
    ),
    "invalid-proof": (
        "A proof does not show what it claims to[: {check}].",
        "It was not believed. What was verified before stays valid.",
    ),
    "not-enough-trust": (
        "Nothing contradicts it, but something is missing[: {reason}].",
        "Add what is missing and verify again.",
    ),
    "file-unwritable": (
        "The file cannot be written[: {file}][ ({reason})].",
        "What stood there before is unchanged. Choose another folder or free some space, then try again.",
    ),
    "picture-unreadable": (
        "No single QR code can be read in the picture[ ({reason})].",
        "Nothing was taken in. Take the picture again, straight and sharp and with the whole code in it, or use the file.",
    ),
    "request-too-large": (
        "This is too much for one QR code[: {got} bytes][, at most {expected}].",
        "Nothing was written. Save it as a file and carry that instead.",
    ),
    "not-signed": (
        "The validator's signer did not sign[: {reason}][, expected {expected}][, got {got}].",
        "This keeps the validator from contradicting itself. If it goes on, check that the key is used in one place only.",
    ),
    "validator-key-unusable": (
        "The validator's key cannot be used[: {reason}][, expected {expected}][: {path}].",
        "Nothing was signed. Put the key file back, or make it readable by its owner only (chmod 600).",
    ),
    "sign-state-missing": (
        "There is no record of what the validator's key signed last[: {path}].",
        "Nothing was signed: without it the key could contradict what it signed before. Never start it from an old copy.",
    ),
    "sign-state-unusable": (
        "What the validator's key signed last is not known[ ({reason})][, expected {expected}][, got {got}][: {path}].",
        "Nothing was signed. Do not put an old copy in its place; docs/signer.md says how to go on.",
    ),
}

STEPS: dict[str, tuple[str, str]] = {
    "container": ("Container", "The file is a sound, unambiguous bundle."),
    "format": ("Format", "Every part has the one proper form that this version knows."),
    "trust-root": ("Trust root", "The bundle belongs to the consortium whose genesis you trust."),
    "finality": ("Finality", "More than two thirds of the bookkeepers' voting power signed the block."),
    "block": ("Block", "The header fits the commit and the blocks before it."),
    "transaction": ("Transaction", "The transaction stands in that block and was accepted."),
    "signature": ("Signature", "The signature over the transaction is genuine."),
    "account": ("Account", "The key belonged to that account, and its legal agreement is on the chain."),
    "record": ("Record", "The record stands in the chain's log, unaltered."),
    "context": ("Context", "The circumstances noted at the time fit the digest on the chain."),
    "file": ("Original file", "Both digests of the file fit the record."),
    "chain": ("Evidence chain", "The records before it follow one another without gap or change."),
}

VERDICTS: dict[str, tuple[str, str]] = {
    "valid": ("Verified", "The record is genuine and final, as verified step by step on this computer."),
    "refuted": ("Refuted", "At least one step contradicts what the bundle claims. Do not rely on it."),
    "not-enough-trust": (
        "Not enough trust",
        "Nothing contradicts the bundle, but what is needed to tie it to your trust root is missing.",
    ),
}

OUTCOMES: dict[str, str] = {
    "draft": "Draft",
    "waiting": "Waits for approval",
    "pending": "To be sent",
    "unknown": "Submitted, outcome unknown",
    "final": "Final[ (height {height})]",
    "expired": "Expired (not on the chain)",
    "refused": "Refused[ ({reason})]",
}

PARTIES: dict[str, str] = {
    "operator": "Operator",
    "bookkeeper": "Bookkeeper",
    "partner": "Partner",
    "user": "User",
    "regulator": "Regulator",
}

PERMISSIONS: dict[str, str] = {"identity": "identity", "evidence": "evidence", "voucher": "vouchers"}
