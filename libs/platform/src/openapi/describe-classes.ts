import type { Type } from '@nestjs/common';
import { plainToInstance } from 'class-transformer';
import { getMetadataArgsStorage } from 'typeorm';
import type { Route } from '../composition/routes.js';
import { columnOptions } from './column-options.js';
import { validatedProperties, type PropertyOptions, type ValidatedProperty } from './validation-rules.js';

/** Where the plugin of @nestjs/swagger writes what it reads from the source, and where the library looks for it. */
const FACTORY = '_OPENAPI_METADATA_FACTORY';

type Described = Record<string, PropertyOptions>;

const done = new WeakSet<object>();

/**
 * Tells @nestjs/swagger what it cannot know of the classes of bodies, queries and tables: for a class that was compiled
 * without its plugin everything, from class-validator's rules, TypeORM's columns and the types that the compiler left;
 * for the others what the plugin leaves out, such as integers.
 */
export function describeClasses(routes: readonly Route[]): void {
  for (const { parameterTypes } of routes) {
    for (const type of parameterTypes) if (typeof type === 'function') describeClass(type as Type);
  }
  for (const { target } of getMetadataArgsStorage().tables)
    if (typeof target === 'function') describeClass(target as Type);
}

function describeClass(target: Type): void {
  if (done.has(target)) return;
  done.add(target);
  const parent = Object.getPrototypeOf(target) as Type | null;
  if (typeof parent === 'function' && parent !== Function.prototype) describeClass(parent);
  const validated = validatedProperties(target);
  const columns = columnOptions(target);
  if (validated.size === 0 && columns.size === 0) return;
  const written = writtenByPlugin(target);
  const described = written
    ? completed(written(), validated, columns)
    : { ...Object.fromEntries(columns), ...derived(target, validated) };
  for (const [name, { isNested }] of validated) if (isNested) describeNested(target, name);
  Object.defineProperty(target, FACTORY, { value: () => described, configurable: true, writable: true });
}

function writtenByPlugin(target: Type): (() => Described) | undefined {
  return Object.hasOwn(target, FACTORY) ? (Reflect.get(target, FACTORY) as () => Described) : undefined;
}

function describeNested(target: Type, name: string): void {
  const nested = nestedClass(target, name);
  if (nested) describeClass(nested);
}

/** What the plugin wrote, with integers, formats and what may be absent. */
function completed(
  written: Described,
  validated: Map<string, ValidatedProperty>,
  columns: Map<string, PropertyOptions>,
): Described {
  return Object.fromEntries(
    Object.entries(written).map(([name, options]) => {
      const property = validated.get(name);
      const known = { ...columns.get(name), ...(property && !property.isArray && property.value) };
      return [
        name,
        {
          ...options,
          ...(known['type'] === 'integer' && { type: 'integer' }),
          ...(known['format'] !== undefined && { format: known['format'] }),
          ...(property?.mayBeAbsent && { required: false }),
        },
      ];
    }),
  );
}

function derived(target: Type, validated: Map<string, ValidatedProperty>): Described {
  return Object.fromEntries([...validated].map(([name, property]) => [name, derivedProperty(target, name, property)]));
}

function derivedProperty(target: Type, name: string, property: ValidatedProperty): PropertyOptions {
  const nested = property.isNested ? nestedClass(target, name) : undefined;
  const design = Reflect.getMetadata('design:type', target.prototype as object, name) as unknown;
  const inner = nested ? { type: () => nested } : { ...typeOf(design), ...property.value };
  const always = { required: !property.mayBeAbsent, ...(property.mayBeNull && { nullable: true }) };
  if (!property.isArray) return { ...inner, ...always };
  if (nested) return { ...inner, isArray: true, ...property.array, ...always };
  return { type: 'array', items: property.value, ...property.array, ...always };
}

function typeOf(design: unknown): PropertyOptions {
  if (design === Number) return { type: 'number' };
  if (design === Boolean) return { type: 'boolean' };
  if (design === String) return { type: 'string' };
  return { type: 'object', additionalProperties: true };
}

/** The class that `@Type` of class-transformer names, asked by having a value made; or the declared one. */
function nestedClass(target: Type, name: string): Type | undefined {
  const made = plainToInstance(target, { [name]: [{}] }, { exposeDefaultValues: false }) as Record<string, unknown>;
  const [item] = Array.isArray(made[name]) ? (made[name] as unknown[]) : [made[name]];
  const design = Reflect.getMetadata('design:type', target.prototype as object, name) as unknown;
  const found = item?.constructor === Object ? design : item?.constructor;
  return typeof found === 'function' && found !== Object && found !== Array ? (found as Type) : undefined;
}
