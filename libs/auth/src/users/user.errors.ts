import { defineError } from '@tenantry/kernel';

export const UserEmailTaken = defineError('USER_EMAIL_TAKEN', 409, 'A user with this e-mail address exists already.');
export const UserUnknown = defineError('USER_UNKNOWN', 404, 'There is no such user.');
export const UserLastOwner = defineError('USER_LAST_OWNER', 409, 'A tenant keeps at least one active owner.');
export const UserOwnerProtected = defineError(
  'USER_OWNER_PROTECTED',
  403,
  'Only an owner may make, change or remove an owner.',
);
