// The consortium's genesis document: its fingerprint, and what trust begins with.
import { fromBase64, toHex, toUtf8 } from "./bytes.js";
import { Refuted, Unusable } from "./errors.js";
import { named } from "./hashes.js";
import { canonical, parse } from "./json.js";
import { parseTime } from "./time.js";
import { addressOf, checkMembers, inOrder, setHash } from "./validators.js";

const LARGEST = 1 << 26;

function expect(holds, check) {
  if (!holds) throw new Unusable("genesis", check);
}

function member(one) {
  const key = one?.pub_key;
  expect(key?.type === "tendermint/PubKeyEd25519" && typeof key.value === "string", "genesis-validators");
  expect(typeof one.power === "string" && /^[1-9][0-9]{0,18}$/.test(one.power), "genesis-validators");
  const bytes = fromBase64(key.value);
  return { address: addressOf(bytes), key: bytes, power: BigInt(one.power) };
}

function read(text) {
  expect(text.length <= LARGEST, "genesis-size");
  const document = parse(text);
  expect(document !== null && typeof document === "object" && Array.isArray(document.validators), "genesis-fields");
  const { chain_id: chainId, genesis_time: time, initial_height: height, validators } = document;
  expect(typeof chainId === "string" && typeof time === "string" && parseTime(time) !== null, "genesis-fields");
  expect(typeof height === "string" && /^(0|[1-9][0-9]{0,18})$/.test(height), "genesis-fields");
  const members = validators.map(member).sort(inOrder);
  checkMembers(members);
  return {
    chainId,
    fingerprint: named("luopu.genesis.v1", toUtf8(canonical(document))),
    trusted: {
      height: BigInt(height === "0" ? "1" : height) - 1n,
      time: parseTime(time) - 1n,
      members,
      nextHash: setHash(members),
    },
  };
}

export function readGenesis(untrustedText) {
  try {
    return read(untrustedText);
  } catch (error) {
    if (error instanceof Refuted) throw new Unusable("genesis", `${error.check}: ${error.expected}`);
    throw error;
  }
}

export function fingerprintText(genesis) {
  return toHex(genesis.fingerprint);
}
