// The ten steps of docs/formats/reserve.md, in their order, over one untrusted file. Pure: no clock, no network.
import { same, toHex, toUtf8 } from "./bytes.js";
import { verifyCustody } from "./custody.js";
import { demand, Refuted } from "./errors.js";
import { readProof } from "./file.js";
import { verifyFinality } from "./finality.js";
import { fingerprintText, readGenesis } from "./genesis.js";
import { verifyCoverage, verifyPublication, verifySignature } from "./publication.js";
import { toNanoseconds, writeTime } from "./time.js";
import { rootAndTotal } from "./tree.js";

const SKIPPED = Symbol("nothing to check against");

function format(work) {
  work.proof = readProof(work.bytes);
  const { chain_id, genesis_fingerprint, height } = work.proof.header;
  return { bytes: work.bytes.length, chain_id, fingerprint: toHex(genesis_fingerprint), height };
}

function user({ proof, expected }) {
  const { account, address } = proof.user;
  const facts = { account, address: toHex(address) };
  if (expected === null) return [SKIPPED, facts];
  demand([String(account), facts.address].includes(expected), "user", expected, `${account} (${facts.address})`);
  return facts;
}

function tree(work) {
  work.tree = rootAndTotal(work.proof);
  const { leaf, path } = work.proof;
  return { root: toHex(work.tree.root), total: work.tree.total, balance: leaf.balance, serial: leaf.serial ?? "", steps: path.length };
}

function trustRoot({ proof, genesis, missing }) {
  const { genesis_fingerprint: named, chain_id: chainId } = proof.header;
  if (!genesis || !same(named, genesis.fingerprint)) {
    const got = genesis ? fingerprintText(genesis) : "";
    missing.push({ check: genesis ? "other-genesis" : "no-genesis", expected: toHex(named), got });
    return [SKIPPED, { fingerprint: toHex(named) }];
  }
  demand(chainId === genesis.chainId, "chain", genesis.chainId, chainId);
  return { fingerprint: fingerprintText(genesis), chain_id: chainId };
}

function finality({ proof, genesis, missing }) {
  const { snapshot: { anchor: first }, publication: { anchor: last }, light_blocks: between } = proof;
  const facts = {
    snapshot_height: first.header.height,
    publication_height: last.header.height,
    light_blocks: between.length,
    validators: last.members.length,
  };
  if (missing.length) return [SKIPPED, facts];
  const lack = verifyFinality(proof, genesis.trusted);
  if (lack) missing.push(lack);
  return lack ? [SKIPPED, facts] : facts;
}

function snapshot({ proof }) {
  const { header } = proof.snapshot.anchor;
  const { hash } = header.last_block_id;
  demand(header.height === proof.header.height + 1n, "snapshot-height", proof.header.height + 1n, header.height);
  demand(same(hash, proof.header.block_hash), "block-hash", toHex(proof.header.block_hash), toHex(hash));
  return { height: proof.header.height, block_hash: toHex(hash), time: writeTime(toNanoseconds(header.time)) };
}

function custody(work) {
  const { voucher, own } = verifyCustody(work.proof, work.proof.snapshot.anchor);
  const { header } = work.proof;
  return {
    voucher: toHex(header.voucher),
    voucher_name: voucher.terms.name,
    product: voucher.terms.product,
    kind: header.kind,
    decimals: voucher.terms.decimals,
    custodian: header.custodian.account,
    custodian_address: toHex(header.custodian.address),
    custodian_name: own.name,
    accounts: header.accounts.map(({ account, balance }) => ({ account: String(account), balance: String(balance) })),
  };
}

function publication({ proof, tree: found }) {
  verifyPublication(proof, found);
  const { entry, log_index: index } = proof.publication;
  return { height: entry.height, log_index: index, time: writeTime(entry.time_ns), transaction: toHex(entry.transaction_hash) };
}

function signature({ proof }) {
  verifySignature(proof);
  return { signatures: proof.publication.transaction.signatures.length };
}

function coverage({ proof, tree: found }) {
  const { held, counted } = verifyCoverage(proof, found);
  return { total: found.total, held, counted, surplus: held - found.total, relation: held === found.total ? "exact" : "over" };
}

const STEPS = {
  format, user, tree, "trust-root": trustRoot, finality, snapshot, custody, publication, signature, coverage,
};
export const STEP_NAMES = Object.keys(STEPS);

function plain(facts) {
  const entries = Object.entries(facts).map(([name, value]) => [name, typeof value === "bigint" ? String(value) : value]);
  return Object.fromEntries(entries);
}

function run(work) {
  const steps = [];
  for (const [name, step] of Object.entries(STEPS)) {
    try {
      const given = step(work);
      const skipped = Array.isArray(given);
      steps.push({ name, passed: !skipped, skipped, facts: plain(skipped ? given[1] : given) });
    } catch (error) {
      if (!(error instanceof Refuted)) throw error;
      steps.push({ name, passed: false, skipped: false, facts: {} });
      return { steps, error: { step: name, check: error.check, expected: error.expected, got: error.got } };
    }
  }
  return { steps, error: null };
}

// `proof`: text or bytes. `genesis`: text, or null. `account`: number or address as text, or null.
// Throws Unusable where the genesis document cannot be read; whatever is wrong with the proof is in the report.
export function verify(proof, genesis, account) {
  const work = {
    bytes: typeof proof === "string" ? toUtf8(proof) : proof,
    genesis: genesis === null || genesis === undefined ? null : readGenesis(genesis),
    expected: account === null || account === undefined ? null : account.trim().toLowerCase(),
    missing: [],
  };
  const { steps, error } = run(work);
  const trust = work.missing.length ? "not-enough-trust" : "valid";
  return { verdict: error ? "refuted" : trust, steps, error, missing: work.missing };
}
