import { Injectable } from '@nestjs/common';
import { TenantRows } from '../tenants/tenant-rows.js';
import { CloneSteps } from './clone-steps.js';

/** What makes a clone, and what undoes it. */
@Injectable()
export class CloneMaking {
  constructor(
    readonly steps: CloneSteps,
    readonly rows: TenantRows,
  ) {}
}
