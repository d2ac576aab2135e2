// The sum tree: from one leaf up to root and total.
import { concat, same, toHex, toNumber, toUtf8, unsigned } from "./bytes.js";
import { demand } from "./errors.js";
import { named, sha256 } from "./hashes.js";

const LEAF = Uint8Array.of(0);
const NODE = Uint8Array.of(1);
const ROOT = Uint8Array.of(2);
const ZERO = Uint8Array.of(0);
const SUM_LIMIT = 1n << 128n;

export function headerDigest(canonicalHeader) {
  return named("luopu.reserve.header.v1", canonicalHeader);
}

function userDigest(chainId, account, address) {
  return named("luopu.reserve.user.v1", toUtf8(chainId), ZERO, unsigned(account, 8), address);
}

function serialPosition(voucher, serial) {
  return named("luopu.reserve.serial.v1", voucher, unsigned(serial, 8));
}

function leafHash(position, user, salt, balance) {
  return sha256(LEAF, position, user, salt, unsigned(balance, 16));
}

function node(depth, left, right) {
  return sha256(NODE, Uint8Array.of(depth), left.hash, unsigned(left.sum, 16), right.hash, unsigned(right.sum, 16));
}

function isRightAt(position, depth) {
  return ((position[depth >> 3] >> (7 - (depth & 7))) & 1) === 1;
}

// One step of the path: depth, the other branch's hash and sum.
export function readStep(bytes) {
  return { depth: bytes[0], hash: bytes.slice(1, 33), sum: toNumber(bytes.slice(33)) };
}

function climb(leaf, start, path) {
  let below = 256;
  let own = start;
  for (const other of path) {
    demand(other.depth < below, "tree-depth", `a depth below ${below}`, other.depth);
    below = other.depth;
    const sum = own.sum + other.sum;
    demand(sum < SUM_LIMIT, "tree-sum", "a sum below 2^128", sum);
    const pair = isRightAt(leaf.position, other.depth) ? [other, own] : [own, other];
    own = { hash: node(other.depth, ...pair), sum };
  }
  return own;
}

export function rootAndTotal(proof) {
  const { header, headerBytes, user, leaf } = proof;
  if (header.kind === "unique") {
    const place = serialPosition(header.voucher, leaf.serial);
    demand(same(place, leaf.position), "tree-position", toHex(place), toHex(leaf.position));
  }
  const uid = userDigest(header.chain_id, user.account, user.address);
  const start = { hash: leafHash(leaf.position, uid, leaf.salt, leaf.balance), sum: leaf.balance };
  const top = climb(leaf, start, proof.path);
  const root = sha256(concat(ROOT, headerDigest(headerBytes), top.hash, unsigned(top.sum, 16)));
  return { root, total: top.sum };
}
