import { describe, expect, it } from 'vitest';
import { judgeRoom } from './folders.js';

const MIB = 1024 ** 2;
const severity = (free: number, all: number) => judgeRoom('/data', { bavail: free, blocks: all, bsize: MIB }).severity;

describe('a disk', () => {
  it('with a GiB and a tenth of it free has room', () => {
    expect(severity(1024, 10_240)).toBe('ok');
  });

  it('with less than a GiB free has not', () => {
    expect(severity(1023, 2000)).toBe('warning');
  });

  it('with less than a tenth of it free has not', () => {
    expect(severity(10_000, 100_001)).toBe('warning');
  });
});
