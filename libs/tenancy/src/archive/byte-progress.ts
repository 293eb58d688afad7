import type { Checkpoint } from '../operations/operation-step.js';

/** Bytes between two notes of how far it is: each is a commit, for which the rows wait. */
const STEP = 16_777_216;

/** How far the copying of rows is. */
export class ByteProgress {
  private done = 0;
  private noted = 0;

  /** @param total bytes, as far as they are known */
  constructor(
    private readonly total: number,
    private readonly checkpoint?: Checkpoint,
  ) {}

  /** @throws what the checkpoint throws when the work must not go on */
  async passed(bytes: number): Promise<void> {
    this.done += bytes;
    if (this.done - this.noted < STEP) return;
    this.noted = this.done;
    await this.checkpoint?.({ done: this.done, total: Math.max(this.total, this.done) });
  }
}
