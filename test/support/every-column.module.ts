import { Controller, Get } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { Requires, TenantryModule } from '@tenantry/platform';
import { DataSource } from 'typeorm';

@Controller('every-column')
class EveryColumnController {
  constructor(@InjectDataSource() private readonly tenants: DataSource) {}

  /** Careless code: its answer changes when a column comes. */
  @Get()
  @Requires('notes:read')
  async list() {
    const rows = await this.tenants.query<object[]>('SELECT * FROM note');
    return { columns: Object.keys(rows[0] ?? {}) };
  }

  /** The same statement before and after whatever happens meanwhile, in one transaction. */
  @Get('twice')
  @Requires('notes:read')
  twice() {
    return this.tenants.transaction(async (manager) => {
      await manager.query('SELECT * FROM note LIMIT 1');
      const rows = await manager.query<object[]>('SELECT * FROM note LIMIT 1');
      return { columns: Object.keys(rows[0] ?? {}) };
    });
  }
}

/** Reads whatever columns there are. */
@TenantryModule({ name: 'every-column', compatibility: '^1.0.0', controllers: [EveryColumnController] })
export class EveryColumnModule {}
