/** Milliseconds for which several tenants may be locked together. */
const TOGETHER = 40;
const MOST = 10;

/** How many tenants go into one transaction: several where one takes a moment, one alone where it takes its time. */
export class Pace {
  size = 1;

  note(tenants: number, milliseconds: number): void {
    const wanted = Math.floor((TOGETHER * tenants) / Math.max(0.1, milliseconds));
    this.size = Math.max(1, Math.min(MOST, wanted, this.size * 2));
  }
}
