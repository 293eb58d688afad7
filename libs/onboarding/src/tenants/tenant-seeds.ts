import type { Type } from '@nestjs/common';
import type { TenantSeed } from '@tenantry/kernel';

/** The seeds of all modules, in the order of the modules. */
export class TenantSeeds {
  constructor(readonly seeds: readonly Type<TenantSeed>[]) {}
}
