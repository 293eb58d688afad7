import { Body, Controller, HttpCode, Ip, Post } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { Public, Throws } from '@tenantry/kernel';
import { AuthCredentialsWrong, AuthTooManyAttempts } from '../auth.errors.js';
import { Credentials } from '../tokens/credentials.dto.js';
import { AccessTokenView } from '../tokens/token.dto.js';
import { Operators } from './operators.js';

@Controller('admin/auth')
export class OperatorAuthController {
  constructor(private readonly operators: Operators) {}

  /** Signs an operator in. */
  @Post('login')
  @HttpCode(200)
  @Public({ tenant: 'none' })
  @Throws(AuthCredentialsWrong, AuthTooManyAttempts)
  @ApiOperation({ operationId: 'loginOperator' })
  login(@Body() { email, password }: Credentials, @Ip() address: string): Promise<AccessTokenView> {
    return this.operators.login(email, password, address);
  }
}
