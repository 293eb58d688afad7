import type { Type } from '@nestjs/common';
import { TypeOrmModule } from '@nestjs/typeorm';
import { ApiModule, changesOf, versionsOf, type ModuleChange } from '@tenantry/api';
import { AuthModule } from '@tenantry/auth';
import { BillingModule } from '@tenantry/billing';
import { JobsModule } from '@tenantry/jobs';
import { tenantryMetadata, type ApiVersions, type TenantryModuleMetadata } from '@tenantry/kernel';
import { OnboardingModule } from '@tenantry/onboarding';
import { PLATFORM, tenancyMetadata } from '@tenantry/tenancy';
import { checkModules } from './check-modules.js';
import { ModuleFault } from './module-fault.js';

const CORE: readonly Type[] = [JobsModule, ApiModule, AuthModule, BillingModule, OnboardingModule];

/** The modules of one platform, checked and ready for Nest. */
export interface Composition {
  /** What Nest imports. */
  readonly classes: readonly Type[];
  readonly metadata: readonly TenantryModuleMetadata[];
  /** What changed in the HTTP contract, oldest first, and the versions that there are therefore. */
  readonly changes: readonly ModuleChange[];
  readonly versions: ApiVersions;
}

const equipped = new WeakSet<Type>();

/**
 * Gathers the core modules and the given ones, with the Tenantry modules that these import, and gives each its
 * repositories.
 *
 * @throws ModuleFault, ApiChangeFault naming the module that cannot be used, and why
 */
export function composeModules(modules: readonly Type[]): Composition {
  for (const module of modules) {
    if (!tenantryMetadata(module))
      throw new ModuleFault(module.name, 'is not a Tenantry module: decorate it with @TenantryModule.');
  }
  const classes = [...CORE, ...modules];
  const all = new Map<Type, TenantryModuleMetadata>();
  for (const module of classes) gather(module, all);
  const metadata = [tenancyMetadata, ...all.values()];
  checkModules(metadata);
  for (const [module, each] of all) equip(module, each);
  const changes = changesOf(metadata);
  return { classes, metadata, changes, versions: versionsOf(metadata, changes) };
}

function gather(module: Type, all: Map<Type, TenantryModuleMetadata>): void {
  const metadata = tenantryMetadata(module);
  if (!metadata || all.has(module)) return;
  for (const imported of metadata.imports ?? []) {
    const inner = typeof imported === 'object' && 'module' in imported ? imported.module : imported;
    if (typeof inner === 'function') gather(inner, all);
  }
  all.set(module, metadata);
}

/** Adds `TypeOrmModule.forFeature` for the module's entities to its Nest imports, once. */
function equip(module: Type, { entities, platformEntities }: TenantryModuleMetadata): void {
  if (equipped.has(module)) return;
  equipped.add(module);
  const imports = (Reflect.getMetadata('imports', module) as unknown[] | undefined) ?? [];
  const repositories = [
    ...(entities?.length ? [TypeOrmModule.forFeature([...entities])] : []),
    ...(platformEntities?.length ? [TypeOrmModule.forFeature([...platformEntities], PLATFORM)] : []),
  ];
  Reflect.defineMetadata('imports', [...imports, ...repositories], module);
}
