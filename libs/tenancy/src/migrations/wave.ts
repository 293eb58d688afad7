/** How many tenants a wave takes: a number, or a part of all that are to be migrated. */
export type Wave = { readonly tenants: number } | { readonly percent: number };

/** Reads `10` and `5%`. Undefined for anything else. */
export function parseWave(text: string): Wave | undefined {
  const [, digits, sign] = /^(\d{1,9})(%?)$/.exec(text.trim()) ?? [];
  const amount = Number(digits);
  if (!amount || (sign && amount > 100)) return undefined;
  return sign ? { percent: amount } : { tenants: amount };
}

/** Sizes of the waves over so many tenants; the last takes the rest. */
export function waveSizes(waves: readonly Wave[], total: number): number[] {
  const sizes: number[] = [];
  let left = total;
  for (const wave of waves) {
    const wanted = 'tenants' in wave ? wave.tenants : Math.max(1, Math.round((total * wave.percent) / 100));
    const size = Math.min(left, wanted);
    if (size === 0) break;
    sizes.push(size);
    left -= size;
  }
  if (left > 0) sizes.push(left);
  return sizes;
}

/** From how many on a rate says something, in a wave that is larger. */
const TELLING = 50;

/**
 * Whether a wave has failed too often: as soon as no outcome of the rest can mend it in a small one, by the running rate
 * in a large one.
 *
 * @param rate 0 to 1
 */
export function isTooMany(rate: number, { size, done, failed }: { size: number; done: number; failed: number }) {
  return failed > 0 && failed >= rate * Math.max(done + failed, Math.min(size, TELLING));
}
