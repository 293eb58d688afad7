import { getDataSourceToken } from '@nestjs/typeorm';
import { Clock, Settings, TenantryModule } from '@tenantry/kernel';
import { PLATFORM } from '@tenantry/tenancy';
import { CreateBilling1793500200000 } from './migrations/create-billing.migration.js';
import { PlanEntity } from './plans/plan.entity.js';
import { PlansController } from './plans/plans.controller.js';
import { Plans } from './plans/plans.js';
import { SubscriptionEntity } from './subscriptions/subscription.entity.js';
import { Subscriptions } from './subscriptions/subscriptions.js';
import { UsageMeter } from './usage/usage-meter.js';
import { UsageReport } from './usage/usage-report.js';
import { UsageController } from './usage/usage.controller.js';

/** Plans, subscriptions and what tenants use. */
@TenantryModule({
  name: 'billing',
  description: 'Plans, and what tenants use.',
  compatibility: '^1.0.0',
  platformEntities: [PlanEntity, SubscriptionEntity],
  platformMigrations: [CreateBilling1793500200000],
  permissions: { 'usage:read': { description: 'See what the tenant uses', roles: ['admin'] } },
  controllers: [PlansController, UsageController],
  providers: [
    Plans,
    Subscriptions,
    UsageReport,
    {
      provide: UsageMeter,
      inject: [getDataSourceToken(PLATFORM), Clock, Settings],
      useFactory: (...args: ConstructorParameters<typeof UsageMeter>) => new UsageMeter(...args),
    },
  ],
  exports: [Plans, Subscriptions, UsageMeter],
})
export class BillingModule {}
