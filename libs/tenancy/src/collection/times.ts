const DAY = /^(\d{4})-(\d\d)-(\d\d)$/;
const TIME = /^(\d{4}-\d\d-\d\d)T([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?(Z|[+-](0\d|1[0-4]):[0-5]\d)?$/;
const STORED =
  /^(-?infinity|\d{4,6}-(0[1-9]|1[0-2])-(0[1-9]|[12]\d|3[01])( ([01]\d|2[0-3]):[0-5]\d:[0-5]\d(\.\d{1,6})?([+-]\d\d(:\d\d){0,2})?)?( BC)?)$/;

/** Whether it is a day of the calendar, from the year 1 to 9999. */
export function isDay(value: string): boolean {
  const [, year, month, day] = DAY.exec(value)?.map(Number) ?? [];
  if (!year || !month || !day) return false;
  const date = new Date(0);
  date.setUTCFullYear(year, month - 1, day);
  return date.getUTCMonth() === month - 1 && date.getUTCDate() === day;
}

/** A time of RFC 3339, at most to the microsecond; or the same without an offset. */
export function isTime(value: string, zoned: boolean): boolean {
  const [, day, , , offset] = TIME.exec(value) ?? [];
  return day !== undefined && isDay(day) && (offset !== undefined) === zoned;
}

/** Postgres' own text of a time or a day (DateStyle ISO): all microseconds, every year and infinity. */
export function isStoredTime(text: string): boolean {
  return STORED.test(text);
}
