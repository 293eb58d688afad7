import { parseArgs } from 'node:util';

/** What is compared, in this order. */
export const COMPARISONS = [
  'statement',
  'request',
  'contract',
  'onboarding',
  'creation',
  'start',
  'tenants',
  'memory',
  'tokens',
  'migrate',
  'export',
];

/**
 * How much is done. In turns: `rounds` of `seconds` for each subject, alternating, each after an unmeasured burst of
 * `burst` seconds. Two ways of asking one process, which stays warm, may take short turns: a machine shared with others
 * changes its speed within seconds.
 */
const FULL = {
  warmUp: 6,
  turns: { rounds: 18, burst: 0.25, seconds: 1 },
  shortTurns: { rounds: 80, burst: 0.15, seconds: 0.5 },
  fleet: [10, 100, 1000],
  onboardings: 40,
  onboardingsWithPassword: 15,
  creations: { sizes: [0, 1000], bursts: 12, rounds: 5, each: 20 },
  starts: 3,
  tokenRounds: 9,
  migrateFleet: 500,
  migrateRounds: 5,
  exportedRows: 500_000,
  exportRounds: 3,
  memory: { tenants: 500, tables: 30 },
};
const QUICK = {
  ...FULL,
  warmUp: 1,
  turns: { rounds: 3, burst: 0.25, seconds: 0.5 },
  shortTurns: { rounds: 3, burst: 0.15, seconds: 0.5 },
  fleet: [10, 50],
  onboardings: 8,
  onboardingsWithPassword: 4,
  creations: { sizes: [0, 100], bursts: 3, rounds: 3, each: 10 },
  starts: 1,
  tokenRounds: 3,
  migrateFleet: 100,
  migrateRounds: 3,
  exportedRows: 50_000,
  exportRounds: 1,
  memory: { tenants: 200, tables: 30 },
};

export function parseOptions(args) {
  const { values } = parseArgs({
    args,
    options: {
      quick: { type: 'boolean', default: false },
      only: { type: 'string', multiple: true, default: [] },
      // Of comparisons over a fleet: how many tenants there are at most.
      tenants: { type: 'string' },
    },
  });
  const tenants = values.tenants === undefined ? undefined : Number(values.tenants);
  if (tenants !== undefined && !(Number.isInteger(tenants) && tenants > 0))
    throw new Error('--tenants takes a number.');
  const unknown = values.only.filter((name) => !COMPARISONS.includes(name));
  if (unknown.length > 0) throw new Error(`Unknown: ${unknown.join(', ')}. There are ${COMPARISONS.join(', ')}.`);
  return {
    quick: values.quick,
    names: values.only.length > 0 ? COMPARISONS.filter((name) => values.only.includes(name)) : COMPARISONS,
    tenants,
    amounts: withTenants(values.quick ? QUICK : FULL, tenants),
  };
}

function withTenants(amounts, tenants) {
  if (tenants === undefined) return amounts;
  const { creations, memory } = amounts;
  const sizes = [...creations.sizes.filter((size) => size < tenants), tenants];
  return { ...amounts, creations: { ...creations, sizes }, memory: { ...memory, tenants }, migrateFleet: tenants };
}
