import { setTimeout as pause } from 'node:timers/promises';

/** Lock not available, deadlock, serialisation failure: the same may work a moment later. */
const PASSING = ['55P03', '40P01', '40001'];
const FIRST_PAUSE = 100;
const LONGEST_PAUSE = 5_000;

/** Postgres' code of an error, looked for through what wraps it. */
export function sqlStateOf(error: unknown): string | undefined {
  if (typeof error !== 'object' || error === null) return undefined;
  const { code, driverError, cause } = error as { code?: unknown; driverError?: unknown; cause?: unknown };
  if (typeof code === 'string' && /^(?=.*\d)[0-9A-Z]{5}$/.test(code)) return code;
  return sqlStateOf(driverError ?? cause);
}

/** Whether the connection broke: by Postgres' word (class 08, shutdown), or because there is no word of Postgres. */
export function isConnectionLost(error: unknown): boolean {
  const state = sqlStateOf(error);
  if (state !== undefined) return /^(08|57P0[123])/.test(state);
  return /ECONN|EPIPE|ETIMEDOUT|Connection terminated|not queryable|timeout expired/i.test(String(error));
}

/** Runs the work again while what stopped it may pass, with a growing pause; says how often it was tried. */
export async function withRetries<T>(
  attempts: number,
  work: () => Promise<T>,
): Promise<{ value: T; attempts: number }> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return { value: await work(), attempts: attempt };
    } catch (error) {
      const isPassing = PASSING.includes(sqlStateOf(error) ?? '') || isConnectionLost(error);
      if (!isPassing || attempt >= attempts) throw new Tried(attempt, error);
      // Spread, so that processes that met each other do not meet again.
      const longest = Math.min(LONGEST_PAUSE, FIRST_PAUSE * 2 ** (attempt - 1));
      await pause(longest * (0.5 + Math.random() / 2));
    }
  }
}

/** The last error of several attempts. */
export class Tried extends Error {
  constructor(
    readonly attempts: number,
    cause: unknown,
  ) {
    super(cause instanceof Error ? cause.message : String(cause), { cause });
    this.name = 'Tried';
  }
}
