// How numbers, digests and times are shown.
const THIN = "\u2009";
const MOST_DECIMALS = 38;
const DAY = 86400000;

function grouped(digits, size, fromLeft = false) {
  const pattern = fromLeft ? new RegExp(`(.{${size}})(?=.)`, "g") : new RegExp(`\\B(?=(.{${size}})+$)`, "g");
  return fromLeft ? digits.replace(pattern, `$1${THIN}`) : digits.replace(pattern, THIN);
}

export function count(value) {
  return grouped(String(value), 3);
}

// `value` in the smallest units, as text.
export function amount(value, decimals) {
  if (decimals === 0) return count(value);
  if (decimals > MOST_DECIMALS) return `${count(value)} × 10^−${decimals}`;
  const digits = String(value).padStart(decimals + 1, "0");
  return `${count(digits.slice(0, -decimals))}.${grouped(digits.slice(-decimals), 3, true)}`;
}

// How much of what is owed is held, in per cent with two decimals, rounded down; null where nothing is owed.
export function coverage(held, total) {
  if (BigInt(total) === 0n) return null;
  const hundredths = (BigInt(held) * 10000n) / BigInt(total);
  return `${amount(hundredths, 2)}%`;
}

export function digest(hex) {
  return hex.replace(/(.{4})(?=.)/g, "$1 ");
}

export function moment(text, language) {
  if (text === "") return "—";
  const shape = { year: "numeric", month: "long", day: "numeric", hour: "2-digit", minute: "2-digit", hour12: false, timeZoneName: "short" };
  return new Intl.DateTimeFormat(language === "zh" ? "zh-CN" : "en-GB", shape).format(new Date(text));
}

// Whole days since then; negative where the clock of this device is behind.
export function days(text, now) {
  return Math.floor((now - Date.parse(text)) / DAY);
}
