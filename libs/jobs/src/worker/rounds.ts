import { Logger } from '@nestjs/common';

const INTERVAL = 2000;

export type Work = readonly [what: string, work: () => Promise<unknown>];

/** Does a few things again and again, one after the other; one that fails is logged and tried in the next round. */
export class Rounds {
  private readonly logger = new Logger('Worker');
  private timer?: NodeJS.Timeout;
  private current: Promise<void> = Promise.resolve();
  private isWorking = false;

  constructor(private readonly works: readonly Work[]) {}

  start(): void {
    this.begin();
    this.timer = setInterval(() => this.begin(), INTERVAL).unref();
  }

  async stop(): Promise<void> {
    clearInterval(this.timer);
    await this.current;
  }

  private begin(): void {
    if (this.isWorking) return;
    this.isWorking = true;
    this.current = this.round().finally(() => (this.isWorking = false));
  }

  private async round(): Promise<void> {
    for (const [what, work] of this.works) {
      try {
        await work();
      } catch (error) {
        this.logger.warn(`Could not ${what}: ${String(error)}`);
      }
    }
  }
}
