import { InstallationSecret, newId } from '@tenantry/kernel';
import { describe, expect, it } from 'vitest';
import { openRefreshToken, sealRefreshToken } from './refresh-token.js';

const secret = new InstallationSecret('s'.repeat(32));
const [tenant, other, sessionId] = [newId(), newId(), newId()];
const token = sealRefreshToken(secret, tenant, { sessionId, generation: 3 });

describe('a refresh token', () => {
  it('opens for its own tenant', () => {
    expect(openRefreshToken(secret, tenant, token)).toEqual({ sessionId, generation: 3 });
  });

  it('does not open for another tenant or installation', () => {
    expect(openRefreshToken(secret, other, token)).toBeUndefined();
    expect(openRefreshToken(new InstallationSecret('t'.repeat(32)), tenant, token)).toBeUndefined();
  });

  it.each([
    ['another generation', token.replace('.3.', '.4.')],
    ['another session', token.replace(sessionId, newId())],
    ['a leading zero', token.replace('.3.', '.03.')],
    ['no seal', token.split('.').slice(0, 2).join('.')],
    ['nothing', ''],
  ])('with %s does not open', (_, changed) => {
    expect(openRefreshToken(secret, tenant, changed)).toBeUndefined();
  });
});
