// One card for each proof: verdict, numbers, steps, details.
import { code, fact, foreign, h, icon } from "./dom.js";
import { amount, count, coverage, days, digest, moment } from "./format.js";
import { STEP_NAMES } from "./verify.js";
import { language, say, why, word } from "./words.js";

const OLD_AFTER = 31;
const LOOKS = { valid: ["valid", "passed"], refuted: ["refuted", "failed"], "not-enough-trust": ["unsure", "lacking"] };

function factsOf(report) {
  return Object.fromEntries(report.steps.filter(({ passed, skipped }) => passed || skipped).map(({ name, facts }) => [name, facts]));
}

export function verdictWord(report) {
  return word(LOOKS[report.verdict][0]);
}

function lead(report, facts) {
  if (report.verdict === "valid") return say("validLead", { custodian: facts.custody.custodian_name });
  if (report.verdict === "not-enough-trust") return word("unsureLead");
  const { step } = report.error;
  return say("refutedLead", { number: STEP_NAMES.indexOf(step) + 1, step: word("steps")[step][0] });
}

function banner(report, facts, title) {
  const [name, drawing] = LOOKS[report.verdict];
  return h("header", { class: `banner ${name}` },
    h("span", { class: "seal" }, icon(drawing)),
    h("div", {}, h("h2", { id: title }, word(name)), h("p", {}, lead(report, facts)),
      name === "valid" ? h("p", { class: "soft" }, word("provided")) : null));
}

function whatIsWrong({ error }) {
  const found = [fact(word("check"), code(error.check))];
  if (error.expected) found.push(fact(word("expected"), code(error.expected)));
  if (error.got) found.push(fact(word("got"), code(error.got)));
  return h("div", { class: "part" },
    h("p", { class: "strong" }, why(error)),
    h("p", {}, word("whatNow")[error.step] ?? word("whatNow").any),
    h("dl", { class: "small" }, found));
}

function whatIsMissing({ missing }) {
  const [{ check, expected }] = missing;
  const [title, help] = word("missing")[check];
  const fingerprint = check === "trust-third" ? null : h("p", { class: "print" }, code(digest(expected)));
  return h("div", { class: "part" }, h("p", { class: "strong" }, title), h("p", {}, help), fingerprint);
}

// One proof shown to two users is the oldest trick: who does not name the account has to look.
function whose(report, { user }) {
  const isCompared = report.steps.some(({ name, passed }) => name === "user" && passed);
  return isCompared ? null : h("p", { class: "part warn" }, say("whose", { account: user.account }));
}

function figure(name, value, extra = null) {
  return h("div", { class: "figure" }, h("span", { class: "label" }, name), h("span", { class: "number" }, value), extra);
}

function relation({ relation: kind, surplus, held, total }, decimals) {
  const said = kind === "exact" ? word("exact") : say("over", { surplus: amount(surplus, decimals) });
  const share = coverage(held, total);
  return figure(word("relation"), share ?? word("nothing"), h("span", { class: "extra" }, said));
}

function figures({ tree, custody, coverage: covered }) {
  const { decimals } = custody;
  const own = tree.serial === ""
    ? [word("balance"), amount(tree.balance, decimals)]
    : [word("piece"), count(tree.serial)];
  return h("div", { class: "part figures" },
    h("div", { class: "figure own" },
      h("span", { class: "label" }, own[0]),
      h("span", { class: "number" }, own[1], " ", h("span", { class: "unit" }, foreign(custody.voucher_name)))),
    figure(word("owes"), amount(covered.total, decimals)),
    figure(word("holds"), amount(covered.held, decimals)),
    relation(covered, decimals));
}

function age(time) {
  const past = days(time, Date.now());
  if (past < 0) return h("p", { class: "warn" }, word("future"));
  if (past > OLD_AFTER) return h("p", { class: "warn" }, say("old", { days: count(past) }));
  return h("p", { class: "soft" }, past === 0 ? word("today") : say("ago", { days: past }));
}

function organisation({ custodian, custodian_name: name }) {
  return [foreign(name), " · ", say("accountNumber", { account: custodian })];
}

function circumstances({ user, custody, snapshot, publication }) {
  const counted = { time: moment(snapshot.time, language()), height: count(snapshot.height) };
  const published = { time: moment(publication.time, language()), height: count(publication.height), index: count(publication.log_index) };
  const kept = custody.accounts.map(({ account, balance }) =>
    h("div", {}, say("accountNumber", { account }), ": ", amount(balance, custody.decimals)));
  return h("div", { class: "part" },
    h("dl", {},
      fact(word("countedAt"), say("countedAtHeight", counted), age(snapshot.time)),
      fact(word("custodian"), ...organisation(custody)),
      fact(word("voucher"), foreign(custody.voucher_name), h("div", { class: "soft" }, foreign(custody.product))),
      fact(word("user"), say("accountNumber", { account: user.account }), " · ", code(digest(user.address))),
      custody.accounts.length > 1 ? fact(word("accounts"), kept) : null,
      fact(word("published"), say("publishedAt", published))));
}

function stateOf(name, report) {
  const step = report.steps.find((one) => one.name === name);
  if (!step) return "unreached";
  if (step.passed) return "passed";
  if (!step.skipped) return "failed";
  return name === "user" ? "skipped" : "lacking";
}

function steps(report) {
  const rows = STEP_NAMES.map((name) => {
    const [title, meaning] = word("steps")[name];
    const state = stateOf(name, report);
    return h("li", { class: `step ${state}` }, icon(state),
      h("span", { class: "what" }, title, h("span", { class: "soft" }, meaning)),
      h("span", { class: "state" }, word(state)));
  });
  return h("section", { class: "part" }, h("h3", {}, word("stepsTitle")), h("ol", { class: "steps" }, rows));
}

function details(shown, { format, tree, custody, snapshot, publication }) {
  const rows = [[word("file"), foreign(shown.name)], [word("fileDigest"), code(digest(shown.digest))]];
  if (format) rows.push([word("chain"), foreign(format.chain_id)], [word("fingerprint"), code(digest(format.fingerprint))]);
  if (snapshot) rows.push([word("blockHash"), code(digest(snapshot.block_hash))]);
  if (custody) rows.push([word("voucherId"), code(digest(custody.voucher))], [word("address"), code(digest(custody.custodian_address))]);
  if (tree) rows.push([word("root"), code(digest(tree.root))]);
  if (publication) rows.push([word("transaction"), code(digest(publication.transaction))]);
  return h("details", { class: "part" }, h("summary", {}, word("details")),
    h("dl", { class: "small" }, rows.map(([name, value]) => fact(name, value))));
}

// `shown`: {name, digest, report}; `remove` is called when the reader takes the file away.
export function resultCard(shown, at, remove) {
  const { report } = shown;
  const facts = factsOf(report);
  const title = `verdict-${at}`;
  const body = [];
  if (report.verdict === "refuted") body.push(whatIsWrong(report));
  else {
    if (report.verdict !== "valid") body.push(whatIsMissing(report), h("p", { class: "part claimed" }, word("claimed")));
    body.push(...[figures(facts), whose(report, facts), circumstances(facts)].filter(Boolean));
  }
  return h("article", { class: `card result ${LOOKS[report.verdict][0]}`, "aria-labelledby": title },
    h("div", { class: "file" }, foreign(shown.name), h("button", { type: "button", class: "quiet", onclick: remove }, word("remove"))),
    banner(report, facts, title), ...body, steps(report), details(shown, facts));
}
