// A set of validators: its order, its hash, who has how much power.
import { compare, same, toHex } from "./bytes.js";
import { demand } from "./errors.js";
import { sha256 } from "./hashes.js";
import { root } from "./merkle.js";
import { encode } from "./protobuf.js";

const MOST_MEMBERS = 10000;
const MOST_POWER = ((1n << 63n) - 1n) / 8n;

export function addressOf(key) {
  return sha256(key).slice(0, 20);
}

// Members are {address, key, power}. The order of the chain: power falling, then address rising.
export function inOrder(left, right) {
  if (left.power !== right.power) return left.power > right.power ? -1 : 1;
  return compare(left.address, right.address);
}

export function checkMembers(members) {
  demand(members.length >= 1 && members.length <= MOST_MEMBERS, "validators", `1 to ${MOST_MEMBERS} validators`, members.length);
  const known = new Set();
  for (const { address, key, power } of members) {
    demand(key !== null && key.length === 32, "validators", "Ed25519 keys of 32 bytes", "another");
    demand(same(address, addressOf(key)), "validators", toHex(addressOf(key)), toHex(address));
    demand(power >= 1n, "validators", "power of at least 1", power);
    demand(!known.has(toHex(address)), "validators", "each validator once", toHex(address));
    known.add(toHex(address));
  }
  demand(powerOf(members) <= MOST_POWER, "validators", `at most ${MOST_POWER} of power`, powerOf(members));
}

export function powerOf(members) {
  return members.reduce((sum, member) => sum + member.power, 0n);
}

export function setHash(members) {
  const leaf = ({ key, power }) => encode("comet.SimpleValidator", { pub_key: { ed25519: key }, voting_power: power });
  return root(members.map(leaf));
}
