import { ValidateBy, type ValidationOptions } from 'class-validator';

const MOST = 100;
const FEATURE = /^[a-z][a-z0-9-]{0,63}$/;
const NAME = /^[a-z][A-Za-z0-9.]{0,99}$/;

/**
 * A flat object of at most 100 strings (up to 1,000 characters), finite numbers and booleans. Only `features` is an
 * object of its own: at most 100 booleans by the names of features.
 */
export function IsSettings(options?: ValidationOptions): PropertyDecorator {
  return ValidateBy(
    {
      name: 'isSettings',
      validator: {
        validate: isSettings,
        defaultMessage: () =>
          `settings must be a flat object of at most ${MOST} strings, numbers and booleans, where features is an object of booleans`,
      },
    },
    options,
  );
}

/** Whether it is what `IsSettings` takes. */
export function isSettings(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return (
    entries.length <= MOST &&
    entries.every(([name, each]) => (name === 'features' ? areFeatures(each) : NAME.test(name) && isScalar(each)))
  );
}

function areFeatures(value: unknown): boolean {
  if (typeof value !== 'object' || value === null || Array.isArray(value)) return false;
  const entries = Object.entries(value);
  return entries.length <= MOST && entries.every(([name, each]) => FEATURE.test(name) && typeof each === 'boolean');
}

function isScalar(value: unknown): boolean {
  if (typeof value === 'string') return value.length <= 1000 && !value.includes('\u0000');
  return typeof value === 'boolean' || (typeof value === 'number' && Number.isFinite(value));
}
