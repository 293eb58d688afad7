import { describe, expect, it } from 'vitest';
import { fleetOptions } from './fleet-flags.js';

const flags = { concurrency: '4', lockTimeout: '2000', statementTimeout: '0', attempts: '5' };

describe('the flags of tenantry migrate', () => {
  it('are read', () => {
    expect(fleetOptions({ ...flags, waves: '1,10%', haltAt: '0.1', tenant: ['acme'] })).toEqual({
      concurrency: 4,
      lockTimeout: 2000,
      statementTimeout: 0,
      attempts: 5,
      slugs: ['acme'],
      waves: [{ tenants: 1 }, { percent: 10 }],
      haltAt: 0.1,
    });
  });

  it.each([
    [{ waves: '1,some' }, '"some" is neither'],
    [{ waves: '0' }, '"0" is neither'],
    [{ haltAt: '20' }, '--halt-at'],
    [{ haltAt: '' }, '--halt-at'],
    [{ concurrency: '0' }, '--concurrency'],
    [{ attempts: 'many' }, '--attempts'],
  ])('are refused by name: %j', (wrong, message) => {
    expect(() => fleetOptions({ ...flags, ...wrong })).toThrow(message);
  });
});
