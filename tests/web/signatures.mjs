// Reads [[rule, key, message, signature], …] in hex from stdin and says for each whether the page's rule takes it.
import { readFileSync } from "node:fs";

const { isAccountSignature, isValidatorSignature } = await import(new URL("src/signatures.js", `file://${process.argv[2]}/`));
const bytes = (hex) => Uint8Array.from(Buffer.from(hex, "hex"));
const RULES = {
  validator: isValidatorSignature,
  ed25519: (key, message, signature) => isAccountSignature({ algorithm: 1, data: key }, message, signature),
  p256: (key, message, signature) => isAccountSignature({ algorithm: 2, data: key }, message, signature),
};
const asked = JSON.parse(readFileSync(0, "utf8"));
console.log(JSON.stringify(asked.map(([rule, ...texts]) => RULES[rule](...texts.map(bytes)))));
