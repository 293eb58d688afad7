import { randomBytes } from 'node:crypto';
import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { newId, Settings } from '@tenantry/kernel';
import { PLATFORM } from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { credentialsWrong } from '../auth.errors.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { LoginThrottle } from '../throttle/login-throttle.js';
import { TokenIssuer, type IssuedToken } from '../tokens/token-issuer.js';
import { OperatorEntity } from './operator.entity.js';

/** The credentials of an operator that was just made, to be shown once. */
export interface FirstOperator {
  readonly email: string;
  /** Only when it was made up here. */
  readonly password?: string;
}

@Injectable()
export class Operators {
  constructor(
    @InjectRepository(OperatorEntity, PLATFORM) private readonly operators: Repository<OperatorEntity>,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly issuer: TokenIssuer,
    private readonly settings: Settings,
  ) {}

  /**
   * @throws AUTH_CREDENTIALS_WRONG, AUTH_TOO_MANY_ATTEMPTS
   */
  async login(email: string, password: string, address: string): Promise<IssuedToken> {
    const attempt = { realm: 'operator', account: email.toLowerCase(), address };
    await this.throttle.attempt(attempt);
    const operator = await this.operators.findOneBy({ email: attempt.account });
    if (!(await this.hasher.verify(operator?.passwordHash, password)) || !operator) throw credentialsWrong();
    await this.throttle.succeeded(attempt);
    return this.issuer.issue('control', operator.id);
  }

  /** Makes the first operator on an empty installation; undefined when there is one already. */
  async ensureFirst(): Promise<FirstOperator | undefined> {
    if (await this.operators.existsBy({})) return undefined;
    const email = (this.settings.get('TENANTRY_OPERATOR_EMAIL') ?? 'operator@tenantry.localhost').toLowerCase();
    const given = this.settings.get('TENANTRY_OPERATOR_PASSWORD');
    const password = given ?? makePassword();
    const passwordHash = await this.hasher.hash(password);
    const inserted = await this.operators
      .createQueryBuilder()
      .insert()
      .values({ id: newId(), email, passwordHash })
      .orIgnore()
      .returning('id')
      .execute();
    const isOurs = (inserted.raw as unknown[]).length > 0; // another process may have been first
    return isOurs ? { email, password: given === undefined ? password : undefined } : undefined;
  }

  /** Gives an operator a new password, making the operator if need be. @returns the password */
  async resetPassword(email: string): Promise<string> {
    const password = makePassword();
    const row = { id: newId(), email: email.toLowerCase(), passwordHash: await this.hasher.hash(password) };
    await this.operators.createQueryBuilder().insert().values(row).orUpdate(['password_hash'], ['email']).execute();
    return password;
  }
}

/** 144 random bits. */
function makePassword(): string {
  return randomBytes(18).toString('base64url');
}
