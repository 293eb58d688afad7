import { Injectable, type OnModuleInit } from '@nestjs/common';
import { OperationPlans, TenantLifecycle, TenantProvisioning, type OperationStep } from '@tenantry/tenancy';
import { TenantPlan } from '../tenants/tenant-plan.js';

/** Tells how the making and the purging of a tenant are taken up again. */
@Injectable()
export class TenantOperations implements OnModuleInit {
  constructor(
    private readonly plans: OperationPlans,
    private readonly plan: TenantPlan,
    private readonly provisioning: TenantProvisioning,
    private readonly lifecycle: TenantLifecycle,
  ) {}

  onModuleInit(): void {
    this.plans.add({
      kind: 'create',
      stepsOf: () => names(this.plan.create),
      takeUp: (operation) => this.provisioning.resume(operation, this.plan.create),
    });
    this.plans.add({
      kind: 'purge',
      stepsOf: () => names(this.plan.purge),
      takeUp: async ({ tenantId }) => {
        if (tenantId) await this.lifecycle.purge(tenantId, this.plan.purge);
      },
    });
  }
}

function names(steps: readonly OperationStep[]): string[] {
  return steps.map(({ name }) => name);
}
