import { getDataSourceToken } from '@nestjs/typeorm';
import { Caches, Clock, Settings, TenantryModule } from '@tenantry/kernel';
import { Notifications, PLATFORM } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { FeatureGuard } from './features/feature.guard.js';
import { PlanFeatures } from './features/plan-features.js';
import { TenantFeatures } from './features/tenant-features.js';
import { AddPlanFeatures1795300000000 } from './migrations/add-plan-features.migration.js';
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
  platformMigrations: [CreateBilling1793500200000, AddPlanFeatures1795300000000],
  permissions: { 'usage:read': { description: 'See what the tenant uses', roles: ['admin'] } },
  controllers: [PlansController, UsageController],
  providers: [
    FeatureGuard,
    Plans,
    Subscriptions,
    TenantFeatures,
    UsageReport,
    {
      provide: PlanFeatures,
      inject: [getDataSourceToken(PLATFORM), Notifications],
      useFactory: async (dataSource: DataSource, notifications: Notifications) => {
        const features = new PlanFeatures(dataSource);
        await features.listen(notifications);
        return features;
      },
    },
    {
      provide: UsageMeter,
      inject: [getDataSourceToken(PLATFORM), Clock, Settings, Caches],
      useFactory: (...args: ConstructorParameters<typeof UsageMeter>) => new UsageMeter(...args),
    },
  ],
  exports: [FeatureGuard, Plans, Subscriptions, UsageMeter],
})
export class BillingModule {}
