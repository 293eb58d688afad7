import { Body, Controller, Get, HttpCode, Ip, Post, Query, UseGuards } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { PlanUnknown } from '@tenantry/billing';
import { Offered, Public, Throws } from '@tenantry/kernel';
import {
  TenantBusy,
  TenantProvisioningFailed,
  TenantSlugInvalid,
  TenantSlugReserved,
  TenantSlugTaken,
} from '@tenantry/tenancy';
import { SignupCompletion } from './signup-completion.js';
import {
  SignedUpTenant,
  SignupAcceptance,
  SignupInput,
  SignupVerification,
  SlugQuery,
  SlugSuggestions,
} from './signup.dto.js';
import {
  SignupAddressRefused,
  SignupClosed,
  SignupInvalid,
  SignupRefused,
  SignupTooMany,
  SignupUnderWay,
} from './signup.errors.js';
import { isSignupOpen, SignupGuard } from './signup.guard.js';
import { SignupThrottle } from './signup-throttle.js';
import { Signups } from './signups.js';
import { SlugFinder } from './slug-finder.js';

@Controller('signup')
@Public({ tenant: 'none' })
@Offered(isSignupOpen)
@UseGuards(SignupGuard)
@Throws(SignupClosed, SignupTooMany)
export class SignupController {
  constructor(
    private readonly signups: Signups,
    private readonly completion: SignupCompletion,
    private readonly slugs: SlugFinder,
    private readonly throttle: SignupThrottle,
  ) {}

  /** Asks for a tenant: a link goes to the address. */
  @Post()
  @HttpCode(202)
  @ApiOperation({ operationId: 'signUp' })
  @Throws(SignupAddressRefused, SignupRefused, TenantSlugInvalid, TenantSlugReserved)
  request(@Body() body: SignupInput, @Ip() address: string): Promise<SignupAcceptance> {
    return this.signups.request({ ...body, address });
  }

  /** Makes the tenant, for who has the link; it is ready for use when this answers. */
  @Post('verify')
  @ApiOperation({ operationId: 'verifySignup' })
  @Throws(SignupInvalid, SignupUnderWay, PlanUnknown, TenantSlugTaken, TenantSlugInvalid, TenantSlugReserved)
  @Throws(TenantProvisioningFailed, TenantBusy)
  async verify(@Body() body: SignupVerification, @Ip() address: string): Promise<SignedUpTenant> {
    await this.throttle.verify(address);
    return this.completion.complete(body);
  }

  /** Slugs for a name that are free. */
  @Get('slugs')
  @ApiOperation({ operationId: 'suggestSlugs' })
  async suggest(@Query() { name }: SlugQuery, @Ip() address: string): Promise<SlugSuggestions> {
    await this.throttle.slugs(address);
    return { slugs: await this.slugs.suggest(name) };
  }
}
