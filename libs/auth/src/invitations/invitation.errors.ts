import { defineError } from '@tenantry/kernel';

export const InvitationInvalid = defineError(
  'INVITATION_INVALID',
  404,
  'The invitation does not exist, was used already or has expired.',
);
