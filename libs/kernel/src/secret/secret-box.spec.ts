import { randomBytes } from 'node:crypto';
import { describe, expect, it } from 'vitest';
import { SecretBox } from './secret-box.js';

describe('a sealed secret', () => {
  const box = new SecretBox(randomBytes(32));

  it('opens with the same key in the same context', () => {
    expect(box.open(box.seal('private', 'key-1'), 'key-1')).toBe('private');
  });

  it('does not open in another context, with another key, or changed', () => {
    const sealed = box.seal('private', 'key-1');
    expect(() => box.open(sealed, 'key-2')).toThrow();
    expect(() => new SecretBox(randomBytes(32)).open(sealed, 'key-1')).toThrow();
    const other = sealed.endsWith('AA') ? 'AQ' : 'AA';
    expect(() => box.open(sealed.slice(0, -2) + other, 'key-1')).toThrow();
  });
});
