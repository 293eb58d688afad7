import { setTimeout as pause } from 'node:timers/promises';
import { TestClient } from './test-client.js';

/** Asks a server for its health all the time. */
export class HealthWatch {
  /** Each answer of `/health/ready` that differs from the one before. */
  readonly readiness: number[] = [];
  /** The same of `/health/live`. */
  readonly liveness: number[] = [];
  /** How often it was asked for both. */
  asked = 0;
  /** When its readiness last became this. */
  readonly becameAt = new Map<number, number>();
  private readonly watching: Promise<void>;
  private isOver = false;

  constructor(url: string) {
    this.watching = this.watch(new TestClient(url));
  }

  get isReady(): boolean {
    return this.readiness.at(-1) === 200;
  }

  async end(): Promise<void> {
    this.isOver = true;
    await this.watching;
  }

  private async watch(client: TestClient): Promise<void> {
    while (!this.isOver) {
      const { status } = await client.get('/health/ready');
      if (this.readiness.at(-1) !== status) this.becameAt.set(status, Date.now());
      note(this.readiness, status);
      note(this.liveness, (await client.get('/health/live')).status);
      this.asked += 1;
      await pause(5);
    }
  }
}

function note(changes: number[], status: number): void {
  if (changes.at(-1) !== status) changes.push(status);
}
