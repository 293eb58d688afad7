import { Controller, Get, Query } from '@nestjs/common';
import { Requires, Throws } from '@tenantry/kernel';
import { UsageRangeInvalid } from '../billing.errors.js';
import { UsageQuery, UsageView } from './usage.dto.js';
import { UsageReport } from './usage-report.js';

@Controller('usage')
export class UsageController {
  constructor(private readonly report: UsageReport) {}

  /** How many API requests the tenant made, by hour. Requests without a valid credential do not count. */
  @Get()
  @Requires('usage:read')
  @Throws(UsageRangeInvalid)
  usage(@Query() query: UsageQuery): Promise<UsageView> {
    return this.report.of(query);
  }
}
