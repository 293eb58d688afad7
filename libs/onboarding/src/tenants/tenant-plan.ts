import { Injectable } from '@nestjs/common';
import { Subscriptions } from '@tenantry/billing';
import { coreSteps, TenantDdl, TenantMigrations, type CoreSteps, type OperationStep } from '@tenantry/tenancy';
import { OwnerStep } from './owner-step.js';
import { SeedStep } from './seed-step.js';

/** A tenant's life as lists of steps: what happens when one is made, and when one is purged. */
@Injectable()
export class TenantPlan {
  readonly core: CoreSteps;

  constructor(
    ddl: TenantDdl,
    migrations: TenantMigrations,
    private readonly subscriptions: Subscriptions,
    readonly ownerStep: OwnerStep,
    private readonly seeding: SeedStep,
  ) {
    this.core = coreSteps(ddl, migrations);
  }

  get create(): readonly OperationStep[] {
    return this.createAnd(this.core.announce);
  }

  /** @param announce the step that ends the making */
  createAnd(announce: OperationStep): readonly OperationStep[] {
    const { createRole, createSchema, migrate } = this.core;
    return [createRole, createSchema, migrate, this.seeding, this.subscribe, this.ownerStep, announce];
  }

  get purge(): readonly OperationStep[] {
    const { dropSchema, dropRole, forget } = this.core;
    return [dropSchema, dropRole, forget];
  }

  readonly subscribe: OperationStep = {
    name: 'subscribe',
    sharesTransaction: true,
    run: ({ client, tenant }) =>
      this.subscriptions.begin((sql, values) => client.query(sql, values), tenant.id, tenant.plan),
  };
}
