import { createHash } from 'node:crypto';
import { mkdir, readdir, readFile, writeFile } from 'node:fs/promises';
import { join } from 'node:path';

const NAME = /^(\d{4}-\d{2}-\d{2})\.json$/;
const DIGESTS = 'digests.json';

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

  /** Notes the digest of every contract that has none noted yet. */
  async seal(): Promise<void> {
    const known = await this.digests();
    const versions = await this.versions();
    const digests = await Promise.all(
      versions.map(async (version) => [version, known[version] ?? digest(await this.read(version))]),
    );
    const text = JSON.stringify({ ...known, ...Object.fromEntries(digests) }, undefined, 2);
    await writeFile(join(this.folder, DIGESTS), `${text}\n`);
  }

  /** Whether the contract is another one than was frozen, where that was noted. */
  async isChanged(version: string): Promise<boolean> {
    const noted = (await this.digests())[version];
    return noted !== undefined && noted !== digest(await this.read(version));
  }

  /** Versions that were frozen and have no file any more. */
  async lost(): Promise<string[]> {
    const versions = await this.versions();
    return Object.keys(await this.digests()).filter((version) => !versions.includes(version));
  }

  private async digests(): Promise<Record<string, string>> {
    try {
      return JSON.parse(await readFile(join(this.folder, DIGESTS), 'utf8')) as Record<string, string>;
    } catch (error) {
      if ((error as NodeJS.ErrnoException).code === 'ENOENT') return {};
      throw error;
    }
  }

  private path(version: string): string {
    return join(this.folder, `${version}.json`);
  }
}

/** Of what the contract says, however its lines end. */
function digest(contract: object): string {
  return createHash('sha256').update(JSON.stringify(contract)).digest('base64url');
}
