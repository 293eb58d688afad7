import { defineError } from '@tenantry/kernel';

export const SignupClosed = defineError('SIGNUP_CLOSED', 404, 'Signing up is not offered here; ask the operator.');

export const SignupAddressRefused = defineError(
  'SIGNUP_ADDRESS_REFUSED',
  422,
  'Addresses of this domain cannot sign up; use another one.',
);

export const SignupRefused = defineError('SIGNUP_REFUSED', 403, 'The sign-up was refused.');

export const SignupTooMany = defineError('SIGNUP_TOO_MANY', 429, 'Too many sign-ups; try again later.');

export const SignupInvalid = defineError(
  'SIGNUP_INVALID',
  404,
  'The sign-up does not exist, was completed already or has expired.',
);

export const SignupUnderWay = defineError(
  'SIGNUP_UNDER_WAY',
  409,
  'The tenant of this sign-up is being made; ask again in a moment.',
);
