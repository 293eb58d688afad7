import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Caller, Public, SignedIn, Throws, type UserPrincipal } from '@tenantry/kernel';
import { AuthCredentialsWrong, AuthSessionEnded, AuthTooManyAttempts } from '../auth.errors.js';
import { Credentials } from '../tokens/credentials.dto.js';
import { TokenPairView } from '../tokens/token.dto.js';
import { Login } from './login.js';
import { RefreshRequest } from './refresh.dto.js';
import { Sessions } from './sessions.js';

@Controller('auth')
export class AuthController {
  constructor(
    private readonly logins: Login,
    private readonly sessions: Sessions,
  ) {}

  /** Signs a user of the tenant in. */
  @Post('login')
  @HttpCode(200)
  @Public()
  @Throws(AuthCredentialsWrong, AuthTooManyAttempts)
  @ApiOperation({ operationId: 'login' })
  login(@Body() { email, password }: Credentials, @Ip() address: string): Promise<TokenPairView> {
    return this.logins.login(email, password, address);
  }

  /** Exchanges a refresh token for the next pair; the old one is spent. */
  @Post('refresh')
  @HttpCode(200)
  @Public()
  @Throws(AuthSessionEnded)
  @ApiOperation({ operationId: 'refreshSession' })
  refresh(@Body() { refreshToken }: RefreshRequest): Promise<TokenPairView> {
    return this.sessions.refresh(refreshToken);
  }

  /** Ends the session, its refresh token and its access tokens. */
  @Post('logout')
  @HttpCode(204)
  @SignedIn()
  @ApiOperation({ operationId: 'logout' })
  async logout(@Caller() caller: UserPrincipal): Promise<void> {
    await this.sessions.end([caller.sessionId]);
  }
}
