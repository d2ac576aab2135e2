// Makes the page: one HTML file with everything in it, the same bytes from the same sources and package-lock.json.
// node build.mjs [page.html]; the messages are read from ../../proto, or where PROTO says.
import { createHash } from "node:crypto";
import { mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { dirname, resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";

import { build } from "esbuild";

import { source } from "./schema.mjs";

const HERE = dirname(fileURLToPath(import.meta.url));
const PROTO = resolve(process.env.PROTO ?? resolve(HERE, "../../proto/luopu"));
const PAGE = resolve(process.argv[2] ?? resolve(HERE, "../../resources/web/reserve.html"));
const OLDEST = ["es2020", "chrome87", "firefox78", "safari15"];

const messages = {
  name: "messages",
  setup(tool) {
    tool.onResolve({ filter: /^proto:messages$/ }, ({ path }) => ({ path, namespace: "proto" }));
    tool.onLoad({ filter: /.*/, namespace: "proto" }, () => ({ contents: source(pathToFileURL(`${PROTO}/`)) }));
  },
};

async function bundled(file) {
  const done = await build({
    entryPoints: [resolve(HERE, file)],
    absWorkingDir: HERE,
    bundle: true,
    minify: true,
    write: false,
    format: "iife",
    charset: "utf8",
    legalComments: "inline",
    target: OLDEST,
    plugins: [messages],
  });
  return done.outputFiles[0].text.trim();
}

function policy(script, style) {
  const named = (text) => `'sha256-${createHash("sha256").update(text).digest("base64")}'`;
  return `default-src 'none'; script-src ${named(script)}; style-src ${named(style)}; img-src data:; base-uri 'none'; form-action 'none'`;
}

const [script, style] = [await bundled("src/main.js"), await bundled("src/style.css")];
if (/<\/script|<!--/i.test(script)) throw new Error("the script would end too early");
const parts = { POLICY: policy(script, style), STYLE: style, SCRIPT: script };
const page = readFileSync(resolve(HERE, "src/page.html"), "utf8").replace(/\{\{(\w+)\}\}/g, (_, name) => parts[name]);
mkdirSync(dirname(PAGE), { recursive: true });
writeFileSync(PAGE, page);
console.log(`${PAGE}: ${Buffer.byteLength(page)} bytes`);
