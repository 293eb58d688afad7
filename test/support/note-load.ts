import { setTimeout as pause } from 'node:timers/promises';
import type { TestClient, TestResponse } from './test-client.js';

/** Milliseconds that a refused client lets pass: less than it is asked to, so that a test meets the worst moment. */
const PAUSE = 50;

/** Clients that write notes, each under a key that they repeat until it is acknowledged, and read what was acknowledged. */
export class NoteLoad {
  /** Titles of the notes that were acknowledged. */
  readonly acknowledged: string[] = [];
  /** Every answer but a success. */
  readonly refusals: TestResponse[] = [];
  sent = 0;
  succeeded = 0;
  private readonly lastAcknowledged = new Map<string, number>();
  private readonly clients: Promise<void>[] = [];
  private isOver = false;

  /** @param name begins the titles */
  add(client: TestClient, name: string): void {
    this.lastAcknowledged.set(name, 0);
    this.clients.push(this.write(client, name));
  }

  /** Whether each client had something acknowledged since that moment. */
  isServedSince(moment: number): boolean {
    return [...this.lastAcknowledged.values()].every((last) => last > moment);
  }

  /** Ends when every key that was ever sent is acknowledged. */
  async end(): Promise<void> {
    this.isOver = true;
    await Promise.all(this.clients);
  }

  private async write(client: TestClient, name: string): Promise<void> {
    for (let number = 1; !this.isOver; number += 1) {
      const title = `${name}-${number}`;
      const keyed = client.with({ 'idempotency-key': title });
      const { body } = await this.succeed(201, () => keyed.post('/notes', { title, body: '' }));
      this.acknowledged.push(title);
      this.lastAcknowledged.set(name, Date.now());
      await this.succeed(200, () => client.get(`/notes/${String(body['id'])}`));
    }
  }

  private async succeed(status: number, send: () => Promise<TestResponse>): Promise<TestResponse> {
    for (;;) {
      this.sent += 1;
      const answer = await send();
      if (answer.status === status) {
        this.succeeded += 1;
        return answer;
      }
      this.refusals.push(answer);
      await pause(PAUSE);
    }
  }
}
