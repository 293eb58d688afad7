import { Injectable } from '@nestjs/common';
import { InstallationSecret } from '@tenantry/kernel';
import { TenantContext } from '@tenantry/tenancy';
import { TokenIssuer } from '../tokens/token-issuer.js';
import type { TokenPairView } from '../tokens/token.dto.js';
import type { UserAccount } from '../users/user-account.entity.js';
import { openRefreshToken, sealRefreshToken, type RefreshClaims } from './refresh-token.js';

/** Makes and reads the tokens of a session of the current tenant. */
@Injectable()
export class SessionTokens {
  constructor(
    private readonly context: TenantContext,
    private readonly issuer: TokenIssuer,
    private readonly secret: InstallationSecret,
  ) {}

  async pair(user: UserAccount, session: RefreshClaims): Promise<TokenPairView> {
    const tenant = this.context.current();
    const claims = { tid: tenant.id, tsl: tenant.slug, sid: session.sessionId, roles: user.roles };
    const access = await this.issuer.issue('tenant', user.id, claims);
    return { ...access, refreshToken: sealRefreshToken(this.secret, tenant.id, session) };
  }

  open(refreshToken: string): RefreshClaims | undefined {
    return openRefreshToken(this.secret, this.context.current().id, refreshToken);
  }
}
