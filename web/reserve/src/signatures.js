// Signatures: of validators as ZIP-215 says; of accounts as libsodium says (Ed25519), or ECDSA P-256 with a low S.
import { ed25519 } from "@noble/curves/ed25519.js";
import { p256 } from "@noble/curves/nist.js";
import { sha512 } from "@noble/hashes/sha2.js";

import { concat, same, toHex } from "./bytes.js";

const { Point } = ed25519;
const ORDER = Point.Fn.ORDER;
const REMEMBERED = 4096;

function little(bytes) {
  return bytes.reduceRight((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

function orFalse(check) {
  try {
    return check();
  } catch {
    return false; // the library throws at what is no point
  }
}

// A pure function that is asked again and again: many proofs rest on the same light blocks.
function remembering(check) {
  const known = new Map();
  return (key, message, signature) => {
    const asked = `${toHex(key)} ${toHex(message)} ${toHex(signature)}`;
    if (!known.has(asked)) {
      if (known.size >= REMEMBERED) known.clear();
      known.set(asked, check(key, message, signature));
    }
    return known.get(asked);
  };
}

export const isValidatorSignature = remembering((key, message, signature) =>
  orFalse(() => ed25519.verify(signature, message, key, { zip215: true })),
);

// [S]B = R + [k]A without a cofactor. R is compared as bytes, so it is canonical where it is equal.
function isEd25519(key, digest, signature) {
  const [r, s] = [signature.slice(0, 32), little(signature.slice(32))];
  if (s >= ORDER) return false;
  const a = Point.fromBytes(key, false);
  if (a.isSmallOrder() || Point.fromBytes(r, false).isSmallOrder()) return false;
  const k = little(sha512(concat(r, key, digest))) % ORDER;
  const found = Point.BASE.multiplyUnsafe(s).subtract(a.multiplyUnsafe(k));
  return same(found.toBytes(), r);
}

function isP256(key, digest, signature) {
  return p256.verify(signature, digest, key, { prehash: false, lowS: true, format: "compact" });
}

const P256 = 2;
const ALGORITHMS = { 1: [32, isEd25519], [P256]: [33, isP256] };

// Of an algorithm and a length that there is; of P-256 a point of the curve. `key` is a registry.PublicKey.
export function isKey(key) {
  if (key === null || ALGORITHMS[key.algorithm]?.[0] !== key.data.length) return false;
  return key.algorithm !== P256 || orFalse(() => Boolean(p256.Point.fromBytes(key.data)));
}

export function isAccountSignature(key, digest, signature) {
  if (!isKey(key) || signature.length !== 64) return false;
  return orFalse(() => ALGORITHMS[key.algorithm][1](key.data, digest, signature));
}
