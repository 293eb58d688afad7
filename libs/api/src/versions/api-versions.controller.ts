import { Controller, Get, Param } from '@nestjs/common';
import { Page, Public } from '@tenantry/kernel';
import { OutlivesSunset } from './outlives-sunset.js';
import { VersionReport } from './version-report.js';
import { ApiVersionView } from './version.dto.js';

@Controller('api-versions')
@Public({ tenant: 'none' })
@OutlivesSunset()
export class ApiVersionsController {
  constructor(private readonly report: VersionReport) {}

  /** The versions of this API, newest first. */
  @Get()
  list(): Page<ApiVersionView> {
    return new Page(this.report.versions());
  }

  /** What a version changed, and what becomes of it. */
  @Get(':version')
  get(@Param('version') version: string): ApiVersionView {
    return this.report.version(version);
  }
}
