import { parseWave, type FleetOptions } from '@tenantry/platform';
import { InvalidArgumentError } from 'commander';

/** The flags of `tenantry migrate` as they were written. */
export interface MigrateFlags {
  readonly concurrency: string;
  readonly waves?: string;
  readonly haltAt?: string;
  readonly tenant?: string[];
  readonly lockTimeout: string;
  readonly statementTimeout: string;
  readonly attempts: string;
  readonly dryRun?: boolean;
}

/** @throws InvalidArgumentError naming the flag */
export function fleetOptions(flags: MigrateFlags): FleetOptions {
  return {
    concurrency: integer('--concurrency', flags.concurrency, 1, 64),
    lockTimeout: integer('--lock-timeout', flags.lockTimeout, 1, 3_600_000),
    statementTimeout: integer('--statement-timeout', flags.statementTimeout, 0, 86_400_000),
    attempts: integer('--attempts', flags.attempts, 1, 100),
    slugs: flags.tenant,
    waves: flags.waves?.split(',').map((text) => {
      const wave = parseWave(text);
      if (!wave) throw new InvalidArgumentError(`--waves: "${text}" is neither a number nor a percentage.`);
      return wave;
    }),
    haltAt: flags.haltAt === undefined ? undefined : rate(flags.haltAt),
  };
}

function integer(flag: string, text: string, min: number, max: number): number {
  const value = Number(text);
  if (Number.isInteger(value) && value >= min && value <= max) return value;
  throw new InvalidArgumentError(`${flag} takes a whole number from ${min} to ${max}, not "${text}".`);
}

function rate(text: string): number {
  const value = Number(text);
  if (text.trim() !== '' && value >= 0 && value <= 1) return value;
  throw new InvalidArgumentError(`--halt-at takes a rate from 0 to 1, not "${text}".`);
}
