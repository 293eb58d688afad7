import { renamed, type ApiChangeClass } from '@tenantry/kernel';
import { describe, expect, it } from 'vitest';
import { changesOf, versionsOf } from './module-change.js';

const moduleOf = (name: string, apiSince: string | undefined, ...dates: string[]) => {
  const apiChanges = dates.map((date): ApiChangeClass => {
    return class Moved {
      readonly date = date;
      readonly description = 'Moved.';
      readonly schemas = [{ schema: 'Thing', changes: [renamed('b', 'a')] }];
    };
  });
  return { name, compatibility: '^1.0.0', apiChanges, ...(apiSince !== undefined && { apiSince }) };
};

describe('the changes of several modules', () => {
  it('stand in the order of their dates', () => {
    const modules = [
      moduleOf('a', '2026-01-01', '2026-04-01', '2026-02-01'),
      moduleOf('b', '2026-01-15', '2026-03-01'),
    ];
    const changes = changesOf(modules);
    expect(changes.map(({ module, change }) => `${module} ${change.date}`)).toEqual([
      'a 2026-02-01',
      'b 2026-03-01',
      'a 2026-04-01',
    ]);
    const made = ['2026-01-01', '2026-01-15', '2026-02-01', '2026-03-01', '2026-04-01'];
    expect(versionsOf(modules, changes).all).toEqual(expect.arrayContaining(made));
  });

  it.each([
    ['2026-02-30', '2026-01-01', '"2026-02-30" is no date of the form YYYY-MM-DD'],
    ['tomorrow', '2026-01-01', '"tomorrow" is no date'],
    ['2026-02-01', undefined, 'does not say since when its contract is released'],
    ['2026-02-01', '2026', 'apiSince "2026" is no date'],
    ['2026-01-01', '2026-01-01', "is not after the module's first release 2026-01-01"],
    ['2025-12-31', '2026-01-01', "is not after the module's first release"],
  ])('of %s since %s are refused', (date, since, fault) => {
    expect(() => changesOf([moduleOf('shop', since, date)])).toThrow(
      expect.objectContaining({
        name: 'ApiChangeFault',
        message: expect.stringMatching(new RegExp(`^Module "shop", API change Moved: .*${fault}`)) as string,
      }),
    );
  });
});
