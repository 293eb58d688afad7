import { defineError } from '../errors/define-error.js';

export const ApiVersionUnknown = defineError(
  'API_VERSION_UNKNOWN',
  400,
  (known: readonly string[]) => `There is no such API version. There are ${known.join(', ')}.`,
);

/** Whether it is a calendar date of the form `YYYY-MM-DD`. */
export function isVersionDate(text: string): boolean {
  if (!/^\d{4}-\d{2}-\d{2}$/.test(text)) return false;
  const date = new Date(`${text}T00:00:00Z`);
  return !Number.isNaN(date.getTime()) && date.toISOString().startsWith(text);
}

/**
 * The versions of the HTTP contract that this platform speaks: dates, `YYYY-MM-DD`.
 *
 * @since 0.1.0
 */
export class ApiVersions {
  /** Oldest first. */
  readonly all: readonly string[];
  readonly oldest: string;
  readonly newest: string;

  /** @param dates of releases and changes, in any order, at least one */
  constructor(dates: readonly string[]) {
    this.all = [...new Set(dates)].sort();
    const [oldest] = this.all;
    const newest = this.all.at(-1);
    if (oldest === undefined || newest === undefined) throw new Error('There is no API version.');
    this.oldest = oldest;
    this.newest = newest;
  }

  /**
   * The version that a caller asks for: a date between two versions means the older one.
   *
   * @throws API_VERSION_UNKNOWN listing the known ones
   */
  resolve(asked: string): string {
    if (this.all.includes(asked)) return asked;
    const isKnown = isVersionDate(asked) && asked >= this.oldest && asked <= this.newest;
    if (!isKnown) throw new ApiVersionUnknown(this.all);
    return this.atOrBefore(asked);
  }

  /** The version of a tenant's pin, whatever became of that date since: never none. */
  ofPin(pin: string): string {
    return this.atOrBefore(pin);
  }

  /** The version that came after, or undefined for the newest. */
  after(version: string): string | undefined {
    return this.all.find((each) => each > version);
  }

  private atOrBefore(date: string): string {
    return this.all.findLast((each) => each <= date) ?? this.oldest;
  }
}
