// Step "finality": from the trusted validators over the light blocks to both anchors. No clock is asked.
import { same, toHex } from "./bytes.js";
import { demand } from "./errors.js";
import { checkWellFormed, FOR_BLOCK, isAbsent, signingBytes } from "./light.js";
import { isValidatorSignature } from "./signatures.js";
import { powerOf } from "./validators.js";

function isForBlock(entry) {
  return entry.block_id_flag === FOR_BLOCK;
}

function checkPlace(block, entry, member) {
  const isRight = same(entry.validator_address, member.address);
  demand(isRight, "light-places", `${toHex(member.address)} at ${block.header.height}`, toHex(entry.validator_address));
}

function checkSigned(block, entry, member) {
  const bytes = signingBytes(block.header.chain_id, block.commit, entry);
  const isGood = isValidatorSignature(member.key, bytes, entry.signature);
  demand(isGood, "light-signature", `a good signature of ${toHex(member.address)} at ${block.header.height}`, "a bad one");
}

// How much power signed for the block: [entry, member] in the order of the signatures, until it is more than `enough`.
function signedPower(block, pairs, enough) {
  let power = 0n;
  for (const [entry, member] of pairs) {
    if (power > enough) break;
    checkSigned(block, entry, member);
    power += member.power;
  }
  return power;
}

// What is missing, or null: more than a third of the power that was trusted before.
function missingThird(block, members) {
  const byAddress = new Map(members.map((member) => [toHex(member.address), member]));
  const find = (entry) => byAddress.get(toHex(entry.validator_address));
  const pairs = block.commit.signatures.filter(isForBlock).map((entry) => [entry, find(entry)]).filter(([, found]) => found);
  demand(new Set(pairs.map(([, found]) => found)).size === pairs.length, "light-twice", "each validator once", "one twice");
  const enough = powerOf(members) / 3n;
  const power = signedPower(block, pairs, enough);
  if (power > enough) return null;
  return { check: "trust-third", expected: `more than ${enough} at ${block.header.height}`, got: String(power) };
}

function checkTwoThirds(block) {
  const { header, commit, members } = block;
  demand(commit.signatures.length === members.length, "light-places", `${members.length} places`, commit.signatures.length);
  const pairs = commit.signatures.map((entry, at) => [entry, members[at]]).filter(([entry]) => isForBlock(entry));
  pairs.forEach(([entry, member]) => checkPlace(block, entry, member));
  const enough = (powerOf(members) * 2n) / 3n;
  const power = signedPower(block, pairs, enough);
  demand(power > enough, "light-two-thirds", `more than ${enough} at ${header.height}`, power);
}

// Gives what is missing for this block, or null.
function follow(block, trusted) {
  const { header, time } = block;
  demand(header.height > trusted.height, "light-order", `a height above ${trusted.height}`, header.height);
  demand(time > trusted.time, "light-order", `a time later than at ${trusted.height}`, time);
  if (header.height === trusted.height + 1n) {
    const [expected, got] = [trusted.nextHash, header.validators_hash];
    demand(same(expected, got), "light-next", toHex(expected), toHex(got));
  } else {
    const missing = missingThird(block, trusted.members);
    if (missing) return missing;
  }
  checkTwoThirds(block);
  return null;
}

function checkAllGood(block) {
  block.commit.signatures.forEach((entry, at) => {
    if (isAbsent(entry)) return;
    checkPlace(block, entry, block.members[at]);
    checkSigned(block, entry, block.members[at]);
  });
}

function next({ header, time, members }) {
  return { height: header.height, time, members, nextHash: header.next_validators_hash };
}

// `trusted` is what a genesis document gives. Gives what is missing, or null; what is missing ends it.
export function verifyFinality({ header, snapshot, publication, light_blocks: between }, trusted) {
  const anchors = [snapshot.anchor, publication.anchor];
  const blocks = [...between, ...anchors].sort((left, right) => (left.header.height < right.header.height ? -1 : 1));
  demand(anchors.includes(blocks[blocks.length - 1]), "light-order", "no light block above the anchors", "one above");
  let before = trusted;
  for (const block of blocks) {
    const found = checkWellFormed(block, header.chain_id);
    const missing = follow(found, before);
    if (missing) return missing;
    before = next(found);
  }
  anchors.forEach(checkAllGood);
  return null;
}
