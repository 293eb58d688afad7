import { describe, expect, it } from 'vitest';
import { minorUnits, viewOfPlan } from './plan.dto.js';
import type { PlanEntity } from './plan.entity.js';

describe('a price', () => {
  it.each([
    ['0.00', 0],
    ['0.05', 5],
    ['12.50', 1250],
    ['1234567.89', 123456789],
  ])('of %s is %i minor units and back', (amount, units) => {
    expect(minorUnits({ amount, currency: 'EUR' })).toBe(units);
    expect(viewOfPlan({ priceAmount: units, priceCurrency: 'EUR' } as PlanEntity).price.amount).toBe(amount);
  });
});
