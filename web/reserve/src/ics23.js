// Presence and absence of a key in the map, by ICS 23 proofs in the one layout of this chain.
// Leaves to its caller what the value means.
import { compare, concat, same, toHex, toUtf8, ZEROS } from "./bytes.js";
import { demand } from "./errors.js";
import { sha256 } from "./hashes.js";
import { decode } from "./protobuf.js";

const SHA256 = 1;
const NO_PREFIX = 0;
const DEEPEST = 256;
const LEAF = Uint8Array.of(0);

function checkLeaf(leaf) {
  const isOurs = leaf !== null && leaf.hash === SHA256 && leaf.prehash_key === SHA256 && leaf.prehash_value === SHA256
    && leaf.length === NO_PREFIX && same(leaf.prefix, LEAF);
  demand(isOurs, "map-layout", "the leaf of this map", "another");
}

// Which child we are at a step, and what the other one is.
function side(step) {
  const { hash, prefix, suffix } = step;
  const isLeft = prefix.length === 1 && suffix.length === 32;
  const isRight = prefix.length === 33 && suffix.length === 0;
  demand(hash === SHA256 && prefix[0] === 1 && (isLeft || isRight), "map-layout", "an inner node of this map", "another");
  return { isLeft, other: isLeft ? suffix : prefix.slice(1), prefix, suffix };
}

// The steps of an existence proof that leads to `root`.
function climb(proof, root) {
  checkLeaf(proof.leaf);
  demand(proof.key.length > 0 && proof.value.length > 0, "map-layout", "a key and a value", "nothing");
  demand(proof.path.length <= DEEPEST, "map-layout", `at most ${DEEPEST} steps`, proof.path.length);
  const steps = proof.path.map(side);
  let hash = sha256(LEAF, sha256(proof.key), sha256(proof.value));
  for (const { prefix, suffix } of steps) hash = sha256(prefix, hash, suffix);
  demand(same(hash, root), "map-root", toHex(root), toHex(hash));
  return steps;
}

function isOutermost(steps, isLeft) {
  return steps.every((step) => step.isLeft === isLeft || same(step.other, ZEROS));
}

function areNeighbours(left, right) {
  let [down, low] = [left.length - 1, right.length - 1];
  while (down >= 0 && low >= 0 && same(left[down].prefix, right[low].prefix) && same(left[down].suffix, right[low].suffix)) {
    down -= 1;
    low -= 1;
  }
  if (down < 0 || low < 0 || !left[down].isLeft || right[low].isLeft) return false;
  return isOutermost(left.slice(0, down), false) && isOutermost(right.slice(0, low), true);
}

function checkAbsence(proof, key, root) {
  demand(same(proof.key, key), "map-key", toHex(key), toHex(proof.key));
  if (proof.left === null && proof.right === null) {
    demand(same(root, ZEROS), "map-neighbours", "neighbours", "none in a map that is not empty");
    return;
  }
  const place = sha256(key);
  const left = proof.left && climb(proof.left, root);
  const right = proof.right && climb(proof.right, root);
  const isBetween = (!left || compare(sha256(proof.left.key), place) < 0) && (!right || compare(place, sha256(proof.right.key)) < 0);
  demand(isBetween, "map-neighbours", "neighbours on both sides of the key", "others");
  const isGap = left && right ? areNeighbours(left, right) : isOutermost(left ?? right, Boolean(right));
  demand(isGap, "map-neighbours", "neighbours with nothing between them", "something between");
}

// The proof, of presence or of absence, holds for this key under this root.
export function checkUnder(root, key, { exist, nonexist }) {
  if (nonexist !== null) checkAbsence(nonexist, key, root);
  else {
    demand(same(exist.key, key), "map-key", toHex(key), toHex(exist.key));
    climb(exist, root);
  }
}

export function keyOf(prefix, ...parts) {
  return concat(toUtf8(prefix), ...parts);
}

export function decodeProof(bytes) {
  return decode("ics23.CommitmentProof", bytes);
}
