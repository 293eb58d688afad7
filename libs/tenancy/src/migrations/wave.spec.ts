import { describe, expect, it } from 'vitest';
import { isTooMany, parseWave, waveSizes } from './wave.js';

describe('waves', () => {
  it('are numbers or percents', () => {
    expect([parseWave('10'), parseWave(' 5% ')]).toEqual([{ tenants: 10 }, { percent: 5 }]);
    for (const wrong of ['', '0', '101%', '-1', '1.5', 'all']) expect(parseWave(wrong)).toBeUndefined();
  });

  it('take so many tenants, and the last takes the rest', () => {
    expect(waveSizes([{ tenants: 1 }, { percent: 10 }], 500)).toEqual([1, 50, 449]);
    expect(waveSizes([{ tenants: 10 }, { tenants: 100 }], 15)).toEqual([10, 5]);
    expect(waveSizes([{ percent: 1 }], 3)).toEqual([1, 2]);
    expect(waveSizes([], 0)).toEqual([]);
  });

  it('fail as soon as a small one cannot get better, and a large one by its running rate', () => {
    expect(isTooMany(0.2, { size: 1, done: 0, failed: 1 })).toBe(true);
    expect(isTooMany(0.2, { size: 10, done: 0, failed: 1 })).toBe(false);
    expect(isTooMany(0.2, { size: 10, done: 1, failed: 2 })).toBe(true);
    expect(isTooMany(0.2, { size: 10_000, done: 40, failed: 9 })).toBe(false);
    expect(isTooMany(0.2, { size: 10_000, done: 40, failed: 10 })).toBe(true);
    expect(isTooMany(0.2, { size: 10_000, done: 990, failed: 10 })).toBe(false);
    expect(isTooMany(0, { size: 10, done: 9, failed: 0 })).toBe(false);
  });
});
