import { inject } from 'vitest';

/** How often what is shown once in each run of the tests is done by `npm run chaos`, and in which order. */
export interface ChaosLength {
  readonly rounds: number;
  readonly seed: number;
}

export const { rounds: ROUNDS, seed: SEED } = inject('chaos');

/** The items in an order that the seed decides; as they were where everything is done once. */
export function shuffled<T>(items: readonly T[], round: number): T[] {
  if (ROUNDS === 1) return [...items];
  const next = randomNumbers(SEED + round);
  return items
    .map((item) => ({ item, place: next() }))
    .sort((one, other) => one.place - other.place)
    .map(({ item }) => item);
}

/** Mulberry32: numbers from 0 to 1, the same for the same seed. */
function randomNumbers(seed: number): () => number {
  let state = seed | 0;
  return () => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), 1 | state);
    mixed = (mixed + Math.imul(mixed ^ (mixed >>> 7), 61 | mixed)) ^ mixed;
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}
