// Protobuf after the tables that ../schema.mjs makes of the .proto files, in one encoding: fields rising, no default written, no unknown field,
// shortest varints. `decode` gives objects with every field; a message that is not there is null, so is a oneof's member.
import { compare, concat, EMPTY, fromUtf8, toUtf8 } from "./bytes.js";
import { demand, Refuted } from "./errors.js";
import TABLES from "proto:messages";

const VARINT = 0;
const FIXED64 = 1;
const BYTES = 2;
const SMALL = new Set(["int32", "uint32", "enum"]);
const LENGTHS = new Set(["bytes", "string"]);

export function encode(name, value) {
  const parts = [];
  for (const [number, [field, type, label]] of Object.entries(TABLES[name])) {
    const given = value[field];
    if (label === "repeated") parts.push(...encodeAll(Number(number), type, given ?? []));
    else if (given !== null && given !== undefined && (label || !isDefault(type, given))) {
      parts.push(...encodeOne(Number(number), type, given));
    }
  }
  return concat(...parts);
}

function isDefault(type, value) {
  if (LENGTHS.has(type)) return value.length === 0;
  if (type.includes(".")) return false;
  return BigInt(value) === 0n;
}

function encodeAll(number, type, values) {
  if (LENGTHS.has(type) || type.includes(".")) return values.flatMap((value) => encodeOne(number, type, value));
  return values.length ? delimited(number, concat(...values.map((value) => varint(value)))) : [];
}

function encodeOne(number, type, value) {
  if (type.includes(".")) return delimited(number, encode(type, value));
  if (LENGTHS.has(type)) return delimited(number, type === "string" ? toUtf8(value) : value);
  if (type === "sfixed64") return [tag(number, FIXED64), fixed64(value)];
  return [tag(number, VARINT), varint(value)];
}

function delimited(number, bytes) {
  return [tag(number, BYTES), varint(bytes.length), bytes];
}

function tag(number, wire) {
  return varint((number << 3) | wire);
}

export function varint(value) {
  const bytes = [];
  let rest = BigInt.asUintN(64, BigInt(value));
  for (; rest > 127n; rest >>= 7n) bytes.push(Number(rest & 127n) | 128);
  bytes.push(Number(rest));
  return Uint8Array.from(bytes);
}

function fixed64(value) {
  const bytes = new Uint8Array(8);
  new DataView(bytes.buffer).setBigInt64(0, BigInt(value), true);
  return bytes;
}

// Refused unless encoding gives the same bytes again.
export function decode(name, bytes) {
  const value = decodeLoosely(name, bytes);
  demand(compare(encode(name, value), bytes) === 0, "encoding", `${name} in its one encoding`, "another");
  return value;
}

function empty(name) {
  const value = {};
  for (const [field, type, label] of Object.values(TABLES[name])) value[field] = initial(type, label);
  return value;
}

// The same value, with an empty message for each that was left out.
export function filled(name, value) {
  const whole = { ...value };
  for (const [field, type, label] of Object.values(TABLES[name])) {
    if (type.includes(".") && !label) whole[field] = value[field] ?? empty(type);
  }
  return whole;
}

function initial(type, label) {
  if (label === "repeated") return [];
  if (label || type.includes(".")) return null;
  if (type === "bytes") return EMPTY;
  if (type === "string") return "";
  if (type === "bool") return false;
  return SMALL.has(type) ? 0 : 0n;
}

function decodeLoosely(name, bytes) {
  const value = empty(name);
  const reader = new Reader(bytes, name);
  while (reader.at < bytes.length) {
    const head = reader.varint();
    const row = TABLES[name][String(head >> 3n)];
    demand(row !== undefined, "encoding", `fields of ${name}`, `field ${head >> 3n}`);
    place(value, row, Number(head & 7n), reader, name);
  }
  return value;
}

function place(value, [field, type, label], wire, reader, name) {
  const isScalar = !LENGTHS.has(type) && !type.includes(".");
  const wanted = isScalar && label !== "repeated" ? VARINT : BYTES;
  demand(wire === wanted, "encoding", `${name}.${field} with wire type ${wanted}`, wire);
  if (label === "repeated") value[field].push(...(isScalar ? packed(type, reader) : [one(type, reader)]));
  else {
    if (label) for (const [other, , group] of Object.values(TABLES[name])) if (group === label) value[other] = null;
    value[field] = one(type, reader);
  }
}

function packed(type, outer) {
  const reader = new Reader(outer.bytes(), type);
  const values = [];
  while (reader.at < reader.whole.length) values.push(one(type, reader));
  return values;
}

function one(type, reader) {
  if (type.includes(".")) return decodeLoosely(type, reader.bytes());
  if (type === "bytes") return reader.bytes();
  if (type === "string") return fromUtf8(reader.bytes());
  const value = reader.varint();
  if (type === "bool") return value !== 0n;
  if (type === "uint64") return value;
  if (type === "int64") return BigInt.asIntN(64, value);
  return Number(type === "uint32" ? BigInt.asUintN(32, value) : BigInt.asIntN(32, value));
}

class Reader {
  constructor(bytes, name) {
    this.whole = bytes;
    this.name = name;
    this.at = 0;
  }

  varint() {
    let value = 0n;
    for (let size = 0; size < 10; size += 1) {
      const byte = this.whole[this.at];
      if (byte === undefined) throw new Refuted("encoding", `more of ${this.name}`, "its end");
      this.at += 1;
      value |= BigInt(byte & 127) << BigInt(7 * size);
      if (byte < 128) return BigInt.asUintN(64, value);
    }
    throw new Refuted("encoding", "a varint of at most 10 bytes", `more in ${this.name}`);
  }

  bytes() {
    const size = this.varint();
    demand(size <= BigInt(this.whole.length - this.at), "encoding", `more of ${this.name}`, "its end");
    const found = this.whole.slice(this.at, this.at + Number(size));
    this.at += Number(size);
    return found;
  }
}
