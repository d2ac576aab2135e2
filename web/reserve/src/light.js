// A light block by itself: header, commit, validators. Guarantees that they belong together, not that they are the chain's.
import { concat, same, toHex } from "./bytes.js";
import { demand } from "./errors.js";
import { root } from "./merkle.js";
import { decode, encode, filled, varint } from "./protobuf.js";
import { FIRST_TIME, isTime, toNanoseconds } from "./time.js";
import { checkMembers, inOrder, setHash } from "./validators.js";

const ABSENT = 1;
export const FOR_BLOCK = 2;
const FOR_NIL = 3;
const BLOCK_PROTOCOL = 11n;
const PRECOMMIT = 2;
const HASHES = ["last_commit_hash", "data_hash", "next_validators_hash", "consensus_hash", "last_results_hash", "evidence_hash"];
const WRAPPED = [...HASHES.slice(0, 2), "validators_hash", ...HASHES.slice(2, 4), "app_hash", ...HASHES.slice(4), "proposer_address"];

function member({ address, pub_key: key, voting_power: power, proposer_priority: priority }) {
  demand(priority === 0n, "encoding", "no proposer priority", priority);
  return { address, key: key?.ed25519 ?? null, power };
}

// In its one encoding, with sound validators in their order. A message that is left out counts as an empty one.
export function decodeLightBlock(bytes) {
  const { signed_header: signed, validator_set: set } = filled("comet.LightBlock", decode("comet.LightBlock", bytes));
  const { header, commit } = filled("comet.SignedHeader", signed);
  const whole = { ...filled("comet.Header", header), isTimed: Boolean(header.time) };
  whole.last_block_id = filled("comet.BlockID", whole.last_block_id);
  demand(!set.proposer && set.total_voting_power === 0n, "encoding", "nothing but the validators", "more");
  const members = set.validators.map(member);
  const isOrdered = members.every((one, at) => at === 0 || inOrder(members[at - 1], one) <= 0);
  demand(isOrdered, "encoding", "validators in their order", "another");
  checkMembers(members);
  return { header: whole, commit, members };
}

function headerHash(header) {
  const wrapped = (name) => encode("comet.BytesValue", { value: header[name] });
  return root([
    encode("comet.VersionConsensus", header.version),
    encode("comet.StringValue", { value: header.chain_id }),
    encode("comet.Int64Value", { value: header.height }),
    encode("google.Timestamp", header.time),
    encode("comet.BlockID", header.last_block_id),
    ...WRAPPED.map(wrapped),
  ]);
}

export function signingBytes(chainId, commit, entry) {
  const vote = encode("comet.CanonicalVote", {
    type: PRECOMMIT,
    height: commit.height,
    round: BigInt(commit.round),
    block_id: entry.block_id_flag === FOR_BLOCK ? commit.block_id : null,
    timestamp: entry.timestamp,
    chain_id: chainId,
  });
  return concat(varint(vote.length), vote);
}

export function isAbsent(entry) {
  return entry.block_id_flag === ABSENT;
}

function checkHeader(header, chainId) {
  demand(header.version.block === BLOCK_PROTOCOL, "light-header", `block protocol ${BLOCK_PROTOCOL}`, header.version.block);
  demand(header.chain_id === chainId, "light-chain", chainId, header.chain_id);
  demand(header.height >= 1n, "light-header", "a height of at least 1", header.height);
  demand(header.isTimed && isTime(header.time), "light-header", "a time between the years 1 and 9999", header.time.seconds);
  demand(header.validators_hash.length === 32, "light-header", "validators_hash of 32 bytes", header.validators_hash.length);
  demand(header.proposer_address.length === 20, "light-header", "a proposer of 20 bytes", header.proposer_address.length);
  const { hash, part_set_header: parts } = header.last_block_id;
  const hashes = [...HASHES.map((name) => header[name]), hash, parts.hash];
  demand(hashes.every((one) => one.length === 32 || one.length === 0), "light-header", "hashes of 32 bytes or none", "another length");
}

function checkEntry(entry) {
  const { block_id_flag: flag, validator_address: address, timestamp, signature } = entry;
  demand([ABSENT, FOR_BLOCK, FOR_NIL].includes(flag), "light-commit", "flag 1, 2 or 3", flag);
  if (flag === ABSENT) {
    const isEmpty = address.length === 0 && signature.length === 0;
    const isTimeless = timestamp === null || (timestamp.seconds === FIRST_TIME.seconds && timestamp.nanos === FIRST_TIME.nanos);
    demand(isEmpty && isTimeless, "light-commit", "nothing from who is absent", "something");
  } else {
    demand(address.length === 20 && signature.length === 64, "light-commit", "an address and a signature", "another length");
    demand(isTime(timestamp), "light-commit", "a time between the years 1 and 9999", timestamp?.seconds ?? "none");
  }
}

function checkCommit(commit, header, hash) {
  const { height, round, block_id: id, signatures } = commit;
  demand(height === header.height, "light-commit", `height ${header.height}`, height);
  demand(round >= 0, "light-commit", "a round of at least 0", round);
  const parts = id?.part_set_header;
  const isComplete = parts && id.hash.length === 32 && parts.hash.length === 32 && parts.total >= 1;
  demand(isComplete, "light-commit", "a complete block id", "another");
  demand(same(id.hash, hash), "light-hash", toHex(hash), toHex(id.hash));
  demand(signatures.length >= 1, "light-commit", "at least one signature", 0);
  signatures.forEach(checkEntry);
}

// Gives the block with its hash and its time in nanoseconds.
export function checkWellFormed(block, chainId) {
  const { header, commit, members } = block;
  checkHeader(header, chainId);
  const hash = headerHash(header);
  checkCommit(commit, header, hash);
  demand(same(setHash(members), header.validators_hash), "validators", toHex(header.validators_hash), toHex(setHash(members)));
  return { ...block, hash, time: toNanoseconds(header.time) };
}
