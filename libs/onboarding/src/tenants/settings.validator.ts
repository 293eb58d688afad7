import { ValidateBy, type ValidationOptions } from 'class-validator';

const MOST = 100;
const NAME = /^[a-z][A-Za-z0-9.]{0,99}$/;

/** A flat object of at most 100 strings (up to 1,000 characters), finite numbers and booleans. */
export function IsSettings(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isSettings',
      validator: {
        validate: isSettings,
        defaultMessage: () => `settings must be a flat object of at most ${MOST} strings, numbers and booleans`,
      },
    },
    options,
  );
}

function isSettings(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= MOST && entries.every(([name, each]) => NAME.test(name) && isScalar(each));
}

function isScalar(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= 1000 && !value.includes('\u0000');
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
