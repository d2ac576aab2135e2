// How a check says that it fails. `check` is a word of src/words.js; expected and got are short texts.

export class Refuted extends Error {
  constructor(check, expected = "", got = "") {
    super(`${check}: expected ${expected}, got ${got}`);
    this.check = check;
    this.expected = String(expected);
    this.got = String(got);
  }
}

// What the reader gave beside the proof cannot be used.
export class Unusable extends Error {
  constructor(what, check) {
    super(`${what}: ${check}`);
    this.what = what;
    this.check = check;
  }
}

export function demand(holds, check, expected, got) {
  if (!holds) throw new Refuted(check, expected, got);
}
