// The page: takes files, tells them apart, shows what the verifier says. Keeps nothing and asks nobody.
import { code, foreign, h, icon } from "./dom.js";
import { toHex } from "./bytes.js";
import { Unusable } from "./errors.js";
import { digest } from "./format.js";
import { fingerprintText, readGenesis } from "./genesis.js";
import { sha256 } from "./hashes.js";
import { resultCard, verdictWord } from "./result.js";
import { verify } from "./verify.js";
import { language, say, speak, word } from "./words.js";

const PROOF = "luopu.reserve.v1";
const LARGEST = 1 << 26;
const PATIENCE = 300;

const state = { proofs: [], strangers: [], genesis: null, badGenesis: null, account: "", accountIsWrong: false, taken: 0 };
const parts = {};

function chosenLanguage() {
  const asked = new URLSearchParams(location.search).get("lang") ?? location.hash.slice(1);
  if (asked === "zh" || asked === "en") return asked;
  return navigator.language.toLowerCase().startsWith("zh") ? "zh" : "en";
}

// What a file is, by what stands in it: a proof begins with its format, a genesis document names its time.
function kindOf(text) {
  if (text.slice(0, 200).includes(PROOF)) return "proof";
  if (text.includes('"genesis_time"')) return "genesis";
  return text.includes(PROOF) ? "proof" : "stranger";
}

async function take(files) {
  for (const file of files) {
    const bytes = file.size > LARGEST ? null : new Uint8Array(await file.arrayBuffer());
    const text = bytes === null ? "" : new TextDecoder().decode(bytes);
    ({ proof: takeProof, genesis: takeGenesis, stranger: takeStranger })[kindOf(text)](file.name, bytes, text);
  }
  showResults();
  state.taken += files.length;
  parts.results.dataset.taken = state.taken;
  parts.results.querySelector("h2")?.scrollIntoView({ block: "center" });
}

function takeProof(name, bytes) {
  const shown = { name, bytes, digest: toHex(sha256(bytes)) };
  state.proofs = [...state.proofs.filter((one) => one.digest !== shown.digest), shown];
}

function takeGenesis(name, bytes, text) {
  state.badGenesis = null;
  try {
    state.genesis = { name, text, ...readGenesis(text) };
  } catch (error) {
    if (!(error instanceof Unusable)) throw error;
    state.badGenesis = name;
  }
}

function takeStranger(name) {
  state.strangers = [...new Set([...state.strangers, name])];
}

// What the reader expects, or null where the field is empty or says nothing that could be an account.
function expected() {
  const text = state.account.trim().toLowerCase();
  state.accountIsWrong = !/^([0-9]{0,20}|[0-9a-f]{40})$/.test(text);
  return text === "" || state.accountIsWrong ? null : text;
}

function badAnchorCard() {
  const { badGenesis } = state;
  return badGenesis && h("section", { class: "card" }, h("p", { class: "warn", role: "alert" }, say("anchorBad", { file: badGenesis })));
}

function anchorCard() {
  const { genesis } = state;
  if (!genesis) return null;
  return h("section", { class: "card anchor", "aria-labelledby": "anchor" },
    h("div", { class: "file" }, h("h2", { id: "anchor" }, word("anchor")),
      h("button", { type: "button", class: "quiet", onclick: () => change({ genesis: null }) }, word("anchorRemove"))),
    h("p", { class: "print" }, code(digest(fingerprintText(genesis)))),
    h("p", {}, word("anchorCompare")),
    h("p", { class: "soft" }, word("chain"), " ", foreign(genesis.chainId), " · ", foreign(genesis.name)));
}

function strangerCard(name) {
  const remove = () => change({ strangers: state.strangers.filter((one) => one !== name) });
  return h("section", { class: "card" },
    h("div", { class: "file" }, h("h2", {}, word("unknown")),
      h("button", { type: "button", class: "quiet", onclick: remove }, word("remove"))),
    h("p", {}, say("unknownHelp", { file: name })));
}

function change(facts) {
  Object.assign(state, facts);
  showResults();
}

function showResults() {
  const account = expected();
  const shown = state.proofs.map((one) => ({ ...one, report: verify(one.bytes, state.genesis?.text ?? null, account) }));
  const cards = shown.map((one, at) =>
    resultCard(one, at, () => change({ proofs: state.proofs.filter(({ digest: other }) => other !== one.digest) })));
  parts.results.replaceChildren(...[badAnchorCard(), ...state.strangers.map(strangerCard), ...cards, anchorCard()].filter(Boolean));
  parts.accountError.textContent = state.accountIsWrong ? word("accountWrong") : "";
  parts.account.setAttribute("aria-invalid", String(state.accountIsWrong));
  const said = shown.map((one) => say("result", { file: one.name, verdict: verdictWord(one.report) }));
  parts.status.textContent = [...state.strangers.map(() => word("unknown")), ...said].join(" ");
  document.body.classList.toggle("busy", shown.length > 0);
}

function accountField() {
  let waiting = 0;
  parts.account = h("input", {
    id: "account", type: "text", autocomplete: "off", autocapitalize: "off", spellcheck: "false", maxlength: "60",
    "aria-describedby": "account-help account-error", value: state.account,
    oninput: ({ target }) => {
      state.account = target.value;
      clearTimeout(waiting);
      waiting = setTimeout(showResults, PATIENCE);
    },
  });
  parts.accountError = h("p", { id: "account-error", class: "warn", role: "alert" });
  return h("div", { class: "field" }, h("label", { for: "account" }, word("account")), parts.account,
    h("p", { id: "account-help", class: "soft" }, word("accountHelp")), parts.accountError);
}

function intake() {
  const choose = h("input", {
    id: "files", type: "file", multiple: true, accept: ".json,application/json", "aria-describedby": "drop-help",
    onchange: async ({ target }) => {
      const files = [...target.files];
      target.value = "";
      await take(files);
    },
  });
  return h("section", { class: "card intake" },
    h("div", { class: "drop", id: "drop" }, icon("drop"),
      h("p", { class: "strong bydrag" }, word("drop")),
      h("span", { class: "choose" }, choose, h("label", { for: "files", class: "primary" }, word("choose"))),
      h("p", { id: "drop-help", class: "soft" }, word("dropHelp"))),
    accountField(),
    h("p", { class: "soft privacy" }, word("privacy")));
}

function about() {
  const lines = (name) => h("ul", {}, word(name).map((line) => h("li", {}, line)));
  return h("section", { class: "card about" }, h("h2", {}, word("aboutTitle")),
    h("div", { class: "columns" },
      h("div", {}, h("h3", {}, word("shows")), lines("showsList")),
      h("div", {}, h("h3", {}, word("hides")), lines("hidesList"))),
    h("p", { class: "soft" }, word("others")));
}

function show() {
  const next = language() === "zh" ? "en" : "zh";
  document.documentElement.lang = language() === "zh" ? "zh-CN" : "en";
  document.title = word("title");
  parts.status = h("p", { class: "heard", role: "status", "aria-live": "polite" });
  parts.results = h("div", { class: "results" });
  const turn = () => {
    speak(next);
    show();
    document.querySelector(".top button").focus();
  };
  const head = h("header", { class: "top" }, icon("logo"), h("span", { class: "brand" }, word("brand")),
    h("button", { type: "button", class: "quiet", lang: next === "zh" ? "zh-CN" : "en", "aria-label": word("switchLabel"), onclick: turn }, word("switch")));
  document.body.replaceChildren(head,
    h("main", {}, h("h1", {}, word("title")), h("p", { class: "lead" }, word("lead")), intake(), parts.status, parts.results, about()));
  showResults();
}

function acceptDrops() {
  const mark = (isOver) => document.getElementById("drop").classList.toggle("over", isOver);
  document.addEventListener("dragover", (event) => {
    event.preventDefault();
    mark(true);
  });
  document.addEventListener("dragleave", () => mark(false));
  document.addEventListener("drop", (event) => {
    event.preventDefault();
    mark(false);
    take([...event.dataTransfer.files]);
  });
}

function printWhole() {
  addEventListener("beforeprint", () => document.querySelectorAll("details").forEach((part) => part.setAttribute("open", "")));
}

export function open() {
  speak(chosenLanguage());
  show();
  acceptDrops();
  printWhole();
}
