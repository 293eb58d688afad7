import { setTimeout as pause } from 'node:timers/promises';
import { TestClient } from './test-client.js';

/** Asks a server for its health all the time. */
export class HealthWatch {
  /** Each answer of `/health/ready` that differs from the one before. */
  readonly readiness: number[] = [];
  /** The same of `/health/live`. */
  readonly liveness: number[] = [];
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
      note(this.readiness, (await client.get('/health/ready')).status);
      note(this.liveness, (await client.get('/health/live')).status);
      await pause(5);
    }
  }
}

function note(changes: number[], status: number): void {
  if (changes.at(-1) !== status) changes.push(status);
}
