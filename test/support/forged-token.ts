import { createPrivateKey, type KeyObject } from 'node:crypto';
import { SecretBox } from '@tenantry/kernel';
import { SignJWT, type JWTPayload } from 'jose';
import type { TestDatabase } from './test-database.js';

/** The platform's own signing key, as whoever holds database and secret can read it. */
export interface StolenKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
  readonly publicJwk: Record<string, unknown>;
}

export async function stealSigningKey(database: TestDatabase): Promise<StolenKey> {
  const [row] = await database.admin<{ kid: string; public_jwk: Record<string, unknown>; sealed_private_key: string }>(
    'SELECT kid, public_jwk, sealed_private_key FROM platform.signing_key',
  );
  if (!row) throw new Error('There is no signing key.');
  const box = new SecretBox(database.secret.key('signing-keys'));
  return {
    kid: row.kid,
    publicJwk: row.public_jwk,
    privateKey: createPrivateKey(box.open(row.sealed_private_key, row.kid)),
  };
}

type Parts = { readonly header?: Record<string, unknown>; readonly claims?: Record<string, unknown> };

/** Signs with RS256 whatever the claims say; `undefined` leaves one out. */
export function sign(
  key: KeyObject,
  kid: string | undefined,
  claims: JWTPayload,
  header: Parts['header'] = {},
): Promise<string> {
  const payload = JSON.parse(JSON.stringify(claims)) as JWTPayload;
  return new SignJWT(payload).setProtectedHeader({ alg: 'RS256', kid, typ: 'at+jwt', ...header }).sign(key);
}

/** The claims of a token, unverified. */
export function claimsOf(token: string): JWTPayload {
  return decode(token.split('.')[1]);
}

/** The token with parts of it changed and its signature as it was. */
export function altered(token: string, { header, claims }: Parts): string {
  const [head, body, signature] = token.split('.');
  return [encode({ ...decode(head), ...header }), encode({ ...decode(body), ...claims }), signature].join('.');
}

export function encode(value: unknown): string {
  return Buffer.from(typeof value === 'string' ? value : JSON.stringify(value)).toString('base64url');
}

function decode(part = ''): Record<string, unknown> {
  return JSON.parse(Buffer.from(part, 'base64url').toString()) as Record<string, unknown>;
}
