import { describe, expect, it } from 'vitest';
import { ApiVersions } from './api-versions.js';

const versions = new ApiVersions(['2026-03-01', '2026-01-01', '2026-02-01', '2026-01-01']);

describe('the versions of an API', () => {
  it('stand in order, once each', () => {
    expect(versions.all).toEqual(['2026-01-01', '2026-02-01', '2026-03-01']);
    expect([versions.oldest, versions.newest]).toEqual(['2026-01-01', '2026-03-01']);
  });

  it('are found by their own date, and the older one by a date between two', () => {
    expect(versions.resolve('2026-02-01')).toBe('2026-02-01');
    expect(versions.resolve('2026-02-28')).toBe('2026-02-01');
  });

  it.each([
    '2025-12-31',
    '2026-03-02',
    '2026-02-30',
    '2026-2-1',
    '2026-02',
    '2026',
    '20260201',
    'newest',
    '',
    ' 2026-02-01',
    '2026-02-01, 2026-02-01',
  ])('%j is none of them, and the answer lists them', (asked) => {
    expect(() => versions.resolve(asked)).toThrow(
      expect.objectContaining({
        code: 'API_VERSION_UNKNOWN',
        message: expect.stringContaining('2026-01-01') as string,
      }),
    );
  });

  it('serve a pin whatever became of its date', () => {
    expect(['2020-01-01', '2026-02-15', '2030-01-01'].map((pin) => versions.ofPin(pin))).toEqual([
      '2026-01-01',
      '2026-02-01',
      '2026-03-01',
    ]);
  });

  it('know their successors', () => {
    expect(versions.after('2026-01-01')).toBe('2026-02-01');
    expect(versions.after('2026-03-01')).toBeUndefined();
  });
});
