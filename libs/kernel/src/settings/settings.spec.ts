import { describe, expect, it } from 'vitest';
import { InvalidSettings, parseSettings } from './settings.js';

const faultsOf = (environment: Record<string, string>): readonly string[] => {
  try {
    parseSettings(environment);
    return [];
  } catch (error) {
    if (error instanceof InvalidSettings) return error.faults;
    throw error;
  }
};

describe('settings', () => {
  it('have a default each, so that an empty environment starts', () => {
    const settings = parseSettings({});
    expect(settings.get('PORT')).toBe(3000);
    expect(settings.get('TENANTRY_BASE_DOMAIN')).toBe('localhost');
    expect(settings.get('TENANTRY_DATABASE_POOL')).toBe(10);
  });

  it('report every invalid variable together, by name', () => {
    const faults = faultsOf({ PORT: 'many', TENANTRY_DATABASE_POOL: '0', DATABASE_URL: 'mysql://x' });
    expect(faults).toHaveLength(3);
    expect(faults.join()).toMatch(/PORT.*TENANTRY_DATABASE_POOL|DATABASE_URL/);
  });

  it('refuse a misspelt variable instead of ignoring it', () => {
    expect(faultsOf({ TENANTRY_HARDENNING: 'relax' })).toEqual(['TENANTRY_HARDENNING: is not a setting of Tenantry']);
  });

  it('never repeat a value, which may be a secret', () => {
    expect(faultsOf({ TENANTRY_SECRET: 'short-secret', TENANTRY_OPERATOR_PASSWORD: 'hunter2' }).join()).not.toMatch(
      /short-secret|hunter2/,
    );
  });

  it('read an empty variable as absent', () => {
    expect(parseSettings({ DATABASE_URL: '' }).get('DATABASE_URL')).toBeUndefined();
  });

  it('split lists and drop blanks', () => {
    expect(parseSettings({ TENANTRY_MODULES: ' ./a.js, ,./b.js ' }).get('TENANTRY_MODULES')).toEqual([
      './a.js',
      './b.js',
    ]);
  });
});
