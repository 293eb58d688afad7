import { readFileSync } from 'node:fs';
import type { INestApplication } from '@nestjs/common';
import { ModulesContainer } from '@nestjs/core';
import { NotesModule } from '@tenantry/example-notes';
import { OrdersModule } from '@tenantry/example-orders';
import { Contract, type ContractDocument } from './contract.js';
import { RELEASED } from './spoken-version.js';

/** The routes of the released examples, which other modules of the tests may have, too. */
const EXAMPLES = [
  [NotesModule, /^\/notes\b/],
  [OrdersModule, /^\/orders\b/],
] as const;

const frozen = new Map<string, Contract>();

/** What was promised to callers of a released version; read and compiled once for all platforms of a process. */
export function frozenContract(version: string): Contract | undefined {
  if (!RELEASED.includes(version)) return undefined;
  const known = frozen.get(version);
  if (known) return known;
  const text = readFileSync(new URL(`../../contracts/${version}.json`, import.meta.url), 'utf8');
  const contract = new Contract(JSON.parse(text) as ContractDocument, { takesAdditions: true });
  frozen.set(version, contract);
  return contract;
}

/** Whether an address of this platform is one that was released, and not of a test's module. */
export function isReleased(app: INestApplication): (path: string) => boolean {
  const modules = [...app.get(ModulesContainer).values()].map(({ metatype }) => metatype);
  const foreign = EXAMPLES.filter(([module]) => !modules.includes(module)).map(([, paths]) => paths);
  return (path) => !foreign.some((paths) => paths.test(path));
}
