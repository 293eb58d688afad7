import { generateKeyPairSync } from 'node:crypto';
import { newId } from '@tenantry/kernel';
import jwt from 'jsonwebtoken';
import { median } from '../harness/statistics.mjs';

const PER_ROUND = 1000;
const KEYS = {
  RS256: generateKeyPairSync('rsa', { modulusLength: 2048 }),
  ES256: generateKeyPairSync('ec', { namedCurve: 'P-256' }),
};

/** What signing and verifying an access token costs, for the choice of an algorithm. */
export function compare(bench) {
  const algorithms = Object.keys(KEYS);
  const claims = {
    iss: 'urn:tenantry',
    aud: 'tenantry:tenant',
    sub: newId(),
    tid: newId(),
    sid: newId(),
    roles: ['owner'],
  };
  const times = Object.fromEntries(algorithms.map((algorithm) => [algorithm, { sign: [], verify: [], fromPem: [] }]));
  for (let round = -1; round < bench.amounts.tokenRounds; round += 1) {
    for (const algorithm of algorithms) {
      const { privateKey, publicKey } = KEYS[algorithm];
      const pem = publicKey.export({ type: 'spki', format: 'pem' });
      const sign = () => jwt.sign(claims, privateKey, { algorithm, expiresIn: 600 });
      const token = sign();
      const verify = (key) => () =>
        jwt.verify(token, key, { algorithms: [algorithm], issuer: claims.iss, audience: claims.aud });
      const sample = { sign: time(sign), verify: time(verify(publicKey)), fromPem: time(verify(pem)) };
      if (round < 0) continue; // warming up
      for (const [what, microseconds] of Object.entries(sample)) times[algorithm][what].push(microseconds);
    }
  }
  const rows = algorithms.map((algorithm) => {
    const { verify, fromPem, sign } = times[algorithm];
    return [algorithm, ...[verify, fromPem, sign].map((values) => median(values).toFixed(0))];
  });
  const ratio = median(times.ES256.verify) / median(times.RS256.verify);
  return {
    title: 'Tokens',
    text: `An access token's claims with jsonwebtoken, the library of passport-jwt, in one process; RSA keys of 2048 bits, P-256.`,
    tables: [{ columns: ['algorithm', 'verify us', 'verify, key from PEM us', 'sign us'], rows }],
    notes: [
      `Verifying ES256 takes ${ratio.toFixed(1)} times as long as RS256; every request verifies, few sign. ` +
        'A key given as PEM is parsed again for every token; Tenantry holds it parsed.',
    ],
  };
}

function time(work) {
  const began = performance.now();
  for (let count = 0; count < PER_ROUND; count += 1) work();
  return ((performance.now() - began) * 1000) / PER_ROUND;
}
