import { generateKeyPairSync, type KeyObject } from 'node:crypto';
import { afterEach, describe, expect, it, vi } from 'vitest';
import { LRUCache } from 'lru-cache';
import { VerifiedTokens } from './verified-tokens.js';

const { publicKey } = generateKeyPairSync('ed25519');
const keys = new Map<string, KeyObject>([['one', publicKey]]);
const principal = { id: 'user' };
const now = () => Math.floor(Date.now() / 1000);

const holding = (token = 'token', expires = now() + 60) => {
  const tokens = new VerifiedTokens<{ id: string }>({ known: (kid) => keys.get(kid) }, new LRUCache({ max: 10 }));
  tokens.add(token, { principal, kid: 'one', key: publicKey, expires });
  return tokens;
};

describe('tokens that were verified before', () => {
  afterEach(() => {
    vi.useRealTimers();
    keys.set('one', publicKey);
  });

  it('are known, and no others', () => {
    const tokens = holding();
    expect(tokens.find('token')).toBe(principal);
    expect(tokens.find('tokem')).toBeUndefined();
  });

  it('are forgotten in the second in which they expire', () => {
    vi.useFakeTimers({ now: 1_000_000 });
    const tokens = holding('token', now() + 60);
    vi.setSystemTime(1_059_999);
    expect(tokens.find('token')).toBe(principal);
    vi.setSystemTime(1_060_000);
    expect(tokens.find('token')).toBeUndefined();
  });

  it('are forgotten when their key is no longer known', () => {
    const tokens = holding();
    keys.delete('one');
    expect(tokens.find('token')).toBeUndefined();
  });

  it('are forgotten when another key has their key’s id', () => {
    const tokens = holding();
    keys.set('one', generateKeyPairSync('ed25519').publicKey);
    expect(tokens.find('token')).toBeUndefined();
  });

  it('are not kept when they are very long', () => {
    const token = 'x'.repeat(4097);
    expect(holding(token).find(token)).toBeUndefined();
  });
});
