// SHA-256, also with the name of what is hashed in front.
import { sha256 as digest } from "@noble/hashes/sha2.js";

import { concat, toUtf8 } from "./bytes.js";

const ZERO = new Uint8Array(1);

export function sha256(...parts) {
  return digest(parts.length === 1 ? parts[0] : concat(...parts));
}

export function named(name, ...parts) {
  return digest(concat(toUtf8(name), ZERO, ...parts));
}
