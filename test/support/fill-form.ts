import fc from 'fast-check';

/** The part of a HAL-FORMS property that says which values it takes. */
export interface FormField {
  readonly name: string;
  readonly type?: string;
  readonly regex?: string;
  readonly min?: number;
  readonly max?: number;
  readonly minLength?: number;
  readonly maxLength?: number;
  readonly options?: { readonly inline: readonly unknown[]; readonly maxItems?: number };
}

/**
 * A body that keeps every rule of the form.
 *
 * @param known values that no form can tell, by name; also of fields without a type
 */
export function fillForm(fields: readonly FormField[], known: Readonly<Record<string, unknown>>): object {
  const values = fields.map((field) => [field.name, known[field.name] ?? valueOf(field)] as const);
  return Object.fromEntries(values.filter(([, value]) => value !== undefined));
}

function valueOf({ type, regex, min = 1, max = min, minLength = 0, maxLength = 30, options }: FormField): unknown {
  if (options) {
    const [first] = options.inline;
    const value = typeof first === 'object' && first !== null && 'value' in first ? first.value : first;
    return options.maxItems === 1 ? value : [value];
  }
  if (type === 'email') return `${sample(fc.stringMatching(/^[a-z]{12}$/))}@example.com`;
  if (type === 'number') return sample(fc.integer({ min, max }));
  if (type !== 'text' && type !== 'password') return undefined;
  const pattern = regex === undefined ? /^[ -~]*$/ : new RegExp(regex);
  const text = sample(fc.stringMatching(pattern));
  return text.padEnd(Math.max(minLength, 1), 'x').slice(0, maxLength);
}

function sample<T>(arbitrary: fc.Arbitrary<T>): T {
  return fc.sample(arbitrary, 1)[0] as T;
}
