import {
  ApiVersions,
  isVersionDate,
  NEWEST_API_VERSION,
  type ApiChange,
  type TenantryModuleMetadata,
} from '@tenantry/kernel';
import { ApiChangeFault } from './api-change.fault.js';

/** A change with where it comes from. */
export interface ModuleChange {
  readonly module: string;
  /** Of its class. */
  readonly name: string;
  readonly change: ApiChange;
}

/**
 * The changes of all modules, oldest first; of one date in the order of the modules.
 *
 * @throws ApiChangeFault for a date that is none, or not after the module's first release
 */
export function changesOf(modules: readonly TenantryModuleMetadata[]): ModuleChange[] {
  const changes = modules.flatMap(({ name: module, apiSince, apiChanges = [] }) =>
    apiChanges.map((Change) => {
      const change = new Change();
      const fault = dateFault(change.date, apiSince);
      if (fault) throw new ApiChangeFault(module, Change.name, fault);
      return { module, name: Change.name, change };
    }),
  );
  return changes.sort((a, b) => a.change.date.localeCompare(b.change.date));
}

/** The platform's own version, those in which modules were first released, and those that their changes made. */
export function versionsOf(modules: readonly TenantryModuleMetadata[], changes: readonly ModuleChange[]): ApiVersions {
  const since = modules.flatMap(({ apiSince }) => apiSince ?? []);
  return new ApiVersions([NEWEST_API_VERSION, ...since, ...changes.map(({ change }) => change.date)]);
}

function dateFault(date: string, since: string | undefined): string | undefined {
  if (!isVersionDate(date)) return `"${date}" is no date of the form YYYY-MM-DD.`;
  if (since === undefined) return 'its module does not say since when its contract is released (apiSince).';
  if (!isVersionDate(since)) return `its module's apiSince "${since}" is no date of the form YYYY-MM-DD.`;
  return date > since ? undefined : `its date ${date} is not after the module's first release ${since}.`;
}
