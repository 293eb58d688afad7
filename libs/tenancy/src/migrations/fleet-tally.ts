import type { FleetProgress, TenantFailure, TenantOutcome, WaveProgress } from './fleet-options.js';
import { isTooMany } from './wave.js';

/** Failures kept in memory; the rest is in the database. */
const KEPT = 100;

/** Counts what became of the tenants of a run, wave by wave, and says when too many have failed. */
export class FleetTally {
  readonly failures: TenantFailure[] = [];
  isHalted = false;
  private readonly counts: { size: number; done: number; failed: number }[];
  private current = 0;

  constructor(
    sizes: readonly number[],
    private readonly haltAt: number | null,
  ) {
    this.counts = sizes.map((size) => ({ size, done: 0, failed: 0 }));
  }

  /** Goes on where a run was cut off; the last wave takes what has come meanwhile. */
  static of(former: FleetProgress, left: number): FleetTally {
    const tally = new FleetTally([], former.haltAt);
    tally.counts.push(...former.waves.map((wave) => ({ ...wave })));
    while (tally.hasLater && tally.budget <= 0) tally.current += 1;
    const planned = tally.counts
      .slice(tally.current)
      .reduce((sum, { size, done, failed }) => sum + size - done - failed, 0);
    const last = tally.counts.at(-1);
    if (last) last.size += Math.max(0, left - planned);
    else tally.counts.push({ size: left, done: 0, failed: 0 });
    return tally;
  }

  get done(): number {
    return this.counts.reduce((sum, { done }) => sum + done, 0);
  }

  get failed(): number {
    return this.counts.reduce((sum, { failed }) => sum + failed, 0);
  }

  get left(): number {
    return this.counts.reduce((sum, { size }) => sum + size, 0) - this.done - this.failed;
  }

  get waves(): WaveProgress[] {
    return this.counts.map((count) => ({ ...count }));
  }

  get progress(): FleetProgress {
    const total = this.counts.reduce((sum, { size }) => sum + size, 0);
    return { done: this.done, failed: this.failed, total, waves: this.waves, haltAt: this.haltAt };
  }

  get hasWave(): boolean {
    return this.current < this.counts.length;
  }

  /** How many the current wave may take still. */
  get budget(): number {
    const { size = 0, done = 0, failed = 0 } = this.counts[this.current] ?? {};
    return size - done - failed;
  }

  endWave(): void {
    this.current += 1;
  }

  add({ failure }: TenantOutcome): void {
    const wave = this.counts[this.current];
    if (!wave) return;
    if (failure) wave.failed += 1;
    else wave.done += 1;
    if (failure && this.failures.length < KEPT) this.failures.push(failure);
    if (this.haltAt !== null && isTooMany(this.haltAt, wave)) this.isHalted = true;
  }

  private get hasLater(): boolean {
    return this.current < this.counts.length - 1;
  }
}
