import type { z } from 'zod';
import { settingsSchema } from './settings.schema.js';

type Parsed = z.output<typeof settingsSchema>;

/**
 * The platform's settings, parsed once. Injectable under this class as token.
 *
 * @since 0.1.0
 */
export class Settings {
  constructor(private readonly values: Parsed) {}

  /** One setting by its variable's name. */
  get<Name extends keyof Parsed>(name: Name): Parsed[Name] {
    return this.values[name];
  }

  /** A copy with other values; for tests and for values found at start, such as the embedded server's address. */
  with(values: Partial<Parsed>): Settings {
    return new Settings({ ...this.values, ...values });
  }
}

/** Lists every invalid variable, so that an operator mends them in one go. */
export class InvalidSettings extends Error {
  constructor(readonly faults: readonly string[]) {
    super(`Invalid settings:\n${faults.map((fault) => `  ${fault}`).join('\n')}`);
    this.name = 'InvalidSettings';
  }
}

/**
 * Parses the environment. Values are never echoed: they may be secrets.
 *
 * @throws InvalidSettings naming every invalid or unknown `TENANTRY_*` variable
 * @since 0.1.0
 */
export function parseSettings(environment: Readonly<Record<string, string | undefined>>): Settings {
  const known = Object.keys(settingsSchema.shape);
  const present = Object.fromEntries(
    known
      .filter((name) => environment[name] !== undefined && environment[name] !== '')
      .map((name) => [name, environment[name]]),
  );
  const unknown = Object.keys(environment).filter((name) => name.startsWith('TENANTRY_') && !known.includes(name));
  const result = settingsSchema.safeParse(present);
  const faults = [
    ...unknown.map((name) => `${name}: is not a setting of Tenantry`),
    ...(result.success ? [] : result.error.issues.map((issue) => `${issue.path.join('.')}: ${issue.message}`)),
  ];
  if (faults.length > 0 || !result.success) throw new InvalidSettings(faults);
  return new Settings(result.data);
}
