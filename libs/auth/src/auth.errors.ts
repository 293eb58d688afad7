import { defineError } from '@tenantry/kernel';

const challenge = { headers: { 'www-authenticate': 'Bearer' } };

export const AuthRequired = defineError('AUTH_REQUIRED', 401, 'Sign in first: this needs a bearer token.');
export const AuthTokenInvalid = defineError(
  'AUTH_TOKEN_INVALID',
  401,
  'The access token is not valid here or has expired.',
);
export const AuthCredentialsWrong = defineError('AUTH_CREDENTIALS_WRONG', 401, 'E-mail address or password is wrong.');
export const AuthSessionEnded = defineError('AUTH_SESSION_ENDED', 401, 'The session has ended; sign in again.');
export const AuthTooManyAttempts = defineError(
  'AUTH_TOO_MANY_ATTEMPTS',
  429,
  'Too many failed sign-ins; wait before the next attempt.',
);
export const PermissionDenied = defineError(
  'PERMISSION_DENIED',
  403,
  (missing: string) => `This needs the permission ${missing}.`,
);

export const authRequired = () => new AuthRequired(challenge);
export const tokenInvalid = (cause?: unknown) =>
  new AuthTokenInvalid({ cause, headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
export const credentialsWrong = () => new AuthCredentialsWrong(challenge);
export const sessionEnded = () =>
  new AuthSessionEnded({ headers: { 'www-authenticate': 'Bearer error="invalid_token"' } });
