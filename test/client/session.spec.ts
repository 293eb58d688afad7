import { expect, it } from 'vitest';
import { Session } from '../../libs/client/src/credentials/session.js';
import { SessionEndpoints } from '../../libs/client/src/credentials/session-endpoints.js';
import { MemoryTokenStore } from '../../libs/client/src/credentials/tokens.js';

it('a refresh that fails fails once for all who wait for it, and is tried again by who comes later', async () => {
  const store = new MemoryTokenStore();
  store.save({ accessToken: 'old', refreshToken: 'spent once' });
  let asked = 0;
  const post = () => {
    asked += 1;
    return asked === 1 ? Promise.reject(new Error('no server')) : Promise.resolve({ accessToken: 'new' });
  };
  const session = new Session(new SessionEndpoints(post), store);
  const waiting = await Promise.allSettled(Array.from({ length: 10 }, () => session.renewed('old')));
  expect(waiting.map(({ status }) => status)).toEqual(Array(10).fill('rejected'));
  expect(asked).toBe(1);
  expect(await session.renewed('old')).toBe('new');
});
