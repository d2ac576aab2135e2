// A transaction of the chain: decoded with its body, its shape, its signatures.
import { same, toHex } from "./bytes.js";
import { demand } from "./errors.js";
import { named } from "./hashes.js";
import { decode, encode } from "./protobuf.js";
import { isAccountSignature, isKey } from "./signatures.js";

const ENVELOPE = ["chain_id", "sender", "nonce", "valid_until", "approvers", "hold_until"];

export function canonicalKey(key) {
  return encode("registry.PublicKey", key);
}

export function keyText({ algorithm, data }) {
  return `${algorithm === 1 ? "ed25519" : "p256"}:${toHex(data)}`;
}

export function isSameKey(left, right) {
  return left.algorithm === right.algorithm && same(left.data, right.data);
}

// The name of the body's action and its value; the name is undefined where there is none.
export function actionOf(body) {
  return Object.entries(body).find(([name, value]) => !ENVELOPE.includes(name) && value !== null) ?? [undefined, null];
}

function checkBody(body) {
  const size = [...body.chain_id].length;
  demand(size >= 1 && size <= 50, "transaction", "a chain id of 1 to 50 characters", size);
  demand(body.sender.length === 20, "transaction", "a sender of 20 bytes", body.sender.length);
  demand(body.nonce.length === 16, "transaction", "a nonce of 16 bytes", body.nonce.length);
  demand(body.valid_until >= 1n, "transaction", "valid_until of at least 1", body.valid_until);
  demand(body.hold_until >= 0n, "transaction", "hold_until of at least 0", body.hold_until);
  demand(actionOf(body)[0] !== undefined, "transaction", "an action", "none");
}

function checkSignatures(signatures) {
  demand(signatures.length >= 1 && signatures.length <= 16, "transaction", "1 to 16 signatures", signatures.length);
  signatures.forEach(({ key }, at) => {
    demand(isKey(key), "transaction", "a key that there is", `signature ${at}`);
    const isTwice = signatures.slice(0, at).some((earlier) => isSameKey(earlier.key, key));
    demand(!isTwice, "transaction", "no key twice", `signature ${at}`);
  });
}

export function decodeTransaction(bytes) {
  const { body, signatures } = decode("registry.Transaction", bytes);
  const decoded = decode("registry.Body", body);
  checkBody(decoded);
  checkSignatures(signatures);
  return { bytes, signatures, body: decoded, digest: named("luopu.transaction.v1", body) };
}

export function checkAllSigned({ signatures, digest }) {
  signatures.forEach(({ key, signature }, at) => {
    demand(isAccountSignature(key, digest, signature), "signature-bad", "a good signature", `signature ${at}`);
  });
}
