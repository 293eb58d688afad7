import { readFile } from 'node:fs/promises';
import { createRequire } from 'node:module';
import { join, resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { Type } from '@nestjs/common';
import { tenantryMetadata } from '@tenantry/kernel';
import { ModuleFault } from './module-fault.js';

/**
 * The modules that the project in a folder lists in its package.json, `"tenantry": { "modules": [...] }`: one list for
 * the server and for every command.
 */
export async function listedModules(folder: string): Promise<string[]> {
  const text = await readFile(join(folder, 'package.json'), 'utf8').catch(() => '{}');
  const { tenantry } = JSON.parse(text) as { tenantry?: { modules?: unknown } };
  const modules = tenantry?.modules ?? [];
  if (Array.isArray(modules) && modules.every((each) => typeof each === 'string')) return modules;
  throw new ModuleFault(
    'package.json',
    'must list its modules as strings: "tenantry": { "modules": ["./dist/my.module.js"] }.',
  );
}

/**
 * Loads modules by their specifiers: files relative to the working folder, or packages that it can resolve. Every
 * exported class with `@TenantryModule` counts.
 *
 * @throws ModuleFault naming the specifier that cannot be loaded or holds no module
 */
export async function loadModules(specifiers: readonly string[], folder: string): Promise<Type[]> {
  const loaded: Type[] = [];
  for (const specifier of specifiers) loaded.push(...(await load(specifier, folder)));
  return loaded;
}

async function load(specifier: string, folder: string): Promise<Type[]> {
  const exported = await importFrom(specifier, folder).catch((cause: unknown) => {
    throw Object.assign(
      new ModuleFault(specifier, `cannot be loaded: ${cause instanceof Error ? cause.message : String(cause)}`),
      { cause },
    );
  });
  const modules = Object.values(exported).filter(
    (each): each is Type => typeof each === 'function' && tenantryMetadata(each) !== undefined,
  );
  if (modules.length === 0) throw new ModuleFault(specifier, 'exports no class with @TenantryModule.');
  return [...new Set(modules)];
}

async function importFrom(specifier: string, folder: string): Promise<Record<string, unknown>> {
  const isFile = /^\.{0,2}\//.test(specifier);
  const path = isFile ? resolve(folder, specifier) : createRequire(join(folder, 'index.js')).resolve(specifier);
  return (await import(pathToFileURL(path).href)) as Record<string, unknown>;
}
