import { Controller, Get } from '@nestjs/common';
import { OperatorOnly } from '@tenantry/kernel';
import { WarmPool } from '@tenantry/tenancy';
import { WarmPoolView } from './warm-pool.dto.js';

@Controller('admin/warm-pool')
@OperatorOnly()
export class WarmPoolController {
  constructor(private readonly pool: WarmPool) {}

  /** How many schemas wait for tenants. */
  @Get()
  get(): Promise<WarmPoolView> {
    return this.pool.status();
  }
}
