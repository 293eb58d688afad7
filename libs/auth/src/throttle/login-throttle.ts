import { Injectable } from '@nestjs/common';
import { RateLimiterRes, type RateLimiterPostgres } from 'rate-limiter-flexible';
import type { DataSource } from 'typeorm';
import { AuthTooManyAttempts } from '../auth.errors.js';
import { attemptLimiter } from './attempt-limiter.js';
import { digest, networkOf } from './network.js';

/** Who tries to sign in, and where. */
export interface LoginAttempt {
  /** Tenant id, or `operator`. */
  readonly realm: string;
  readonly account: string;
  /** Address of the client. */
  readonly address: string;
}

const QUARTER = 15 * 60;

/** Failures allowed in a quarter of an hour: of one address at one account, at one account, and of one address. */
const LIMITS = { pair: 5, account: 50, address: 50 } as const;

/** How long a network is remembered from which an account was signed in to, in seconds. */
const KNOWN = 90 * 24 * 3600;

/**
 * Slows guessing of passwords. Each attempt is counted before the password is looked at, so that parallel ones count
 * too, and a success takes its own attempt back. Counted in the database, for all processes together.
 */
@Injectable()
export class LoginThrottle {
  private readonly limiters: Record<keyof typeof LIMITS, RateLimiterPostgres>;
  private readonly known: RateLimiterPostgres;

  constructor(dataSource: DataSource) {
    const limiter = (name: string, points: number, duration: number) =>
      attemptLimiter(dataSource, {
        name: `login-${name}`,
        points,
        duration,
        isClearing: name === 'known', // one of them clears the table that they share
      });
    this.limiters = {
      pair: limiter('pair', LIMITS.pair, QUARTER),
      account: limiter('account', LIMITS.account, QUARTER),
      address: limiter('address', LIMITS.address, QUARTER),
    };
    this.known = limiter('known', 1, KNOWN);
  }

  /**
   * Counts the attempt.
   *
   * @throws AUTH_TOO_MANY_ATTEMPTS with `Retry-After` in seconds
   */
  async attempt(attempt: LoginAttempt): Promise<void> {
    const keys = keysOf(attempt);
    try {
      const isKnown = (await this.known.get(keys.pair)) !== null;
      if (!isKnown) await this.limiters.address.consume(keys.address); // first: who is refused leaves no further trace
      await this.limiters.pair.consume(keys.pair);
      if (!isKnown) await this.limiters.account.consume(keys.account);
    } catch (refusal) {
      if (!(refusal instanceof RateLimiterRes)) throw refusal;
      const seconds = Math.max(1, Math.ceil(refusal.msBeforeNext / 1000));
      throw new AuthTooManyAttempts({ headers: { 'retry-after': String(seconds) } });
    }
  }

  /** The attempt succeeded: the failures of this address at this account are forgiven. */
  async succeeded(attempt: LoginAttempt): Promise<void> {
    const keys = keysOf(attempt);
    const isKnown = (await this.known.get(keys.pair)) !== null;
    await Promise.all([
      this.limiters.pair.delete(keys.pair),
      // A known one was not counted there.
      isKnown || this.limiters.address.reward(keys.address),
      isKnown || this.limiters.account.reward(keys.account),
      this.known.set(keys.pair, 1, KNOWN),
    ]);
  }
}

function keysOf({ realm, account, address }: LoginAttempt) {
  const network = networkOf(address);
  return {
    pair: digest(`${realm}|${account}|${network}`),
    account: digest(`${realm}|${account}`),
    address: digest(network),
  };
}
