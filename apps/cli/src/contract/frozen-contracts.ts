import { breakingChanges } from './breaking-changes.js';
import type { ContractFiles } from './contract-files.js';

/** OpenAPI documents by version. */
type Documents = ReadonlyMap<string, object>;

type Print = (line: string) => unknown;

/** Writes the contract of every version that has none yet, and notes what was written. */
export async function freeze(documents: Documents, files: ContractFiles, print: Print): Promise<void> {
  for (const [version, document] of documents) {
    print(`${version}: ${(await files.freeze(version, document)) ? 'frozen' : 'frozen before'}`);
  }
  await files.seal();
}

/**
 * Compares every frozen contract with what is served for its version.
 *
 * @returns how many faults there are
 */
export async function check(documents: Documents, files: ContractFiles, print: Print): Promise<number> {
  const frozen = await files.versions();
  const lost = await files.lost();
  for (const version of lost) print(`${version}: was frozen, and its file is gone`);
  let faults = lost.length;
  for (const version of frozen) {
    const document = documents.get(version);
    if (await files.isChanged(version)) {
      print(`${version}: its file is not what was frozen; a released contract never changes`);
      faults += 1;
    }
    const changes = document ? await breakingChanges(await files.read(version), document) : undefined;
    if (!changes) print(`${version}: is not served any more`);
    else print(`${version}: ${changes.length === 0 ? 'kept' : `${changes.length} breaking changes`}`);
    for (const { operation, text, check: name } of changes ?? []) print(`  ${operation}: ${text} (${name})`);
    faults += changes?.length ?? 1;
  }
  for (const version of documents.keys()) {
    if (!frozen.includes(version)) print(`${version}: not frozen; run "tenantry contract freeze" when it is released`);
  }
  return faults;
}
