import { describe, expect, it } from 'vitest';
import { isDue } from './cron-minutes.js';

const due = (expression: string, minute: string) => isDue({ expression, task: 'area.work' }, new Date(minute));

describe('a cron expression', () => {
  it('matches minutes in UTC', () => {
    expect(due('0 3 * * *', '2026-11-22T03:00:00Z')).toBe(true);
    expect(due('0 3 * * *', '2026-11-22T04:00:00+01:00')).toBe(true);
    expect(due('0 3 * * *', '2026-11-22T03:01:00Z')).toBe(false);
    expect(due('*/15 * * * 1-5', '2026-11-23T10:45:00Z')).toBe(true);
    expect(due('*/15 * * * 1-5', '2026-11-22T10:45:00Z')).toBe(false);
  });
});
