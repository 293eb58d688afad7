import { getMetadataStorage } from 'class-validator';

/** Options of a property as Nest's `@ApiProperty` takes them. */
export type PropertyOptions = Record<string, unknown>;

type Rule = (constraints: readonly unknown[]) => PropertyOptions;

/** What the rules of class-validator say about a value, in terms of OpenAPI 3.0. */
const RULES: Readonly<Record<string, Rule>> = {
  isString: () => ({ type: 'string' }),
  isBoolean: () => ({ type: 'boolean' }),
  isInt: () => ({ type: 'integer' }),
  isNumber: () => ({ type: 'number' }),
  isObject: () => ({ type: 'object' }),
  isEmail: () => ({ type: 'string', format: 'email' }),
  isUuid: () => ({ type: 'string', format: 'uuid' }),
  isUrl: () => ({ type: 'string', format: 'uri' }),
  isIn: ([values]) => ({ enum: [...(values as unknown[])] }),
  isEnum: ([values]) => ({ enum: Object.values(values as object) }),
  min: ([minimum]) => ({ minimum }),
  max: ([maximum]) => ({ maximum }),
  isPositive: () => ({ minimum: 0, exclusiveMinimum: true }),
  minLength: ([minLength]) => ({ minLength }),
  maxLength: ([maxLength]) => ({ maxLength }),
  isLength: ([minLength, maxLength]) => ({ minLength, ...(maxLength !== undefined && { maxLength }) }),
  matches: ([pattern, flags]) => {
    const isPlain = pattern instanceof RegExp && pattern.flags === '' && !flags;
    return isPlain ? { pattern: pattern.source } : {};
  },
};

const ARRAY_RULES: Readonly<Record<string, Rule>> = {
  isArray: () => ({}),
  arrayMinSize: ([minItems]) => ({ minItems }),
  arrayMaxSize: ([maxItems]) => ({ maxItems }),
  arrayNotEmpty: () => ({ minItems: 1 }),
  arrayUnique: () => ({ uniqueItems: true }),
};

/** What class-validator knows of one property. */
export interface ValidatedProperty {
  /** Of the value, or of each item when `isArray`. */
  readonly value: PropertyOptions;
  /** Of the array itself. */
  readonly array: PropertyOptions;
  readonly isArray: boolean;
  readonly mayBeAbsent: boolean;
  readonly mayBeNull: boolean;
  /** Whether a class validates what is inside. */
  readonly isNested: boolean;
}

/** The properties that a class itself validates, by name. */
export function validatedProperties(target: object): Map<string, ValidatedProperty> {
  const all = getMetadataStorage().getTargetValidationMetadatas(target as never, '', false, false);
  const own = all.filter((metadata) => metadata.target === target);
  const names = [...new Set(own.map(({ propertyName }) => propertyName))];
  return new Map(
    names.map((name) => [name, propertyOf(own.filter(({ propertyName }) => propertyName === name))] as const),
  );
}

type Metadata = ReturnType<ReturnType<typeof getMetadataStorage>['getTargetValidationMetadatas']>[number];

function propertyOf(metadata: readonly Metadata[]): ValidatedProperty {
  const value: PropertyOptions = {};
  const array: PropertyOptions = {};
  for (const { name = '', constraints } of metadata) {
    Object.assign(value, RULES[name]?.((constraints ?? []) as unknown[]));
    Object.assign(array, ARRAY_RULES[name]?.((constraints ?? []) as unknown[]));
  }
  return {
    value,
    array,
    isArray: metadata.some(({ name = '', each }) => each || name in ARRAY_RULES),
    mayBeAbsent: metadata.some(({ type }) => type === 'conditionalValidation'),
    mayBeNull: metadata.some(({ name }) => name === 'isOptional'),
    isNested: metadata.some(({ type }) => type === 'nestedValidation'),
  };
}
