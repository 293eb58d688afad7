import type { FleetProgress } from '@tenantry/platform';
import { SingleBar } from 'cli-progress';

export interface ProgressDisplay {
  readonly update: (progress: FleetProgress) => void;
  readonly end: () => void;
}

/** Milliseconds between two lines in a log. */
const LINE_EVERY = 5_000;

/**
 * A bar with rate and time left on a terminal, a plain line now and then in a log.
 *
 * @param now milliseconds, from any beginning
 */
export function showProgress(stream: NodeJS.WriteStream, now = () => performance.now()): ProgressDisplay {
  return stream.isTTY ? bar(stream, now) : lines(stream, now);
}

function bar(stream: NodeJS.WriteStream, now: () => number): ProgressDisplay {
  const bar = new SingleBar({
    stream,
    format: '{bar} {value}/{total} tenants, {failed} failed, {rate}/s, {left} s left',
    hideCursor: true,
  });
  const began = now();
  return {
    update: (progress) => {
      const payload = describe(progress, now() - began);
      if (!bar.isActive) bar.start(progress.total, 0, payload);
      bar.update(progress.done + progress.failed, payload);
    },
    end: () => bar.stop(),
  };
}

function lines(stream: NodeJS.WriteStream, now: () => number): ProgressDisplay {
  const began = now();
  let last = began;
  return {
    update: (progress) => {
      if (now() - last < LINE_EVERY) return;
      last = now();
      const { failed, rate, left } = describe(progress, now() - began);
      stream.write(
        `${progress.done + progress.failed}/${progress.total} tenants, ${failed} failed, ${rate}/s, ${left} s left\n`,
      );
    },
    end: () => undefined,
  };
}

function describe({ done, failed, total }: FleetProgress, elapsed: number) {
  const perSecond = (done + failed) / Math.max(0.001, elapsed / 1000);
  return { failed, rate: perSecond.toFixed(0), left: Math.ceil((total - done - failed) / perSecond) };
}
