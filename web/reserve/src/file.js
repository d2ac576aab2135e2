// Step "format": from untrusted bytes to a proof whose every part is of its type, length and one encoding.
// Nothing is compared with anything else here, except inside the header.
import { fromBase64, fromHex, fromUtf8, same, toHex, toUtf8 } from "./bytes.js";
import { demand } from "./errors.js";
import { canonical, parse } from "./json.js";
import { decodeLightBlock } from "./light.js";
import { decode } from "./protobuf.js";
import { decodeProof } from "./ics23.js";
import { readStateProofs } from "./proofs.js";
import { isKey } from "./signatures.js";
import { readStep } from "./tree.js";
import { decodeTransaction } from "./transaction.js";

const LARGEST = 1 << 20;
const U63 = 1n << 63n;
const U64 = 1n << 64n;
const U128 = 1n << 128n;
const KEYS = { ed25519: [1, 32], p256: [2, 33] };

function text(value, where) {
  demand(typeof value === "string", "type", `${where}: a text`, typeof value);
  return value;
}

function number(limit, least = 0n) {
  return (value, where) => {
    demand(/^(0|[1-9][0-9]{0,39})$/.test(text(value, where)), "number", `${where}: a number`, value);
    const found = BigInt(value);
    demand(found >= least && found < limit, "number", `${where}: from ${least}, below ${limit}`, value);
    return found;
  };
}

function hex(size) {
  return (value, where) => {
    const bytes = fromHex(text(value, where));
    demand(bytes.length === size, "length", `${where}: ${size} bytes`, bytes.length);
    return bytes;
  };
}

function base64(read) {
  return (value, where) => read(fromBase64(text(value, where)), where);
}

function word(...known) {
  return (value, where) => {
    demand(known.includes(value), "word", `${where}: ${known.join(", ")}`, String(value).slice(0, 40));
    return value;
  };
}

function list(read, least, most) {
  return (value, where) => {
    demand(Array.isArray(value), "type", `${where}: a list`, typeof value);
    demand(value.length >= least && value.length <= most, "length", `${where}: ${least} to ${most}`, value.length);
    return value.map((item, at) => read(item, `${where}[${at}]`));
  };
}

function record(shape) {
  const names = Object.keys(shape).sort().join(" ");
  return (value, where) => {
    demand(value !== null && typeof value === "object" && !Array.isArray(value), "type", `${where}: an object`, typeof value);
    const given = Object.keys(value).sort().join(" ");
    demand(given === names, "fields", `${where}: ${names}`, given.slice(0, 200));
    return Object.fromEntries(Object.entries(shape).map(([name, read]) => [name, read(value[name], `${where}.${name}`)]));
  };
}

function or(empty, read) {
  return (value, where) => (value === "" ? empty : read(value, where));
}

function chainId(value, where) {
  const size = toUtf8(text(value, where)).length;
  demand(size >= 1 && size <= 50, "length", `${where}: 1 to 50 bytes`, size);
  return value;
}

function key(value, where) {
  const [name, digits] = text(value, where).split(/:(.*)/s);
  demand(name in KEYS && digits !== undefined, "word", `${where}: ed25519: or p256:`, value.slice(0, 40));
  const [algorithm, size] = KEYS[name];
  const found = { algorithm, data: hex(size)(digits, where) };
  demand(isKey(found), "word", `${where}: a point of the curve`, value);
  return found;
}

function sibling(bytes, where) {
  demand(bytes.length === 32, "length", `${where}: 32 bytes`, bytes.length);
  return bytes;
}

function readEntry(bytes) {
  const entry = decode("registry.LogEntry", bytes);
  demand(entry.attest_custody !== null, "fact", "attest_custody", "another fact");
  return { ...entry, bytes, said: decode("registry.AttestCustody", entry.attest_custody) };
}

const account = number(U64, 1n);
const who = { account, address: hex(20) };
const many = (read) => list(base64(read), 0, LARGEST);

const header = record({
  format: word("luopu.reserve.header.v1"),
  chain_id: chainId,
  genesis_fingerprint: hex(32),
  voucher: hex(16),
  kind: word("divisible", "unique"),
  height: number(U63, 1n),
  block_hash: hex(32),
  custodian: record(who),
  key,
  accounts: list(record({ ...who, balance: number(U64) }), 1, 17),
  previous: record({ sequence: number(U64), root: or(null, hex(32)) }),
});
const state = { log_size: number(U63), log_root: hex(32), map_root: hex(32), anchor: base64(decodeLightBlock) };
const file = record({
  format: word("luopu.reserve.v1"),
  header,
  user: record(who),
  leaf: record({ balance: number(U128), position: hex(32), salt: hex(32), serial: or(null, number(U64, 1n)) }),
  path: list((value, where) => readStep(hex(49)(value, where)), 0, 256),
  snapshot: record({ ...state, proofs: many(decodeProof) }),
  publication: record({
    ...state,
    transaction: base64(decodeTransaction),
    entry: base64(readEntry),
    log_index: number(U63),
    log_path: many(sibling),
  }),
  light_blocks: many(decodeLightBlock),
});

function checkHeader({ accounts, custodian, previous }) {
  const isRising = accounts.every((one, at) => at === 0 || accounts[at - 1].account < one.account);
  demand(isRising, "accounts", "accounts rising", accounts.map((one) => one.account).join(", "));
  const addresses = new Set(accounts.map(({ address }) => toHex(address)));
  demand(addresses.size === accounts.length, "accounts", "no address twice", "one twice");
  const own = accounts.find((one) => one.account === custodian.account);
  demand(own && same(own.address, custodian.address), "accounts", `the custodian ${custodian.account} among them`, "not");
  demand((previous.sequence === 0n) === (previous.root === null), "previous", "a sequence with its root", "one without the other");
}

function checkLeaf(kind, { serial, balance }) {
  if (kind === "divisible") demand(serial === null, "serial", "no serial", serial);
  else demand(serial !== null && balance === 1n, "serial", "a serial with a balance of 1", balance);
}

function checkRising(blocks) {
  const heights = blocks.map((block) => block.header.height);
  const isRising = heights.every((height, at) => at === 0 || heights[at - 1] < height);
  demand(isRising, "light-blocks", "light blocks rising", heights.join(", "));
}

export function readProof(untrustedBytes) {
  demand(untrustedBytes.length <= LARGEST, "size", `at most ${LARGEST} bytes`, untrustedBytes.length);
  const raw = parse(fromUtf8(untrustedBytes));
  demand(same(toUtf8(canonical(raw)), untrustedBytes), "canonical", "canonical JSON", "another spelling");
  const proof = file(raw, "proof");
  checkHeader(proof.header);
  checkLeaf(proof.header.kind, proof.leaf);
  checkRising(proof.light_blocks);
  const proofs = readStateProofs(proof.header, proof.snapshot.proofs);
  return { ...proof, snapshot: { ...proof.snapshot, proofs }, headerBytes: toUtf8(canonical(raw.header)) };
}
