// JSON, strictly read (RFC 8259, no name twice) and written in its one canonical form (RFC 8785).
// Leaves to its caller what the values mean. Objects have no prototype, so every name is only a name.
import { demand } from "./errors.js";

const DEEPEST = 64;
const NUMBER = /-?(?:0|[1-9]\d*)(?:\.\d+)?(?:[eE][+-]?\d+)?/y;
const STRING = /"(?:[^"\\\u0000-\u001f]|\\(?:["\\/bfnrt]|u[0-9a-fA-F]{4}))*"/y;
const SPACE = /[ \t\n\r]*/y;
const WORDS = { t: ["true", true], f: ["false", false], n: ["null", null] };

class Reader {
  constructor(text) {
    this.text = text;
    this.at = 0;
  }

  wrong(expected) {
    demand(false, "json", expected, `${JSON.stringify(this.text.slice(this.at, this.at + 12))} at ${this.at}`);
  }

  take(pattern, expected) {
    pattern.lastIndex = this.at;
    const hit = pattern.exec(this.text);
    if (!hit) this.wrong(expected);
    this.at = pattern.lastIndex;
    return hit[0];
  }

  next() {
    this.take(SPACE, "space");
    return this.text[this.at];
  }

  skip(letter) {
    if (this.next() !== letter) this.wrong(letter);
    this.at += 1;
  }

  string() {
    const value = JSON.parse(this.take(STRING, "a text"));
    if (hasLoneSurrogate(value)) this.wrong("Unicode");
    return value;
  }

  number() {
    const text = this.take(NUMBER, "a value");
    const value = Number(text);
    const isExact = /^-?\d+$/.test(text) && Number.isSafeInteger(value);
    if (!isExact) this.wrong("a whole number that every reader reads alike");
    return value;
  }

  // What stands between brackets, parted by commas.
  each(closing, one) {
    this.at += 1;
    if (this.next() === closing) {
      this.at += 1;
      return;
    }
    for (;;) {
      one();
      if (this.next() === closing) break;
      this.skip(",");
    }
    this.at += 1;
  }

  object(depth) {
    const found = Object.create(null);
    this.each("}", () => {
      this.next();
      const name = this.string();
      if (name in found) this.wrong("each name once");
      this.skip(":");
      found[name] = this.value(depth + 1);
    });
    return found;
  }

  list(depth) {
    const found = [];
    this.each("]", () => found.push(this.value(depth + 1)));
    return found;
  }

  value(depth) {
    const first = this.next();
    if (depth > DEEPEST) this.wrong("less depth");
    if (first === "{") return this.object(depth);
    if (first === "[") return this.list(depth);
    if (first === '"') return this.string();
    if (!(first in WORDS)) return this.number();
    const [word, value] = WORDS[first];
    if (!this.text.startsWith(word, this.at)) this.wrong(word);
    this.at += word.length;
    return value;
  }
}

function hasLoneSurrogate(text) {
  if (typeof text.isWellFormed === "function") return !text.isWellFormed();
  for (let at = 0; at < text.length; at += 1) {
    const unit = text.charCodeAt(at);
    if (unit < 0xd800 || unit > 0xdfff) continue;
    const low = text.charCodeAt(at + 1);
    if (unit > 0xdbff || !(low >= 0xdc00 && low <= 0xdfff)) return true;
    at += 1;
  }
  return false;
}

export function parse(text) {
  const reader = new Reader(text);
  const value = reader.value(0);
  if (reader.next() !== undefined) reader.wrong("the end");
  return value;
}

export function canonical(value) {
  if (Array.isArray(value)) return `[${value.map(canonical).join(",")}]`;
  if (value === null || typeof value !== "object") return JSON.stringify(value);
  const names = Object.keys(value).sort();
  return `{${names.map((name) => `${JSON.stringify(name)}:${canonical(value[name])}`).join(",")}}`;
}
