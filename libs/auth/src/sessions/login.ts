import { Injectable } from '@nestjs/common';
import { InjectRepository } from '@nestjs/typeorm';
import { TenantContext } from '@tenantry/tenancy';
import type { Repository } from 'typeorm';
import { credentialsWrong } from '../auth.errors.js';
import { PasswordHasher } from '../passwords/password-hasher.js';
import { LoginThrottle } from '../throttle/login-throttle.js';
import type { TokenPairView } from '../tokens/token.dto.js';
import { UserAccount } from '../users/user-account.entity.js';
import { Sessions } from './sessions.js';

/** Signs users of the current tenant in. */
@Injectable()
export class Login {
  constructor(
    @InjectRepository(UserAccount) private readonly users: Repository<UserAccount>,
    private readonly context: TenantContext,
    private readonly hasher: PasswordHasher,
    private readonly throttle: LoginThrottle,
    private readonly sessions: Sessions,
  ) {}

  /**
   * @throws AUTH_CREDENTIALS_WRONG, AUTH_TOO_MANY_ATTEMPTS
   */
  async login(email: string, password: string, address: string): Promise<TokenPairView> {
    const attempt = { realm: this.context.current().id, account: email.toLowerCase(), address };
    await this.throttle.attempt(attempt);
    const user = await this.users.findOneBy({ email: attempt.account });
    const isRight = await this.hasher.verify(user?.passwordHash, password);
    if (!isRight || !user || user.disabledAt) throw credentialsWrong();
    await this.throttle.succeeded(attempt);
    return this.sessions.begin(user);
  }
}
