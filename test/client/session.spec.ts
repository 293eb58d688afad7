import { expect, it } from 'vitest';
import { Session } from '../../libs/client/src/credentials/session.js';
import { SessionEndpoints } from '../../libs/client/src/credentials/session-endpoints.js';

const old = { accessToken: 'access 0', refreshToken: 'refresh 0' };

it('a refresh that fails fails once for all who wait for it, and is tried again by who comes later', async () => {
  let asked = 0;
  const post = () => {
    asked += 1;
    return asked === 1 ? Promise.reject(new Error('no server')) : Promise.resolve({ accessToken: 'access 1' });
  };
  const session = new Session(new SessionEndpoints(post), { load: () => old, save: () => undefined });
  const waiting = await Promise.allSettled(Array.from({ length: 10 }, () => session.renewed('access 0')));
  expect(waiting.map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
  expect(asked).toBe(1);
  expect(await session.renewed('access 0')).toBe('access 1');
});

it('a refresh token that could not be stored is not given up for the older one that is', async () => {
  const sent: unknown[] = [];
  const post = (_: string, body: unknown) => {
    const number = sent.push(body);
    return Promise.resolve({ accessToken: `access ${number}`, refreshToken: `refresh ${number}` });
  };
  const full = { load: () => old, save: () => Promise.reject(new Error('The disk is full.')) };
  const session = new Session(new SessionEndpoints(post), full);
  for (const refused of ['access 0', 'access 1']) await expect(session.renewed(refused)).rejects.toThrow('full');
  expect(sent).toEqual([{ refreshToken: 'refresh 0' }, { refreshToken: 'refresh 1' }]);
});
