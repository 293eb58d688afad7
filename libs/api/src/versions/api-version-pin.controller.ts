import { Body, Controller, Get, Patch } from '@nestjs/common';
import { Requires, Throws } from '@tenantry/kernel';
import { TenantContext } from '@tenantry/tenancy';
import { ApiContract } from './api-contract.js';
import { OutlivesSunset } from './outlives-sunset.js';
import { ApiVersionNotReturnable } from './version.errors.js';
import { VersionPins, type VersionPin } from './version-pins.js';
import { ApiVersionPinChange, ApiVersionPinView } from './version.dto.js';

const PATH = '/settings/api-version';

@Controller('settings/api-version')
@OutlivesSunset()
export class ApiVersionPinController {
  constructor(
    private readonly pins: VersionPins,
    private readonly context: TenantContext,
    private readonly contract: ApiContract,
  ) {}

  /** The version that the tenant's requests speak when they do not say one. */
  @Get()
  @Requires('settings:read')
  async get(): Promise<ApiVersionPinView> {
    return this.view(await this.pins.of(this.context.current().id));
  }

  /** Moves the tenant to a newer version, or back to the one before within 72 hours. */
  @Patch()
  @Throws(ApiVersionNotReturnable)
  @Requires('settings:write')
  async move(@Body() { apiVersion }: ApiVersionPinChange): Promise<ApiVersionPinView> {
    return this.view(await this.pins.move(this.context.current().id, apiVersion));
  }

  private view(pin: VersionPin): ApiVersionPinView {
    return { ...pin, newest: this.contract.chain.versions.newest, _links: { self: { href: PATH } } };
  }
}
