import { constants, type StatsFs } from 'node:fs';
import { access, stat, statfs } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import type { Settings } from '@tenantry/kernel';
import { ArchiveFolder } from '@tenantry/onboarding';
import { finding, type Finding } from './finding.js';

const GIB = 1024 ** 3;
const LEAST_SHARE = 0.1;

/** The folders that this machine writes to, and the disks that they are on. */
export async function examineFolders(settings: Settings): Promise<Finding[]> {
  const data = settings.get('TENANTRY_DATA_DIR');
  const archives = new ArchiveFolder(settings).path;
  // With a database elsewhere the data folder is only made for what needs it.
  const isDataKept = !settings.get('DATABASE_URL') || (await isThere(data));
  const kept = isDataKept ? [await nearest(data), await nearest(join(data, 'postgres'))] : [];
  return [
    ...(isDataKept ? [await examineData(data)] : []),
    await examineArchives(archives),
    ...(await examineDisks([...kept, await nearest(archives)])),
  ];
}

async function examineData(folder: string): Promise<Finding> {
  return finding('the data folder can be written', await isWritable(folder), {
    detail: folder,
    remedy: `Let the user of this process own ${folder}, or set TENANTRY_DATA_DIR.`,
  });
}

/** The first export makes the folder, where the nearest one above it lets it. */
async function examineArchives(folder: string): Promise<Finding> {
  const above = await nearest(folder);
  const isMade = above === resolve(folder);
  return finding('archives can be written', await isWritable(above), {
    detail: isMade ? folder : `${folder}, which the first export makes`,
    remedy: `Let the user of the servers own the folder ${isMade ? folder : above}, or set TENANTRY_EXPORT_DIR.`,
  });
}

/** One finding for each disk. */
async function examineDisks(folders: readonly string[]): Promise<Finding[]> {
  const disks = new Map<number, string>();
  for (const folder of folders) {
    const { dev } = await stat(folder);
    if (!disks.has(dev)) disks.set(dev, folder);
  }
  return Promise.all([...disks.values()].map(async (folder) => judgeRoom(folder, await statfs(folder))));
}

/** @param disk as `statfs` tells of it */
export function judgeRoom(
  folder: string,
  { bavail, blocks, bsize }: Pick<StatsFs, 'bavail' | 'blocks' | 'bsize'>,
): Finding {
  const free = bavail * bsize;
  return finding('the disk has room', free >= GIB && bavail / blocks >= LEAST_SHARE, {
    detail: `${(free / GIB).toFixed(1)} GiB free, ${((100 * bavail) / blocks).toFixed(0)} % of the disk of ${folder}`,
    remedy: 'Make room, or move TENANTRY_DATA_DIR or TENANTRY_EXPORT_DIR to another disk.',
    otherwise: 'warning',
  });
}

/** The folder itself, or the nearest one above it that exists. */
async function nearest(folder: string): Promise<string> {
  let there = resolve(folder);
  while (!(await isThere(there))) there = dirname(there);
  return there;
}

async function isWritable(folder: string): Promise<boolean> {
  if (
    !(await stat(folder).then(
      (found) => found.isDirectory(),
      () => false,
    ))
  )
    return false;
  return access(folder, constants.W_OK | constants.X_OK).then(
    () => true,
    () => false,
  );
}

function isThere(path: string): Promise<boolean> {
  return stat(path).then(
    () => true,
    () => false,
  );
}
