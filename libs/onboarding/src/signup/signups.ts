import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { Clock, newId } from '@tenantry/kernel';
import { checkSlug, PLATFORM } from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { SignupChecks } from './signup-checks.js';
import type { SignupAcceptance } from './signup.dto.js';
import type { SignupAttempt } from './signup-extensions.js';
import { SignupMails } from './signup-mails.js';
import { SignupRequest } from './signup-request.entity.js';
import { SignupToken } from './signup-token.js';

/** Takes requests for tenants. */
@Injectable()
export class Signups {
  constructor(
    @InjectRepository(SignupRequest, PLATFORM) private readonly requests: Repository<SignupRequest>,
    private readonly checks: SignupChecks,
    private readonly mails: SignupMails,
    private readonly token: SignupToken,
    private readonly clock: Clock,
  ) {}

  /**
   * Keeps the request and has its link sent. The mail goes after the answer, so that neither the answer nor its time
   * tells anything of the address. A request does not void one before it: else a stranger could keep others out.
   *
   * @throws SIGNUP_TOO_MANY, SIGNUP_ADDRESS_REFUSED, SIGNUP_REFUSED, TENANT_SLUG_INVALID, TENANT_SLUG_RESERVED
   */
  async request(attempt: SignupAttempt): Promise<SignupAcceptance> {
    const { email, organization, slug, name } = attempt;
    if (slug !== undefined) checkSlug(slug);
    const { expiresIn, mayMail } = await this.checks.check(attempt);
    const id = newId();
    const now = this.clock.now();
    await this.requests.insert({
      id,
      email: email.toLowerCase(),
      organization,
      slug: slug ?? null,
      name: name ?? null,
      tokenHash: this.token.hash(this.token.of(id)),
      // One that gets no mail is over at once, and as much work as any other.
      expiresAt: new Date(now.getTime() + (mayMail ? expiresIn * 1000 : 0)),
      mailDueAt: now,
    });
    void this.mails.sweep();
    return { expiresIn };
  }
}
