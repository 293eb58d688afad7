import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { attemptLimiter, digest, networkOf, secondsOver } from '@tenantry/auth';
import { Settings } from '@tenantry/kernel';
import { PLATFORM } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { SignupTooMany } from './signup.errors.js';

const HOUR = 3600;

/** In an hour: requests of a network, mails to an address, tokens tried and suggestions asked for by a network. */
const LIMITS = { request: 20, mail: 3, verify: 60, slugs: 120 } as const;

type Limit = keyof typeof LIMITS;
type Limiter = ReturnType<typeof attemptLimiter>;

/** Slows signing up, counted for all processes together. */
@Injectable()
export class SignupThrottle {
  private readonly limiters: Record<Limit | 'all', Limiter>;

  constructor(@InjectDataSource(PLATFORM) dataSource: DataSource, settings: Settings) {
    const limiter = (name: string, points: number) =>
      attemptLimiter(dataSource, { name: `signup-${name}`, points, duration: HOUR });
    this.limiters = {
      request: limiter('request', LIMITS.request),
      mail: limiter('mail', LIMITS.mail),
      verify: limiter('verify', LIMITS.verify),
      slugs: limiter('slugs', LIMITS.slugs),
      all: limiter('all', settings.get('TENANTRY_SIGNUP_RATE')),
    };
  }

  /** @throws SIGNUP_TOO_MANY with `Retry-After` in seconds */
  async request(address: string): Promise<void> {
    await this.count('request', networkOf(address)); // first: who is refused takes nothing from the others
    await this.count('all', 'all');
  }

  /** @throws SIGNUP_TOO_MANY with `Retry-After` in seconds */
  verify(address: string): Promise<void> {
    return this.count('verify', networkOf(address));
  }

  /** @throws SIGNUP_TOO_MANY with `Retry-After` in seconds */
  slugs(address: string): Promise<void> {
    return this.count('slugs', networkOf(address));
  }

  /** Whether one more mail may go to the address; its tags (`ada+tag@`) lead to the same mailbox. */
  async mayMail(email: string): Promise<boolean> {
    const mailbox = email.replace(/\+[^@]*@/, '@');
    return (await secondsOver(this.limiters.mail, digest(mailbox))) === undefined;
  }

  private async count(limit: Limit | 'all', key: string): Promise<void> {
    const seconds = await secondsOver(this.limiters[limit], digest(key));
    if (seconds !== undefined) throw new SignupTooMany({ headers: { 'retry-after': String(seconds) } });
  }
}
