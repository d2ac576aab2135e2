// Times of the chain: seconds and nanoseconds since 1970 UTC, between the years 1 and 9999.

const FIRST = -62135596800n;
const LAST = 253402300799n;
const SECOND = 1000000000n;
const WRITTEN = /^(\d{4})-(\d\d)-(\d\d)T(\d\d):(\d\d):(\d\d)(?:\.(\d{1,9}))?Z$/;

export const FIRST_TIME = { seconds: FIRST, nanos: 0 };

export function isTime(time) {
  return time !== null && time.seconds >= FIRST && time.seconds <= LAST && time.nanos >= 0 && time.nanos < 1e9;
}

export function toNanoseconds(time) {
  return time.seconds * SECOND + BigInt(time.nanos);
}

// RFC 3339 in UTC, with up to nine digits of a second; null for anything else.
export function parseTime(text) {
  const hit = WRITTEN.exec(text);
  if (!hit) return null;
  const [, year, month, day, hour, minute, second, fraction = ""] = hit;
  const calendar = new Date(0);
  calendar.setUTCFullYear(Number(year), Number(month) - 1, Number(day));
  calendar.setUTCHours(Number(hour), Number(minute), Number(second));
  const isReal = Number(year) > 0 && calendar.toISOString().startsWith(`${year}-${month}-${day}T${hour}:${minute}:${second}`);
  return isReal ? BigInt(calendar.getTime() / 1000) * SECOND + BigInt(fraction.padEnd(9, "0")) : null;
}

// To whole seconds, in UTC; "" where it lies outside those years.
export function writeTime(nanoseconds) {
  const seconds = (nanoseconds - (((nanoseconds % SECOND) + SECOND) % SECOND)) / SECOND;
  if (seconds < FIRST || seconds > LAST) return "";
  return new Date(Number(seconds) * 1000).toISOString().replace(".000Z", "Z");
}
