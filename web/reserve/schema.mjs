// Reads the .proto files and gives the tables that src/protobuf.js works with: for each message its fields
// under their numbers: [name, type, "repeated" or the name of its oneof].
// Guarantees: only messages that can be reached from ROOTS; a shape that it does not know ends the build.
import { readFileSync } from "node:fs";

const PACKAGES = ["registry", "comet", "ics23"];
const ROOTS = [
  "registry.Transaction", "registry.Body", "registry.LogEntry", "registry.PublicKey", "registry.AttestCustody",
  "registry.Voucher", "registry.Account", "registry.Holding", "registry.Piece", "comet.LightBlock", "comet.CanonicalVote",
  "comet.SimpleValidator", "comet.StringValue", "comet.Int64Value", "comet.BytesValue", "ics23.CommitmentProof",
];
const SCALARS = ["bytes", "string", "bool", "int32", "int64", "uint32", "uint64", "sfixed64"];
const TIMESTAMP = { 1: ["seconds", "int64", ""], 2: ["nanos", "int32", ""] };
const FIELD = /^\s*(repeated\s+)?([\w.]+)\s+(\w+)\s*=\s*(\d+)\s*;/;

function blocks(text) {
  const found = [];
  const opening = /(^|\n)\s*(message|enum)\s+(\w+)\s*\{/g;
  for (let hit = opening.exec(text); hit; hit = opening.exec(text)) {
    let end = opening.lastIndex;
    for (let depth = 1; depth > 0; end += 1) depth += { "{": 1, "}": -1 }[text[end]] ?? 0;
    found.push({ kind: hit[2], name: hit[3], inside: text.slice(opening.lastIndex, end - 1) });
    opening.lastIndex = end;
  }
  return found;
}

function fields(inside, where) {
  const table = {};
  let oneof = "";
  for (const piece of inside.split(/(?<=[;{}])/)) {
    const opened = /^\s*oneof\s+(\w+)\s*\{$/.exec(piece);
    const field = FIELD.exec(piece);
    if (opened) oneof = opened[1];
    else if (/^\s*\}$/.test(piece)) oneof = "";
    else if (field) table[field[4]] = [field[3], field[2], field[1] ? "repeated" : oneof];
    else if (piece.trim()) throw new Error(`${where}: not understood: ${piece.trim()}`);
  }
  return table;
}

function named(type, scope, enums) {
  if (SCALARS.includes(type)) return type;
  if (type === "google.protobuf.Timestamp") return "google.Timestamp";
  return enums.has(`${scope}.${type}`) ? "enum" : `${scope}.${type}`;
}

function read(folder) {
  const insides = new Map();
  const enums = new Set();
  for (const scope of PACKAGES) {
    const text = readFileSync(new URL(`${scope}.proto`, folder), "utf8").replace(/\/\/[^\n]*/g, "");
    for (const { kind, name, inside } of blocks(text)) {
      if (kind === "enum") enums.add(`${scope}.${name}`);
      else insides.set(`${scope}.${name}`, inside);
    }
  }
  return { insides, enums };
}

export function tables(folder) {
  const { insides, enums } = read(folder);
  const found = { "google.Timestamp": TIMESTAMP };
  const wanted = [...ROOTS];
  while (wanted.length) {
    const name = wanted.shift();
    if (found[name]) continue;
    if (!insides.has(name)) throw new Error(`no message ${name}`);
    const [scope] = name.split(".");
    found[name] = fields(insides.get(name), name);
    for (const field of Object.values(found[name])) {
      field[1] = named(field[1], scope, enums);
      if (field[1].includes(".")) wanted.push(field[1]);
    }
  }
  return found;
}

export function source(folder) {
  const found = tables(folder);
  const rows = Object.keys(found).sort().map((name) => `  ${JSON.stringify(name)}: ${JSON.stringify(found[name])},`);
  return `export default {\n${rows.join("\n")}\n};\n`;
}
