import { ValidateIf } from 'class-validator';

/**
 * The property may be left out. Unlike class-validator's `IsOptional`, `null` is a value and must pass the other rules.
 *
 * @since 0.1.0
 */
export function MayBeAbsent(): PropertyDecorator {
  return ValidateIf((_object, value) => value !== undefined);
}
