import { describe, expect, it } from 'vitest';
import { defineError, errorCatalogue } from './define-error.js';
import { DomainError } from './domain-error.js';

const TooLong = defineError('SPEC_TOO_LONG', 422, (max: number) => `At most ${max} characters.`);

describe('a declared error', () => {
  it('carries its code, status and message', () => {
    const error = new TooLong(5);
    expect(error).toBeInstanceOf(DomainError);
    expect(error).toMatchObject({ code: 'SPEC_TOO_LONG', status: 422, message: 'At most 5 characters.' });
  });

  it('takes a cause and headers after its own arguments', () => {
    const cause = new Error('below');
    const error = new TooLong(5, { cause, headers: { 'retry-after': '3' } });
    expect(error.cause).toBe(cause);
    expect(error.headers).toEqual({ 'retry-after': '3' });
  });

  it('stands in the catalogue', () => {
    expect(errorCatalogue()).toContainEqual({ code: 'SPEC_TOO_LONG', status: 422, title: 'Spec too long' });
  });

  it('may not take a code that stands for another status', () => {
    expect(() => defineError('SPEC_TOO_LONG', 400, 'x')).toThrow(/declared twice/);
  });

  it('needs a code of the form AREA_REASON', () => {
    expect(() => defineError('tooLong', 400, 'x')).toThrow(/AREA_REASON/);
  });
});
