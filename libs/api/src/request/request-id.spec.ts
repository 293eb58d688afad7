import { isId } from '@tenantry/kernel';
import { describe, expect, it } from 'vitest';
import { requestId } from './request-id.js';

describe('a request id', () => {
  it('is the client’s own when it is harmless', () => {
    expect(requestId('trace-1.2:3')).toBe('trace-1.2:3');
  });

  it.each([undefined, '', 'a\nforged log line', '<script>', 'x'.repeat(129), ['a', 'b']])(
    'is a new one instead of %j',
    (header) => {
      expect(isId(requestId(header))).toBe(true);
    },
  );
});
