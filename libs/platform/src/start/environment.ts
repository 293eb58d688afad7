import { parseSettings, type Settings } from '@tenantry/kernel';

/** The settings of this process's environment: the one place that reads it. */
export function environmentSettings(): Settings {
  return parseSettings(process.env);
}
