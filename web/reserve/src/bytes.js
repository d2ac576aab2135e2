// Bytes and their texts. Everything that is read has exactly one spelling; anything else throws Refuted.
import { demand } from "./errors.js";

const ALPHABET = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789+/";
const PAIRS = Array.from({ length: 256 }, (_, byte) => byte.toString(16).padStart(2, "0"));
const SIXES = new Map([...ALPHABET].map((letter, value) => [letter, value]));
const MARKED = new TextDecoder("utf-8", { fatal: true, ignoreBOM: true });

export const EMPTY = new Uint8Array(0);
export const ZEROS = new Uint8Array(32);

export function concat(...parts) {
  const whole = new Uint8Array(parts.reduce((size, part) => size + part.length, 0));
  let at = 0;
  for (const part of parts) {
    whole.set(part, at);
    at += part.length;
  }
  return whole;
}

export function compare(left, right) {
  const shared = Math.min(left.length, right.length);
  for (let at = 0; at < shared; at += 1) if (left[at] !== right[at]) return left[at] - right[at];
  return left.length - right.length;
}

export function same(left, right) {
  return compare(left, right) === 0;
}

export function unsigned(value, size) {
  const bytes = new Uint8Array(size);
  let rest = BigInt(value);
  for (let at = size - 1; at >= 0; at -= 1) {
    bytes[at] = Number(rest & 255n);
    rest >>= 8n;
  }
  if (rest !== 0n) throw new RangeError("a number does not fit");
  return bytes;
}

export function toNumber(bytes) {
  return bytes.reduce((value, byte) => (value << 8n) | BigInt(byte), 0n);
}

export function toHex(bytes) {
  let text = "";
  for (const byte of bytes) text += PAIRS[byte];
  return text;
}

export function fromHex(text) {
  demand(/^([0-9a-f]{2})*$/.test(text), "hex", "hex digits in pairs", text);
  return Uint8Array.from({ length: text.length / 2 }, (_, at) => parseInt(text.substr(2 * at, 2), 16));
}

function toBase64(bytes) {
  let text = "";
  for (let at = 0; at < bytes.length; at += 3) {
    const three = (bytes[at] << 16) | ((bytes[at + 1] ?? 0) << 8) | (bytes[at + 2] ?? 0);
    const used = Math.min(bytes.length - at, 3) + 1;
    for (let six = 0; six < 4; six += 1) text += six < used ? ALPHABET[(three >> (18 - 6 * six)) & 63] : "=";
  }
  return text;
}

export function fromBase64(text) {
  const bare = text.replace(/={1,2}$/, "");
  const bytes = new Uint8Array((bare.length * 3) >> 2);
  let held = 0;
  let bits = 0;
  let at = 0;
  for (const letter of bare) {
    demand(SIXES.has(letter), "base64", "a letter of base64", letter);
    held = ((held << 6) | SIXES.get(letter)) & 0xffff;
    bits += 6;
    if (bits >= 8) {
      bits -= 8;
      bytes[at] = (held >> bits) & 255;
      at += 1;
    }
  }
  demand(text.length % 4 === 0 && (held & ((1 << bits) - 1)) === 0, "base64", "its one spelling", text.slice(-8));
  demand(toBase64(bytes).length === text.length, "base64", "its one spelling", text.slice(-8));
  return bytes;
}

export function toUtf8(text) {
  return new TextEncoder().encode(text);
}

export function fromUtf8(bytes) {
  try {
    return MARKED.decode(bytes);
  } catch {
    return demand(false, "utf8", "UTF-8", toHex(bytes.slice(0, 8)));
  }
}
