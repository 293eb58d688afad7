import { Module, type ModuleMetadata, type Type } from '@nestjs/common';
import type { EventDefinition } from '../background/define-event.js';
import type { ApiChangeClass } from '../versions/api-change.js';

/** A class TypeORM maps to a table. */
export type EntityClass = new () => object;

/** A TypeORM migration class (`MigrationInterface`), whose name ends in its timestamp in milliseconds. */
export type MigrationClass = new () => { up(runner: never): Promise<unknown>; down(runner: never): Promise<unknown> };

/** A permission with the built-in roles that hold it; a plain string is held by owner, admin and member. */
export type PermissionDeclaration = string | { readonly description: string; readonly roles: readonly string[] };

/**
 * What a module of Tenantry says of itself besides its Nest metadata.
 *
 * @since 0.1.0
 */
export interface TenantryModuleMetadata extends ModuleMetadata {
  /** Unique, `[a-z][a-z0-9-]*`. */
  readonly name: string;
  /** What it is for, in a sentence; OpenAPI shows it with the module's routes. */
  readonly description?: string;
  /** Range of module contracts it works with (semver, compared with `MODULE_API_VERSION`), for example `^1.0.0`. */
  readonly compatibility: string;
  /** Tables that every tenant has, in its own schema. Carry no `schema`. */
  readonly entities?: readonly EntityClass[];
  readonly tenantMigrations?: readonly MigrationClass[];
  /** Tables of the control plane (schema `platform`). */
  readonly platformEntities?: readonly EntityClass[];
  readonly platformMigrations?: readonly MigrationClass[];
  /** `area:action` to what it allows, in words. */
  readonly permissions?: Readonly<Record<string, PermissionDeclaration>>;
  /** What the module tells listeners (`defineEvent`). */
  readonly events?: readonly EventDefinition[];
  /** Date of the module's first released HTTP contract, `YYYY-MM-DD`; needed with `apiChanges`, and before them all. */
  readonly apiSince?: string;
  /** What would have broken callers of that contract since, each with how they go on working. */
  readonly apiChanges?: readonly ApiChangeClass[];
  /** Providers run once inside every new tenant, after its migrations. Must be idempotent. */
  readonly seeds?: readonly Type<TenantSeed>[];
}

/** First rows of a new tenant; runs inside the tenant's context. */
export interface TenantSeed {
  seed(): Promise<void>;
}

const METADATA = Symbol.for('tenantry:module');

/**
 * An ordinary Nest module that also brings tables, migrations and permissions to every tenant.
 *
 * @since 0.1.0
 */
export function TenantryModule(metadata: TenantryModuleMetadata): ClassDecorator {
  const { imports, controllers, providers, exports } = metadata;
  return (target) => {
    Reflect.defineMetadata(METADATA, metadata, target);
    Module({ imports, controllers, providers: [...(providers ?? []), ...(metadata.seeds ?? [])], exports })(target);
  };
}

/** What `@TenantryModule` said of this class, or undefined for any other class. */
export function tenantryMetadata(target: object): TenantryModuleMetadata | undefined {
  return Reflect.getOwnMetadata(METADATA, target) as TenantryModuleMetadata | undefined;
}
