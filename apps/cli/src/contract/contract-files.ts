import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^(\d{4}-\d{2}-\d{2})\.json$/;

/** The frozen contracts of a project: `contracts/<version>.json`, written once and never changed. */
export class ContractFiles {
  constructor(private readonly folder: string) {}

  /** Versions that are frozen, oldest first. */
  async versions(): Promise<string[]> {
    const names = await readdir(this.folder).catch(() => []);
    return names.flatMap((name) => NAME.exec(name)?.[1] ?? []).sort();
  }

  async read(version: string): Promise<object> {
    return JSON.parse(await readFile(this.path(version), 'utf8')) as object;
  }

  /** Writes a contract unless it is there already. Says whether it was written. */
  async freeze(version: string, document: object): Promise<boolean> {
    await mkdir(this.folder, { recursive: true });
    try {
      await writeFile(this.path(version), `${JSON.stringify(document, undefined, 2)}\n`, { flag: 'wx' });
      return true;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'EEXIST') return false;
      throw error;
    }
  }

  private path(version: string): string {
    return join(this.folder, `${version}.json`);
  }
}
