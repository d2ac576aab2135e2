// Steps "publication" and "signature": what the custodian put on the chain in block P, and that it was the custodian.
import { same, toHex, toNumber } from "./bytes.js";
import { checkState } from "./custody.js";
import { demand } from "./errors.js";
import { sha256 } from "./hashes.js";
import { rootFromPath } from "./merkle.js";
import { encode } from "./protobuf.js";
import { toNanoseconds } from "./time.js";
import { headerDigest } from "./tree.js";
import { actionOf, canonicalKey, checkAllSigned, keyText } from "./transaction.js";

const LONGEST = 86400n * 1000000000n;

function checkLog({ entry, log_index: index, log_size: size, log_path: path, log_root: root }) {
  demand(index < size, "log-index", `an index below ${size}`, index);
  const own = rootFromPath(entry.bytes, index, size, path);
  demand(same(own, root), "log-root", toHex(root), toHex(own));
}

function checkFact(entry, { header, headerBytes }, { root, total }) {
  const { said } = entry;
  const digest = headerDigest(headerBytes);
  demand(same(said.voucher, header.voucher), "said-voucher", toHex(header.voucher), toHex(said.voucher));
  demand(same(said.root, root), "said-root", toHex(said.root), toHex(root));
  demand(said.total === total, "said-total", said.total, total);
  demand(same(said.statement, digest), "said-statement", toHex(said.statement), toHex(digest));
  const others = header.accounts.map(({ account }) => account).filter((account) => account !== header.custodian.account);
  demand(said.accounts.join(", ") === others.join(", "), "said-accounts", said.accounts.join(", "), others.join(", "));
}

export function verifyPublication(proof, tree) {
  const { header, publication, snapshot } = proof;
  const { entry, anchor } = publication;
  const { height } = anchor.header;
  demand(entry.height + 1n === height, "publication-height", height - 1n, entry.height);
  demand(entry.height > header.height, "publication-height", `above ${header.height}`, entry.height);
  checkState(publication, anchor);
  checkLog(publication);
  checkFact(entry, proof, tree);
  demand(same(entry.sender, header.custodian.address), "publication-sender", toHex(header.custodian.address), toHex(entry.sender));
  const later = entry.time_ns - toNanoseconds(snapshot.anchor.header.time);
  demand(later >= 0n && later <= LONGEST, "publication-time", "at most 86400 s later", `${later / 1000000000n} s`);
}

function texts(keys) {
  return keys.map(toHex).join(" ");
}

function checkHeld(entry, body) {
  const [name, action] = actionOf(body);
  demand(name === "countersign", "signature-action", "countersign", name);
  demand(same(action.held, entry.held), "signature-action", toHex(entry.held), toHex(action.held));
}

function checkDirect(entry, { body, signatures }) {
  const others = texts(signatures.slice(1).map(({ key }) => canonicalKey(key)));
  const named = texts(body.approvers.map(canonicalKey));
  demand(others === texts(entry.approvers), "signature-approvers", texts(entry.approvers), others);
  demand(named === others, "signature-approvers", others, named);
  const [name, action] = actionOf(body);
  demand(name === "attest_custody", "signature-action", "attest_custody", name);
  const own = encode("registry.AttestCustody", action);
  demand(same(own, entry.attest_custody), "signature-action", toHex(entry.attest_custody), toHex(own));
}

export function verifySignature({ header, publication }) {
  const { entry, transaction } = publication;
  const { body, signatures, bytes } = transaction;
  demand(same(sha256(bytes), entry.transaction_hash), "transaction-hash", toHex(entry.transaction_hash), toHex(sha256(bytes)));
  demand(body.chain_id === header.chain_id, "signature-chain", header.chain_id, body.chain_id);
  demand(same(body.sender, header.custodian.address), "signature-sender", toHex(header.custodian.address), toHex(body.sender));
  checkAllSigned(transaction);
  const first = canonicalKey(signatures[0].key);
  demand(same(first, entry.signer), "signature-signer", toHex(entry.signer), toHex(first));
  if (entry.held.length > 0) checkHeld(entry, body);
  else checkDirect(entry, transaction);
  const holders = [entry.signer, ...entry.approvers];
  const own = canonicalKey(header.key);
  demand(holders.some((key) => same(key, own)), "signature-key", keyText(header.key), "not among those that signed");
}

export function verifyCoverage({ header, publication }, { total }) {
  const { result } = publication.entry;
  const held = header.accounts.reduce((sum, { balance }) => sum + balance, 0n);
  demand(total <= held, "coverage", `at most ${held}`, total);
  demand(result.length === 8, "result", "8 bytes", result.length);
  const counted = toNumber(result);
  demand(total <= counted, "coverage-later", `at most ${counted}`, total);
  return { held, counted };
}
