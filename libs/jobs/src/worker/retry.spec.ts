import { describe, expect, it } from 'vitest';
import { pauseAfter, reasonOf } from './retry.js';

describe('the pause after a failed attempt', () => {
  it('doubles from two seconds, up to an hour', () => {
    expect([1, 2, 3, 11, 12, 99].map(pauseAfter)).toEqual([2, 4, 8, 2048, 3600, 3600]);
  });
});

describe('the reason of a failure', () => {
  it('is the message, short enough to be kept and without what Postgres cannot keep', () => {
    expect(reasonOf(new Error('gone\u0000'))).toBe('gone');
    expect(reasonOf('x'.repeat(5000))).toHaveLength(1000);
  });
});
