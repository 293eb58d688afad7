import { parseArgs } from 'node:util';

/** What is compared, in this order. */
export const COMPARISONS = ['statement', 'request', 'onboarding', 'start', 'tenants', 'tokens', 'export'];

/** How much is done: `rounds` of `seconds` for each subject, alternating, each after an unmeasured burst of `burst` seconds. */
const FULL = {
  warmUp: 6,
  rounds: 15,
  burst: 0.25,
  seconds: 1,
  fleet: [10, 100, 1000],
  onboardings: 40,
  onboardingsWithPassword: 15,
  starts: 3,
  tokenRounds: 9,
  exportedRows: 500_000,
  exportRounds: 3,
};
const QUICK = {
  ...FULL,
  warmUp: 1,
  rounds: 3,
  seconds: 0.5,
  fleet: [10, 50],
  onboardings: 8,
  onboardingsWithPassword: 4,
  starts: 1,
  tokenRounds: 3,
  exportedRows: 50_000,
  exportRounds: 1,
};

export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: { quick: { type: 'boolean', default: false }, only: { type: 'string', multiple: true, default: [] } },
  });
  const unknown = values.only.filter((name) => !COMPARISONS.includes(name));
  if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(', ')}. There are ${COMPARISONS.join(', ')}.`);
  return {
    quick: values.quick,
    names: values.only.length > 0 ? COMPARISONS.filter((name) => values.only.includes(name)) : COMPARISONS,
    amounts: values.quick ? QUICK : FULL,
  };
}
