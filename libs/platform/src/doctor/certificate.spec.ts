import { describe, expect, it } from 'vitest';
import { examineCertificate } from './certificate.js';

const now = new Date('2026-11-22T00:00:00Z');
const until = (validTo: string) => examineCertificate('the database', new Date(validTo), now);

describe('a certificate', () => {
  it('that is good for three weeks is fine', () => {
    expect(until('2026-12-13T00:00:00Z')).toMatchObject({ severity: 'ok' });
  });

  it('that ends within three weeks is told with its day', () => {
    expect(until('2026-12-12T23:59:59Z')).toMatchObject({
      severity: 'warning',
      detail: 'expires in 20 days, on 2026-12-12T23:59:59.000Z',
    });
  });

  it('that has ended is an error', () => {
    expect(until('2026-11-21T23:59:59Z')).toMatchObject({
      severity: 'error',
      detail: 'expired on 2026-11-21T23:59:59.000Z',
    });
  });
});
