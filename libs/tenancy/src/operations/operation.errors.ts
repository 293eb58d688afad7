import { defineError } from '@tenantry/kernel';

export const OperationCancelled = defineError('OPERATION_CANCELLED', 409, 'An operator cancelled the operation.');

export const OperationNotCancellable = defineError(
  'OPERATION_NOT_CANCELLABLE',
  409,
  'The operation has ended, or is of a kind that cannot be undone.',
);

/** The process stops: not a failure of the operation, which another process takes up. */
export class OperationInterrupted extends Error {
  constructor() {
    super('The process stops; another one takes the operation up.');
    this.name = 'OperationInterrupted';
  }
}
