import { Injectable } from '@nestjs/common';
import { ModuleRef } from '@nestjs/core';
import { TenantContext, type OperationStep, type StepContext } from '@tenantry/tenancy';
import { TenantSeeds } from './tenant-seeds.js';

/** Runs the seeds of all modules inside the new tenant. */
@Injectable()
export class SeedStep implements OperationStep {
  readonly name = 'seed';
  /** A seed may look for the tenant, which is not to be seen before a transaction ends. */
  readonly sharesTransaction: boolean;

  constructor(
    private readonly seeds: TenantSeeds,
    private readonly modules: ModuleRef,
    private readonly context: TenantContext,
  ) {
    this.sharesTransaction = seeds.seeds.length === 0;
  }

  async run({ tenant }: StepContext): Promise<void> {
    await this.context.run(tenant, async () => {
      for (const seed of this.seeds.seeds) await this.modules.get(seed, { strict: false }).seed();
    });
  }
}
