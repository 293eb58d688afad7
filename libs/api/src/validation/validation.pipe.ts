import { ValidationPipe, type ArgumentMetadata, type ValidationError } from '@nestjs/common';
import { RequestInvalid, type FieldFault } from '@tenantry/kernel';

/**
 * Validates bodies, queries and parameters by their class-validator classes. Properties that a class does not have are
 * refused by name.
 */
export function validationPipe(): ValidationPipe {
  return new RequestValidation({
    transform: true,
    whitelist: true,
    forbidNonWhitelisted: true,
    forbidUnknownValues: true,
    validationError: { target: false, value: false },
    exceptionFactory: (errors) => new RequestInvalid({ errors: errors.flatMap((error) => faultsOf(error, '')) }),
  });
}

/**
 * Leaves out what a request does not say: a class's fields are there as soon as it is made, and a handler that copies
 * them onto a row would empty what the caller did not name.
 */
class RequestValidation extends ValidationPipe {
  override async transform(value: unknown, metadata: ArgumentMetadata): Promise<unknown> {
    const made: unknown = await super.transform(value, metadata);
    dropUnsaid(made);
    return made;
  }
}

function dropUnsaid(value: unknown): void {
  if (typeof value !== 'object' || value === null) return;
  for (const [name, each] of Object.entries(value)) {
    if (each === undefined) Reflect.deleteProperty(value, name);
    else dropUnsaid(each);
  }
}

function faultsOf(error: ValidationError, parent: string): FieldFault[] {
  const pointer = `${parent}/${error.property.replaceAll('~', '~0').replaceAll('/', '~1')}`;
  const own = Object.entries(error.constraints ?? {}).map(([rule, message]) => ({
    pointer,
    detail: rule === 'whitelistValidation' ? 'is not a property of this request' : message,
  }));
  return [...own, ...(error.children ?? []).flatMap((child) => faultsOf(child, pointer))];
}
