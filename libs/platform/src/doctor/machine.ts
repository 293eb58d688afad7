import { stat } from 'node:fs/promises';
import { join } from 'node:path';
import type { Settings } from '@tenantry/kernel';
import { finding, type Finding } from './finding.js';
import { examineFolders } from './folders.js';
import { examineMail } from './mail.js';

const OLDEST_NODE = [20, 19] as const;

/** This machine: Node, the secret, folders and disks, and the mail server that it reaches. */
export async function examineMachine(settings: Settings): Promise<Finding[]> {
  return [
    examineNode(),
    ...(await examineSecret(settings)),
    ...(await examineFolders(settings)),
    ...(await examineMail(settings)),
  ];
}

function examineNode(): Finding {
  const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
  const ok = major > OLDEST_NODE[0] || (major === OLDEST_NODE[0] && minor >= OLDEST_NODE[1]);
  const remedy = 'Install Node 20.19 or newer.';
  return finding('Node is 20.19 or newer', ok, { detail: process.versions.node, remedy });
}

async function examineSecret(settings: Settings): Promise<Finding[]> {
  if (settings.get('TENANTRY_SECRET'))
    return [{ check: 'the secret is set', severity: 'ok', detail: 'TENANTRY_SECRET' }];
  const path = join(settings.get('TENANTRY_DATA_DIR'), 'secret');
  const file = await stat(path).catch(() => undefined);
  const set = finding('the secret is set', file !== undefined && !settings.get('DATABASE_URL'), {
    detail: file ? path : `neither TENANTRY_SECRET nor ${path}`,
    remedy: file
      ? `Set TENANTRY_SECRET to what ${path} holds: another machine would make another one.`
      : 'Set TENANTRY_SECRET to the one that the database was prepared with; keep it apart from the backup.',
    otherwise: file ? 'warning' : 'error',
  });
  if (!file) return [set];
  const mode = (file.mode & 0o777).toString(8);
  return [
    set,
    finding('only its owner reads the secret', (file.mode & 0o077) === 0, {
      detail: mode,
      remedy: `chmod 600 ${path}`,
    }),
  ];
}
