import { Injectable, Logger, type OnApplicationBootstrap, type OnModuleDestroy } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Clock, Settings } from '@tenantry/kernel';
import { PLATFORM } from '@tenantry/tenancy';
import { IsNull, LessThan, LessThanOrEqual, MoreThan, type Repository } from 'typeorm';
import { Mailer } from '../mail/mailer.js';
import { SignupLetters } from './signup-letters.js';
import { SignupRequest } from './signup-request.entity.js';

const INTERVAL = 30_000;
const BATCH = 50;
/** Attempts to send one mail, and milliseconds until the second; each pause is twice the one before. */
const ATTEMPTS = 10;
const PAUSE = 30_000;
/** Milliseconds that a request is kept after its end. */
const KEPT = 24 * 3600 * 1000;

/** Sends the links of sign-ups: at once, and again until the mail server has taken them. Any process sends any. */
@Injectable()
export class SignupMails implements OnApplicationBootstrap, OnModuleDestroy {
  private readonly logger = new Logger('Signup');
  private sending: Promise<void> = Promise.resolve();
  private timer?: NodeJS.Timeout;

  constructor(
    @InjectRepository(SignupRequest, PLATFORM) private readonly requests: Repository<SignupRequest>,
    private readonly mailer: Mailer,
    private readonly letters: SignupLetters,
    private readonly clock: Clock,
    private readonly settings: Settings,
  ) {}

  onApplicationBootstrap(): void {
    if (this.settings.get('TENANTRY_SIGNUP') === 'off') return;
    this.timer = setInterval(() => void this.sweep(), INTERVAL).unref();
  }

  async onModuleDestroy(): Promise<void> {
    clearInterval(this.timer);
    await this.sending;
  }

  /** Sends what is due and forgets what is over, after what is being sent. Never throws: the next round tries again. */
  sweep(): Promise<void> {
    this.sending = this.sending.then(() =>
      this.round().catch((error: unknown) => this.logger.error(`Mails of sign-ups were left: ${String(error)}`)),
    );
    return this.sending;
  }

  private async round(): Promise<void> {
    const now = this.clock.now();
    await this.requests.delete({ expiresAt: LessThan(new Date(now.getTime() - KEPT)) });
    const due = await this.requests.find({
      where: {
        mailedAt: IsNull(),
        mailAttempts: LessThan(ATTEMPTS),
        mailDueAt: LessThanOrEqual(now),
        expiresAt: MoreThan(now),
      },
      order: { createdAt: 'ASC' },
      take: BATCH,
    });
    for (const request of due) if (await this.claim(request, now)) await this.send(request);
  }

  /** One process takes it, for a while: if that dies, another does. */
  private async claim({ id, mailAttempts }: SignupRequest, now: Date): Promise<boolean> {
    const { affected } = await this.requests.update(
      { id, mailAttempts, mailedAt: IsNull() },
      { mailAttempts: mailAttempts + 1, mailDueAt: new Date(now.getTime() + PAUSE * 2 ** mailAttempts) },
    );
    return affected === 1;
  }

  private async send(request: SignupRequest): Promise<void> {
    try {
      await this.mailer.send(this.letters.write(request));
      await this.requests.update({ id: request.id }, { mailedAt: this.clock.now() });
    } catch (error) {
      this.logger.error(
        `The mail of sign-up ${request.id} was not sent (attempt ${request.mailAttempts + 1}): ${reason(error)}`,
      );
    }
  }
}

/** Without the address, which a mail server likes to repeat. */
function reason(error: unknown): string {
  if (!(error instanceof Error)) return 'unknown';
  const { code, responseCode } = error as Error & { code?: string; responseCode?: number };
  return [code ?? error.name, responseCode].filter((part) => part !== undefined).join(' ');
}
