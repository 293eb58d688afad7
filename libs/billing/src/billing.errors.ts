import { defineError } from '@tenantry/kernel';

export const PlanUnknown = defineError('PLAN_UNKNOWN', 422, (code: string) => `There is no plan "${code}".`);
export const PlanNotFound = defineError('PLAN_NOT_FOUND', 404, 'There is no such plan.');
export const PlanCodeTaken = defineError('PLAN_CODE_TAKEN', 409, (code: string) => `A plan "${code}" exists already.`);
export const UsageRangeInvalid = defineError(
  'USAGE_RANGE_INVALID',
  422,
  '"from" must be before "to", at most 92 days apart.',
);
