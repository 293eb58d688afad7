import { describe, expect, it } from 'vitest';
import { StructuredLogger } from './structured-logger.js';

const lines: string[] = [];
const logger = new StructuredLogger('info', { write: (line: string) => void lines.push(line) });
const last = () => JSON.parse(lines.at(-1) ?? '{}') as Record<string, unknown>;

describe('a log line', () => {
  it('is one JSON object with level, time and context', () => {
    logger.log('Started.', 'Platform');
    expect(last()).toMatchObject({ level: 'info', msg: 'Started.', context: 'Platform', service: 'tenantry' });
    expect(Date.parse(String(last()['time']))).not.toBeNaN();
  });

  it('keeps the stack of an error', () => {
    logger.error('Failed.', 'Error: x\n at y', 'Errors');
    expect(last()).toMatchObject({ level: 'error', msg: 'Failed.', stack: 'Error: x\n at y', context: 'Errors' });
  });

  it('never holds a secret, at the top or one level down', () => {
    logger.event('Request.', { password: 'p1', body: { accessToken: 'p2' }, authorization: 'p3' });
    expect(lines.at(-1)).not.toMatch(/p1|p2|p3/);
  });

  it('stays one line whatever is logged', () => {
    logger.log('forged\n{"level":"info"}', 'X');
    expect(lines.at(-1)?.trimEnd()).not.toContain('\n');
  });
});
