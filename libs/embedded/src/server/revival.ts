import { isPostmaster, readPidFile } from './postmaster.js';

const INTERVAL_MS = 500;
/** After a start that failed: what stands in its way seldom goes at once. */
const PAUSE_MS = 2_000;

/** What a revival looks after, and what it does. */
export interface RevivalDuties {
  readonly data: string;
  /** Starts the server unless it runs by then. */
  readonly revive: () => Promise<void>;
  /** Is told why it could not be started; it is tried again. */
  readonly failed: (error: unknown) => void;
}

/** Looks at a server again and again, and has it started anew when it is gone: nobody else would. */
export class Revival {
  private timer: NodeJS.Timeout | undefined;
  private looking: Promise<void> = Promise.resolve();
  private isOver = false;

  constructor(private readonly duties: RevivalDuties) {
    this.again(INTERVAL_MS);
  }

  /** From now on the server is let go. Waits for a start that is under way. */
  async end(): Promise<void> {
    this.isOver = true;
    clearTimeout(this.timer);
    await this.looking;
  }

  private again(pause: number): void {
    if (this.isOver) return;
    this.timer = setTimeout(() => {
      this.looking = this.look();
    }, pause).unref();
  }

  private async look(): Promise<void> {
    const { data, revive, failed } = this.duties;
    try {
      const file = await readPidFile(data);
      const isAlive = file !== undefined && (await isPostmaster(file.pid, data));
      if (!isAlive && !this.isOver) await revive();
      this.again(INTERVAL_MS);
    } catch (error) {
      failed(error);
      this.again(PAUSE_MS);
    }
  }
}
