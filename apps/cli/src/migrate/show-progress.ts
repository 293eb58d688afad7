import type { FleetProgress } from '@tenantry/platform';
import { SingleBar } from 'cli-progress';

export interface ProgressDisplay {
  readonly update: (progress: FleetProgress) => void;
  readonly end: () => void;
}

/** Milliseconds between two lines in a log. */
const LINE_EVERY = 5_000;

/** A bar with rate and time left on a terminal, a plain line now and then in a log. */
export function showProgress(stream: NodeJS.WriteStream): ProgressDisplay {
  return stream.isTTY ? bar(stream) : lines(stream);
}

function bar(stream: NodeJS.WriteStream): ProgressDisplay {
  const bar = new SingleBar({
    stream,
    format: '{bar} {value}/{total} tenants, {failed} failed, {rate}/s, {left} s left',
    hideCursor: true,
  });
  const began = performance.now();
  return {
    update: (progress) => {
      const payload = describe(progress, began);
      if (!bar.isActive) bar.start(progress.total, 0, payload);
      bar.update(progress.done + progress.failed, payload);
    },
    end: () => bar.stop(),
  };
}

function lines(stream: NodeJS.WriteStream): ProgressDisplay {
  const began = performance.now();
  let last = began;
  return {
    update: (progress) => {
      if (performance.now() - last < LINE_EVERY) return;
      last = performance.now();
      const { failed, rate, left } = describe(progress, began);
      stream.write(
        `${progress.done + progress.failed}/${progress.total} tenants, ${failed} failed, ${rate}/s, ${left} s left\n`,
      );
    },
    end: () => undefined,
  };
}

function describe({ done, failed, total }: FleetProgress, began: number) {
  const perSecond = (done + failed) / Math.max(0.001, (performance.now() - began) / 1000);
  return { failed, rate: perSecond.toFixed(0), left: Math.ceil((total - done - failed) / perSecond) };
}
