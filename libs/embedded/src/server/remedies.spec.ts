import { describe, expect, it } from 'vitest';
import { withRemedy } from './remedies.js';

describe('a failure of Postgres', () => {
  it.each([
    ['FATAL:  could not write lock file "postmaster.pid": No space left on device', /The disk is full/],
    [
      'FATAL:  could not resize shared memory segment "/PostgreSQL.123" to 1048576 bytes: No space left on device',
      /--shm-size/,
    ],
    ['FATAL:  could not map anonymous shared memory: Cannot allocate memory', /shared_buffers/],
    ['FATAL:  data directory "/x" has invalid permissions', /must own the data folder \(mode 0700\)/],
    ['LOG:  invalid primary checkpoint record\nPANIC:  could not locate a valid checkpoint record', /from a backup/],
    ['initdb: could not look up effective user ID 1234: user does not exist', /\/etc\/passwd/],
    ['pg_ctl: server did not start in time', /wait, and start again/],
  ])('is told with its remedy: %s', (output, advice) => {
    const message = withRemedy('It failed', output);
    expect(message).toMatch(advice);
    expect(message).toContain(output);
  });

  it('is told as it is when it is not known', () => {
    expect(withRemedy('It failed', 'FATAL: whatever')).toBe('It failed.\nPostgres said:\nFATAL: whatever');
  });
});
