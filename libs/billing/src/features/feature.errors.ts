import { defineError } from '@tenantry/kernel';

export const FeatureNotInPlan = defineError(
  'FEATURE_NOT_IN_PLAN',
  402,
  (feature: string) => `The tenant's plan does not have the feature "${feature}".`,
);
export const FeatureSwitchedOff = defineError(
  'FEATURE_SWITCHED_OFF',
  403,
  (feature: string) => `The tenant's settings switch the feature "${feature}" off.`,
);
