import { expect, it } from 'vitest';
import { unlessAborted } from '../../libs/client/src/client/unless-aborted.js';

const never = () => new Promise<never>(() => undefined);

it('who is aborted does not wait for what others wait for too', async () => {
  const ending = new AbortController();
  const waiting = unlessAborted(never, ending.signal);
  ending.abort(new Error('left'));
  await expect(waiting).rejects.toThrow('left');
});

it('who is aborted already does not begin', async () => {
  let begun = 0;
  const work = () => Promise.resolve((begun += 1));
  await expect(unlessAborted(work, AbortSignal.abort(new Error('left')))).rejects.toThrow('left');
  expect(begun).toBe(0);
});

it('what was waited for comes through, well or badly', async () => {
  const { signal } = new AbortController();
  expect(await unlessAborted(() => Promise.resolve(1), signal)).toBe(1);
  await expect(unlessAborted(() => Promise.reject(new Error('bad')), signal)).rejects.toThrow('bad');
});
