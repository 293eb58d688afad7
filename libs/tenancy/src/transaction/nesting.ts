/** One level of a transaction: the transaction itself, or a savepoint inside it that stands for a nested transaction. */
export class Nesting {
  private open = true;

  /** @param outer the level around it; none for the transaction itself */
  constructor(readonly outer?: Nesting) {}

  get depth(): number {
    return this.outer ? this.outer.depth + 1 : 0;
  }

  /** Name of its savepoint. Levels of one depth follow each other, so that a name is never open twice. */
  get savepoint(): string {
    return `tenantry_${this.depth}`;
  }

  /** Itself, or the nearest level around it that is still open. */
  get stillOpen(): Nesting {
    return this.open || !this.outer ? this : this.outer.stillOpen;
  }

  close(): void {
    this.open = false;
  }
}

/** The inner one of two. Open levels form one chain, because a level is opened only inside the innermost one. */
export function innerOf(one: Nesting, other: Nesting | undefined): Nesting {
  const [a, b] = [one.stillOpen, other?.stillOpen];
  return b && b.depth > a.depth ? b : a;
}
