// Reads a chain with the official JavaScript client and checks what it is told.
//
//   node read.cjs URL      with {"height", "transaction", "submit"} as JSON on standard input; transactions are base64
//
// Prints what it saw as one line of JSON; ends with an error where an answer cannot be right.
"use strict";

const assert = require("node:assert/strict");
const { createHash } = require("node:crypto");
const { Comet38Client, connectComet, rawEd25519PubkeyToRawAddress } = require("@cosmjs/tendermint-rpc");

const DEADLINE_MS = 30_000;
const COMMIT_FLAG = 2;

const sha256 = (...parts) => createHash("sha256").update(Buffer.concat(parts)).digest();
const hex = (bytes) => Buffer.from(bytes).toString("hex");
const bytes = (text) => new Uint8Array(Buffer.from(text, "base64"));

// ---- hashes, as CometBFT computes them; the client's own are those of a version long gone
function varint(value) {
  const out = [];
  for (let rest = BigInt(value); ; rest >>= 7n) {
    if (rest < 0x80n) return Buffer.from([...out, Number(rest)]);
    out.push(Number(rest & 0x7fn) | 0x80);
  }
}

const number = (tag, value) => (value ? Buffer.concat([Buffer.from([tag]), varint(value)]) : Buffer.alloc(0));
const content = (tag, data) => (data.length ? Buffer.concat([Buffer.from([tag]), varint(data.length), data]) : Buffer.alloc(0));

function blockIdBytes({ hash, parts }) {
  const inner = Buffer.concat([number(0x08, parts.total), content(0x12, Buffer.from(parts.hash))]);
  return Buffer.concat([content(0x0a, Buffer.from(hash)), content(0x12, inner)]);
}

function timeBytes(time) {
  const milliseconds = time.getTime();
  const nanoseconds = (milliseconds % 1000) * 1_000_000 + time.nanoseconds;
  return Buffer.concat([number(0x08, Math.floor(milliseconds / 1000)), number(0x10, nanoseconds)]);
}

function treeRoot(leaves) {
  if (leaves.length === 1) return sha256(Buffer.from([0]), leaves[0]);
  let left = 1;
  while (left * 2 < leaves.length) left *= 2;
  return sha256(Buffer.from([1]), treeRoot(leaves.slice(0, left)), treeRoot(leaves.slice(left)));
}

function headerHash(header) {
  const digests = [header.lastCommitHash, header.dataHash, header.validatorsHash, header.nextValidatorsHash];
  digests.push(header.consensusHash, header.appHash, header.lastResultsHash, header.evidenceHash, header.proposerAddress);
  return treeRoot([
    Buffer.concat([number(0x08, header.version.block), number(0x10, header.version.app)]),
    content(0x0a, Buffer.from(header.chainId)),
    number(0x08, header.height),
    timeBytes(header.time),
    blockIdBytes(header.lastBlockId),
    ...digests.map((digest) => content(0x0a, Buffer.from(digest))),
  ]);
}

// RFC 6962: the root that a leaf's path leads to
function rootOf(leafHash, aunts, index, total) {
  if (total === 1) {
    assert.equal(aunts.length, 0);
    return leafHash;
  }
  let left = 1;
  while (left * 2 < total) left *= 2;
  const [rest, last] = [aunts.slice(0, -1), aunts.at(-1)];
  return index < left
    ? sha256(Buffer.from([1]), rootOf(leafHash, rest, index, left), last)
    : sha256(Buffer.from([1]), last, rootOf(leafHash, rest, index - left, total - left));
}

// ---- reading
async function readStatus(client, seen) {
  const status = await client.status();
  assert.ok(status.syncInfo.latestBlockHeight >= 1);
  assert.equal(status.syncInfo.catchingUp, false);
  assert.equal(status.nodeInfo.protocolVersion.block, 11);
  seen.network = status.nodeInfo.network;
  assert.equal((await client.genesis()).chainId, seen.network);
  assert.ok((await client.abciInfo()).lastBlockHeight >= status.syncInfo.latestBlockHeight);
  assert.equal(await client.health(), null);
  assert.ok((await client.numUnconfirmedTxs()).total >= 0);
}

async function readBlock(client, height, seen) {
  const { blockId, block } = await client.block(height);
  assert.deepEqual([block.header.height, block.header.chainId], [height, seen.network]);
  assert.equal(hex(headerHash(block.header)), hex(blockId.hash));
  const { header, commit, canonical } = await client.commit(height);
  assert.deepEqual(header, block.header);
  assert.equal(hex(commit.blockId.hash), hex(blockId.hash));
  assert.equal(canonical, true);
  const { validators } = await client.validatorsAll(height);
  const addresses = validators.map((validator) => hex(rawEd25519PubkeyToRawAddress(validator.pubkey.data)));
  assert.deepEqual(addresses, validators.map((validator) => hex(validator.address)));
  assert.ok(addresses.includes(hex(header.proposerAddress)));
  const signers = commit.signatures.filter((signature) => signature.blockIdFlag === COMMIT_FLAG);
  assert.ok(3 * signers.length > 2 * validators.length);
  assert.ok(signers.every((signature) => addresses.includes(hex(signature.validatorAddress))));
  const { blockMetas } = await client.blockchain(height, height);
  assert.deepEqual(blockMetas.map((meta) => [meta.numTxs, meta.header]), [[block.txs.length, header]]);
  seen.validators = validators.length;
  seen.transactions = block.txs.length;
  return block;
}

async function readTransaction(client, block, raw, seen) {
  const hash = sha256(raw);
  const found = await client.tx({ hash, prove: true });
  assert.equal(found.height, block.header.height);
  assert.equal(hex(found.tx), hex(raw));
  assert.equal(hex(block.txs[found.index]), hex(raw));
  const { leafHash, aunts, index, total } = found.proof.proof;
  assert.deepEqual([index, total], [found.index, block.txs.length]);
  assert.equal(hex(leafHash), hex(sha256(Buffer.from([0]), hash)));
  assert.equal(hex(rootOf(leafHash, aunts, index, total)), hex(block.header.dataHash));
  const search = await client.txSearch({ query: `tx.height=${found.height}`, prove: true });
  assert.deepEqual([search.totalCount, search.txs[found.index]], [block.txs.length, found]);
  const results = await client.blockResults(found.height);
  assert.equal(results.results.length, block.txs.length);
  assert.deepEqual(results.results[found.index], found.result);
  assert.deepEqual(results.validatorUpdates, []);
  seen.events = found.result.events.map((event) => event.type);
  seen.code = found.result.code;
}

// Resolves with the first event that is looked for
function next(stream, isWanted) {
  return new Promise((resolve, reject) => {
    const subscription = stream.subscribe({
      next: (event) => {
        if (isWanted(event)) {
          subscription.unsubscribe();
          resolve(event);
        }
      },
      error: reject,
      complete: () => reject(new Error("the stream has ended")),
    });
  });
}

async function submitAndListen(url, raw, seen) {
  const client = await Comet38Client.connect(url.replace("http", "ws"));
  const hash = hex(sha256(raw));
  const block = next(client.subscribeNewBlock(), ({ txs }) => txs.some((tx) => hex(sha256(tx)) === hash));
  const header = next(client.subscribeNewBlockHeader(), () => true);
  const transaction = next(client.subscribeTx(), (event) => hex(event.hash) === hash);
  const all = Promise.all([block, header, transaction]);
  await client.status(); // answered in order, so the subscriptions have begun
  const taken = await client.broadcastTxSync({ tx: raw });
  assert.deepEqual([taken.code, hex(taken.hash)], [0, hash]);
  const [inBlock, anyHeader, landed] = await all;
  assert.equal(landed.height, inBlock.header.height);
  assert.equal(landed.result.code, 0);
  assert.ok(anyHeader.height <= inBlock.header.height);
  const again = await client.broadcastTxSync({ tx: raw }).catch((error) => ({ code: String(error) }));
  assert.notEqual(again.code, 0);
  client.disconnect();
  seen.landed = landed.height;
}

async function main() {
  const url = process.argv[2];
  let input = "";
  for await (const piece of process.stdin) input += piece;
  const { height, transaction, submit } = JSON.parse(input);
  const seen = { clients: [] };
  for (const client of [await connectComet(url), await Comet38Client.connect(url)]) {
    seen.clients.push(client.constructor.name);
    await readStatus(client, seen);
    const block = await readBlock(client, height, seen);
    await readTransaction(client, block, bytes(transaction), seen);
    client.disconnect();
  }
  await submitAndListen(url, bytes(submit), seen);
  console.log(JSON.stringify(seen));
}

setTimeout(() => {
  console.error("nothing more was heard in time");
  process.exit(1);
}, DEADLINE_MS);
main().then(
  () => process.exit(0), // the client leaves a socket behind, whomever it spoke to
  (error) => {
    console.error(error);
    process.exit(1);
  },
);
