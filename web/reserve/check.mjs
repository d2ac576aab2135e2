// node check.mjs PROOF… [--genesis FILE] [--account TEXT] [--page FILE]: one line of JSON for each proof.
// Runs the script of the built page itself, so it needs no packages. Exit 0: all valid; 1: not all; 2: not usable.
import { readFileSync } from "node:fs";
import { parseArgs } from "node:util";
import vm from "node:vm";

const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: { genesis: { type: "string" }, account: { type: "string" }, page: { type: "string" } },
});

function verifier(page) {
  const script = /<script>([\s\S]*)<\/script>/.exec(readFileSync(page, "utf8"))[1];
  const window = {};
  vm.runInNewContext(script, { window, TextEncoder, TextDecoder, Uint8Array, crypto });
  return window.verifyReserve;
}

const verifyReserve = verifier(values.page ?? new URL("../../resources/web/reserve.html", import.meta.url));
const genesis = values.genesis === undefined ? null : readFileSync(values.genesis, "utf8");
try {
  let isValid = true;
  for (const file of positionals) {
    const report = verifyReserve(new Uint8Array(readFileSync(file)), genesis, values.account ?? null);
    isValid &&= report.verdict === "valid";
    console.log(JSON.stringify({ file, ...report }));
  }
  process.exitCode = isValid ? 0 : 1;
} catch (error) {
  if (error.what === undefined) throw error;
  console.error(`${error.what}: ${error.check}`);
  process.exitCode = 2;
}
