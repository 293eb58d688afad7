import { Nesting } from './nesting.js';
import { TransactionBusy, TransactionEnded } from './transaction.errors.js';

interface Waiter {
  /** Asked anew each time, because the level it was called in may have been closed meanwhile. */
  readonly level: () => Nesting;
  start(): void;
  refuse(error: Error): void;
}

/**
 * Who may use the one connection of a transaction. A piece of work is one statement, or a few that belong together, such
 * as a statement with its savepoint; pieces run one after the other. While a nested transaction is open, only pieces that
 * belong to it run: any other would be undone with it.
 *
 * A piece belongs to the innermost of two levels: that of the connection it is sent on, and that of the code that sends
 * it. So code inside a nested transaction that uses a repository of its own, or the manager of the transaction around it,
 * does not wait for itself. What still waits for itself (a subscriber that uses an injected repository, a query runner
 * whose transaction was started by hand) gives up after the patience.
 */
export class Turns {
  private isTaken = false;
  private hasEnded = false;
  private readonly waiting: Waiter[] = [];
  private drained?: () => void;
  /** The innermost open level. */
  private level = new Nesting();
  readonly outermost = this.level;

  /** @param patience how long a piece waits, in milliseconds */
  constructor(private readonly patience: number) {}

  get innermost(): Nesting {
    return this.level;
  }

  /**
   * Runs the piece when it is its turn.
   *
   * @throws TENANT_TRANSACTION_ENDED, TENANT_TRANSACTION_BUSY
   */
  async take<T>(level: () => Nesting, piece: () => Promise<T>): Promise<T> {
    await this.wait(level);
    try {
      return await piece();
    } finally {
      this.isTaken = false;
      this.next();
    }
  }

  /** Opens a level; to be called by a piece. */
  open(): Nesting {
    this.level = new Nesting(this.level);
    return this.level;
  }

  /** Closes the innermost level; to be called by a piece. */
  close(level: Nesting): void {
    level.close();
    this.level = level.outer ?? level;
  }

  /**
   * Refuses what waits and what is still to come, and is there when the piece under way is done.
   *
   * @throws TENANT_TRANSACTION_BUSY when it is not done in time, such as a cursor that nobody reads
   */
  async end(): Promise<void> {
    this.hasEnded = true;
    for (const waiter of this.waiting.splice(0)) waiter.refuse(new TransactionEnded());
    if (!this.isTaken) return;
    await new Promise<void>((resolve, reject) => {
      const timer = setTimeout(() => reject(busy()), this.patience);
      this.drained = () => {
        clearTimeout(timer);
        resolve();
      };
    });
  }

  private wait(level: () => Nesting): Promise<void> | undefined {
    if (this.hasEnded) throw new TransactionEnded();
    if (!this.isTaken && level() === this.level) {
      this.isTaken = true;
      return undefined;
    }
    return new Promise((resolve, reject) => {
      const waiter: Waiter = {
        level,
        start: () => {
          clearTimeout(timer);
          resolve();
        },
        refuse: (error) => {
          clearTimeout(timer);
          reject(error);
        },
      };
      const timer = setTimeout(() => {
        this.waiting.splice(this.waiting.indexOf(waiter), 1);
        reject(busy());
      }, this.patience);
      this.waiting.push(waiter);
    });
  }

  private next(): void {
    if (this.hasEnded) return this.drained?.();
    const index = this.waiting.findIndex(({ level }) => level() === this.level);
    const [waiter] = index < 0 ? [] : this.waiting.splice(index, 1);
    if (!waiter) return;
    this.isTaken = true;
    waiter.start();
  }
}

const busy = (): Error => new TransactionBusy({ headers: { 'retry-after': '1' } });
