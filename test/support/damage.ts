/** Whole numbers below a bound, the same ones in every run (mulberry32). */
export function seededNumbers(seed: number): (bound: number) => number {
  let state = seed;
  return (bound) => {
    state = (state + 0x6d2b79f5) | 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) % bound;
  };
}

export function withFlippedBit(content: Buffer, at: number, bit: number): Buffer {
  const other = Buffer.from(content);
  other[at] = (other[at] ?? 0) ^ (1 << bit);
  return other;
}

/** Of a tar: what each of its parts is, and where. Besides lie the checksums of headers and empty bytes. */
export function sectionsOf(archive: Buffer): { readonly from: number; readonly to: number }[] {
  const sections = [];
  for (let at = 0; archive[at] !== 0;) {
    const size = Number.parseInt(archive.toString('latin1', at + 124, at + 136), 8);
    sections.push({ from: at, to: at + 148 }, { from: at + 156, to: at + 512 + size });
    at += 512 + Math.ceil(size / 512) * 512;
  }
  return sections;
}
