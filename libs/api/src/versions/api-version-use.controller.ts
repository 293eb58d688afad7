import { Body, Controller, Get, Param, Patch, Query } from '@nestjs/common';
import { OperatorOnly, Page, PageQuery, Throws } from '@tenantry/kernel';
import { VersionReport } from './version-report.js';
import { ApiVersionIsNewest, ApiVersionSunsetTooEarly } from './version.errors.js';
import { VersionSunsets } from './version-sunsets.js';
import { ApiVersionAnnouncement, ApiVersionUseView, ApiVersionView, TenantVersionUseView } from './version.dto.js';

@Controller('admin/api-versions')
@OperatorOnly()
export class ApiVersionUseController {
  constructor(
    private readonly report: VersionReport,
    private readonly sunsets: VersionSunsets,
  ) {}

  /** How much each version is in use, newest first. */
  @Get()
  async list(): Promise<Page<ApiVersionUseView>> {
    return new Page(await this.report.uses());
  }

  /** How much one version is in use. */
  @Get(':version')
  get(@Param('version') version: string): Promise<ApiVersionUseView> {
    return this.report.use(version);
  }

  /** Tenants that are pinned to a version or have used it. */
  @Get(':version/tenants')
  tenants(@Param('version') version: string, @Query() page: PageQuery): Promise<Page<TenantVersionUseView>> {
    return this.report.tenants(version, page);
  }

  /** Announces when a version ends; an announced date may be moved later, never earlier. */
  @Patch(':version')
  @Throws(ApiVersionIsNewest, ApiVersionSunsetTooEarly)
  async announce(@Param('version') version: string, @Body() body: ApiVersionAnnouncement): Promise<ApiVersionView> {
    await this.sunsets.announce(version, body.sunsetAt);
    return this.report.version(version);
  }
}
