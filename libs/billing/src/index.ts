export { BillingModule } from './billing.module.js';
export { PlanUnknown } from './billing.errors.js';
export { FeatureGuard } from './features/feature.guard.js';
export { Plans } from './plans/plans.js';
export { Subscriptions } from './subscriptions/subscriptions.js';
export { UsageMeter } from './usage/usage-meter.js';
