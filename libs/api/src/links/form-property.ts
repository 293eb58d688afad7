/** A field of a template (HAL-FORMS, "The Properties Array"). */
export interface FormProperty {
  readonly name: string;
  readonly type?: string;
  readonly required?: true;
  readonly prompt?: string;
  readonly value?: unknown;
  readonly regex?: string;
  readonly min?: number;
  readonly max?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly options?: FormOptions;
}

export interface FormOptions {
  readonly inline: readonly unknown[];
  /** Fewest that are chosen; for lists. */
  readonly minItems?: number;
  /** Most that are chosen. */
  readonly maxItems?: number;
}

/** The parts of an OpenAPI schema (JSON Schema) that a form can show. */
export interface FormSchema {
  readonly $ref?: string;
  readonly type?: string;
  readonly format?: string;
  readonly description?: string;
  readonly default?: unknown;
  readonly enum?: readonly unknown[];
  readonly pattern?: string;
  readonly minimum?: number;
  readonly maximum?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly minItems?: number;
  readonly maxItems?: number;
  readonly items?: FormSchema;
  readonly properties?: Readonly<Record<string, FormSchema>>;
  readonly required?: readonly string[];
}

/** The fields of a body's schema, in its order. What HAL-FORMS has no word for, such as an object, is a name only. */
export function formProperties({ properties = {}, required = [] }: FormSchema): FormProperty[] {
  return Object.entries(properties).map(([name, schema]) =>
    defined({
      name,
      type: typeOf(name, schema),
      required: required.includes(name) ? true : undefined,
      prompt: schema.description,
      value: schema.default,
      regex: schema.pattern ?? (schema.format === 'uuid' ? UUID : undefined),
      min: schema.minimum,
      max: schema.maximum,
      minLength: schema.minLength,
      maxLength: schema.maxLength ?? (schema.format === 'uuid' ? UUID_LENGTH : undefined),
      options: optionsOf(schema),
    }),
  );
}

/** RFC 9562. */
const UUID = '^[0-9a-f]{8}-[0-9a-f]{4}-[1-8][0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$';
const UUID_LENGTH = 36;

const FORMATS: Readonly<Record<string, string>> = {
  email: 'email',
  uri: 'url',
  date: 'date',
  'date-time': 'datetime-local',
  password: 'password',
};

function typeOf(name: string, { type, format = '' }: FormSchema): string | undefined {
  if (type === 'integer' || type === 'number') return 'number';
  if (type !== 'string') return undefined;
  return FORMATS[format] ?? (/password$/i.test(name) ? 'password' : 'text');
}

function optionsOf(schema: FormSchema): FormOptions | undefined {
  if (schema.enum) return { inline: schema.enum.map(inlineOption), maxItems: 1 };
  if (schema.type === 'boolean') return { inline: [true, false].map(inlineOption), maxItems: 1 };
  if (schema.type !== 'array' || !schema.items?.enum) return undefined;
  return defined({ inline: schema.items.enum.map(inlineOption), minItems: schema.minItems, maxItems: schema.maxItems });
}

/** A bare option is a text; one of another type stands beside the text to show for it. */
function inlineOption(value: unknown): unknown {
  return typeof value === 'string' ? value : { prompt: String(value), value };
}

function defined<T extends object>(value: T): T {
  return Object.fromEntries(Object.entries(value).filter(([, each]) => each !== undefined)) as T;
}
