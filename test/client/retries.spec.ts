import { describe, expect, it } from 'vitest';
import { pauseAfter } from '../../libs/client/src/retry/pause.js';
import { Repeater } from '../../libs/client/src/retry/repeater.js';
import { secondsUntilRetry } from '../../libs/client/src/retry/retry-after.js';
import { DEFAULT_RETRIES } from '../../libs/client/src/retry/retry-policy.js';
import { SURROUNDINGS } from '../../libs/client/src/retry/surroundings.js';

const now = Date.parse('2026-11-22T12:00:00Z');

describe('Retry-After', () => {
  it.each([
    ['0', 0],
    ['120', 120],
    [' 7 ', 7],
    ['Sun, 22 Nov 2026 12:01:30 GMT', 90],
    ['Sun, 22 Nov 2026 11:00:00 GMT', 0],
  ])('%j is so many seconds: %d', (value, seconds) => {
    expect(secondsUntilRetry(new Headers({ 'retry-after': value }), now)).toBe(seconds);
  });

  it.each(['', '-5', '1.5', 'soon', 'Sun, 99 Nov 2026 12:01:30 GMT'])('%j says nothing', (value) => {
    expect(secondsUntilRetry(new Headers({ 'retry-after': value }), now)).toBeUndefined();
  });

  it('with a date goes by the server’s clock', () => {
    const date = 'Sun, 22 Nov 2026 13:00:00 GMT';
    const headers = new Headers({ 'retry-after': 'Sun, 22 Nov 2026 13:00:10 GMT', date });
    expect(secondsUntilRetry(headers, now)).toBe(10);
  });
});

describe('a pause', () => {
  it('is anything up to a bound that doubles, and then stays', () => {
    const longest = [1, 2, 3, 6, 50].map((failures) => pauseAfter(failures, undefined, DEFAULT_RETRIES, 1));
    expect(longest).toEqual([250, 500, 1000, 8000, 8000]);
    expect(pauseAfter(50, undefined, DEFAULT_RETRIES, 0)).toBe(0);
    expect(pauseAfter(2, undefined, DEFAULT_RETRIES, 0.5)).toBe(250);
  });

  it('is never shorter than what the server asks for, and spread after it', () => {
    expect([0, 1].map((random) => pauseAfter(1, 5, DEFAULT_RETRIES, random))).toEqual([5000, 5250]);
  });

  it('is none when the server asks for more than the policy has', () => {
    expect([30, 31].map((asked) => pauseAfter(1, asked, DEFAULT_RETRIES, 0))).toEqual([30_000, undefined]);
  });
});

describe('a repeated request', () => {
  const outgoing = { method: 'GET', url: 'http://host/', headers: {}, timeout: 0 };

  it('waits between its attempts as long as it must', async () => {
    const answers = [
      new Response('', { status: 503, headers: { 'retry-after': '5' } }),
      new Response('', { status: 503 }),
      new Response('{"a":1}', { headers: { 'content-type': 'application/json' } }),
    ];
    const waited: number[] = [];
    const wait = (pause: number) => Promise.resolve(void waited.push(pause));
    const repeater = new Repeater(() => Promise.resolve(answers.shift() ?? Response.error()), DEFAULT_RETRIES, {
      now: () => now,
      random: () => 0.5,
      wait,
    });
    expect(await repeater.send(outgoing)).toMatchObject({ status: 200, body: { a: 1 } });
    expect(waited).toEqual([5125, 250]);
  });

  it('is not sent at all once its signal is aborted', async () => {
    let sent = 0;
    const repeater = new Repeater(() => Promise.resolve(new Response(`${(sent += 1)}`)), DEFAULT_RETRIES, SURROUNDINGS);
    await expect(repeater.send({ ...outgoing, signal: AbortSignal.abort(new Error('left')) })).rejects.toThrow('left');
    expect(sent).toBe(0);
  });

  it('stays text where it only claims to be JSON, with its status', async () => {
    const claim = new Response('<html>', { status: 500, headers: { 'content-type': 'application/json' } });
    const repeater = new Repeater(() => Promise.resolve(claim), DEFAULT_RETRIES, SURROUNDINGS);
    expect(await repeater.send(outgoing)).toMatchObject({ status: 500, body: '<html>' });
  });
});

describe('a wait', () => {
  it('ends at once with the reason of its signal', async () => {
    const ending = new AbortController();
    const waiting = SURROUNDINGS.wait(3_600_000, ending.signal);
    ending.abort(new Error('left'));
    await expect(waiting).rejects.toThrow('left');
    await expect(SURROUNDINGS.wait(3_600_000, AbortSignal.abort(new Error('gone')))).rejects.toThrow('gone');
  });
});
