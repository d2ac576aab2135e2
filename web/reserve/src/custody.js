// Step "custody": what the state after block H says of the voucher, the accounts and the piece.
import { same, toHex, unsigned } from "./bytes.js";
import { demand } from "./errors.js";
import { named } from "./hashes.js";
import { checkUnder, keyOf } from "./ics23.js";
import { isSameKey, keyText } from "./transaction.js";

const KINDS = { divisible: 1, unique: 2 };
const CREATED = 2;
const LIVE = 0;

function appHash({ log_size: size, log_root: log, map_root: map }) {
  return named("luopu.state.v1", unsigned(size, 8), log, map);
}

export function checkState(state, anchor) {
  const own = appHash(state);
  demand(same(own, anchor.header.app_hash), "app-hash", toHex(anchor.header.app_hash), toHex(own));
}

// The value is the one that the proof showed when the file was read.
function proved(mapRoot, key, { proof, value }) {
  checkUnder(mapRoot, key, proof);
  return value;
}

function checkVoucher(voucher, kind) {
  demand(voucher.state === CREATED, "voucher-state", "created", voucher.state);
  demand(voucher.terms?.kind === KINDS[kind], "voucher-kind", kind, voucher.terms?.kind ?? "none");
}

function checkBalance(holding, { account, balance }) {
  const held = holding === null ? 0n : holding.amount + holding.packed;
  demand(held === balance, "balance", `${balance} (account ${account})`, held);
}

function checkPiece(piece, accounts) {
  demand(piece.end === LIVE, "piece-end", "live", piece.end);
  const isKept = accounts.some(({ address }) => same(address, piece.owner));
  demand(isKept, "piece-owner", "one of the custody accounts", toHex(piece.owner));
}

// Gives the voucher and the custodian's account.
export function verifyCustody({ header, leaf, snapshot }, anchor) {
  const { voucher: id, accounts, custodian, kind } = header;
  const { proofs, map_root: map } = snapshot;
  checkState(snapshot, anchor);
  const voucher = proved(map, keyOf("voucher/", id), proofs.voucher);
  checkVoucher(voucher, kind);
  accounts.forEach((one, at) => {
    const found = proved(map, keyOf("account/", one.address), proofs.accounts[at]);
    demand(found.id === one.account, "account-number", one.account, found.id);
    checkBalance(proved(map, keyOf("holding/", one.address, id), proofs.holdings[at]), one);
  });
  const own = proofs.accounts[accounts.findIndex(({ account }) => account === custodian.account)].value;
  demand(own.keys.some(({ key }) => key && isSameKey(key, header.key)), "custodian-key", keyText(header.key), "not among its keys");
  if (proofs.piece) checkPiece(proved(map, keyOf("piece/", id, unsigned(leaf.serial, 8)), proofs.piece), accounts);
  return { voucher, own };
}
