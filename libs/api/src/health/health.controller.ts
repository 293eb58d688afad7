import { Controller, Get, Header } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Public } from '@tenantry/kernel';
import { PLATFORM, PoolerReach } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { ServerBusy } from '../problems/http.errors.js';
import { HealthView } from './health.dto.js';
import { Readiness } from './readiness.js';
import { OutlivesSunset } from '../versions/outlives-sunset.js';

@Controller('health')
@Public({ tenant: 'none' })
@OutlivesSunset()
export class HealthController {
  constructor(
    @InjectDataSource(PLATFORM) private readonly dataSource: DataSource,
    private readonly pooler: PoolerReach,
    private readonly readiness: Readiness,
  ) {}

  /** Whether the process runs. */
  @Get('live')
  @Header('cache-control', 'no-store')
  live(): HealthView {
    return { status: 'up' };
  }

  /** Whether requests can be served: the process is whole, not about to stop, the database and a pooler before it answer. */
  @Get('ready')
  @Header('cache-control', 'no-store')
  async ready(): Promise<HealthView> {
    if (this.readiness.state !== 'serving') throw new ServerBusy({ headers: { 'retry-after': '5' } });
    try {
      await Promise.all([this.dataSource.query('SELECT 1'), this.pooler.check()]);
    } catch (cause) {
      throw new ServerBusy({ cause, headers: { 'retry-after': '5' } });
    }
    return { status: 'up' };
  }
}
