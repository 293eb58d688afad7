import { PassThrough } from 'node:stream';
import { describe, expect, it } from 'vitest';
import { showProgress } from './show-progress.js';

const progress = (done: number, failed = 0) => ({ done, failed, total: 40, waves: [], haltAt: null });

/** What is shown of a run, to a terminal or into a log. */
function shown(isTTY: boolean, run: (display: ReturnType<typeof showProgress>, at: (ms: number) => void) => void) {
  const stream = Object.assign(new PassThrough(), {
    isTTY,
    columns: 100,
    cursorTo: () => true,
    moveCursor: () => true,
    clearLine: () => true,
  });
  let now = 0;
  const display = showProgress(stream as unknown as NodeJS.WriteStream, () => now);
  run(display, (ms) => (now = ms));
  display.end();
  return String(stream.read() ?? '');
}

describe('the progress of a migration', () => {
  it('is a bar in a terminal, with rate and time left', () => {
    const text = shown(true, ({ update }, at) => {
      at(1_000);
      update(progress(8, 2));
    });
    expect(text).toMatch(/=+-+ 10\/40 tenants, 2 failed, 10\/s, 3 s left/);
  });

  it('is a plain line every five seconds in a log', () => {
    const text = shown(false, ({ update }, at) => {
      for (const second of [1, 4, 5, 6, 9, 10]) {
        at(second * 1_000);
        update(progress(second * 2));
      }
    });
    expect(text).toBe('10/40 tenants, 0 failed, 2/s, 15 s left\n20/40 tenants, 0 failed, 2/s, 10 s left\n');
  });

  it('is nothing where nothing is done', () => {
    for (const isTTY of [true, false]) expect(shown(isTTY, () => undefined)).toBe('');
  });
});
