// RFC 6962: root of a list, and the proof that an entry stands in it.
import { demand } from "./errors.js";
import { sha256 } from "./hashes.js";

const LEAF = Uint8Array.of(0);
const INNER = Uint8Array.of(1);

function leafHash(entry) {
  return sha256(LEAF, entry);
}

function inner(left, right) {
  return sha256(INNER, left, right);
}

export function root(entries) {
  if (entries.length === 0) return sha256(new Uint8Array(0));
  if (entries.length === 1) return leafHash(entries[0]);
  let split = 1;
  while (split * 2 < entries.length) split *= 2;
  return inner(root(entries.slice(0, split)), root(entries.slice(split)));
}

// RFC 9162, 2.1.3.2. Numbers are BigInt; index below size is the caller's to see.
export function rootFromPath(entry, index, size, path) {
  let place = index;
  let last = size - 1n;
  let hash = leafHash(entry);
  for (const sibling of path) {
    demand(last !== 0n, "log-path", "a path that ends at the top", "more steps");
    if (place & 1n || place === last) {
      hash = inner(sibling, hash);
      while (!(place & 1n) && place !== 0n) {
        place >>= 1n;
        last >>= 1n;
      }
    } else hash = inner(hash, sibling);
    place >>= 1n;
    last >>= 1n;
  }
  demand(last === 0n, "log-path", "a path up to the top", "too few steps");
  return hash;
}
