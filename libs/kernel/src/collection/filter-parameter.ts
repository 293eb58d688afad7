import { ValidateBy } from 'class-validator';

/** One `filter[property][operator]=value` of a query, as the client wrote it. */
export interface FilterParameter {
  readonly property: string;
  /** `eq` where the parameter names none. */
  readonly operator: string;
  /** A list where the parameter was given more than once. */
  readonly value: string | readonly string[];
}

/** The value is what the query parser makes of `filter[...]` parameters, not a parameter that is merely named filter. */
export function IsFilters(): PropertyDecorator {
  return ValidateBy({
    name: 'isFilters',
    validator: {
      validate: (value: unknown) => Array.isArray(value) && value.every((each) => typeof each === 'object'),
      defaultMessage: () => 'is written filter[property]=value or filter[property][operator]=value',
    },
  });
}
