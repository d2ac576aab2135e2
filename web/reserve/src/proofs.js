// The state proofs of a file: as many as its header asks for, each of the right kind, with the values decoded.
// Leaves to custody.js whether they lead to the map's root and what the values must be.
import { demand } from "./errors.js";
import { decode } from "./protobuf.js";

function read(proof, message) {
  demand(proof.exist !== null, "proofs", `existence of a ${message}`, "another proof");
  return { proof, value: decode(`registry.${message}`, proof.exist.value) };
}

function readHolding(proof) {
  if (proof.nonexist !== null) return { proof, value: null };
  return read(proof, "Holding");
}

// In their order: voucher; of each account itself and its holding; of a unique voucher the piece.
export function readStateProofs({ accounts, kind }, proofs) {
  const isUnique = kind === "unique";
  const wanted = 1 + 2 * accounts.length + (isUnique ? 1 : 0);
  demand(proofs.length === wanted, "proofs", `${wanted} proofs`, proofs.length);
  return {
    voucher: read(proofs[0], "Voucher"),
    accounts: accounts.map((_, at) => read(proofs[1 + 2 * at], "Account")),
    holdings: accounts.map((_, at) => readHolding(proofs[2 + 2 * at])),
    piece: isUnique ? read(proofs[wanted - 1], "Piece") : null,
  };
}
