const REAL = /^-?\d{1,400}(\.\d{1,400})?(e[+-]?\d{1,3})?$/i;

/** Whether it is a whole number that fits into so many bits. */
export function isInteger(value: string, bits: 16 | 32 | 64): boolean {
  if (!/^-?\d{1,19}$/.test(value)) return false;
  return BigInt.asIntN(bits, BigInt(value)) === BigInt(value);
}

export function isNumeric(value: string): boolean {
  return /^-?\d{1,1000}(\.\d{1,1000})?$/.test(value);
}

/** Postgres refuses what would become infinite, or zero without being zero. */
export function isReal(value: string, stored: (value: string) => number): boolean {
  if (!REAL.test(value)) return false;
  const number = stored(value);
  return Number.isFinite(number) && (number !== 0 || !/[1-9]/.test(value.split(/e/i, 1)[0] ?? ''));
}
