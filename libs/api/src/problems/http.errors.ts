import { defineError } from '@tenantry/kernel';

export const RequestMalformed = defineError('REQUEST_MALFORMED', 400, (detail: string) => detail);
export const RequestTooLarge = defineError('REQUEST_TOO_LARGE', 413, 'The body is larger than this API takes.');
export const RequestMediaType = defineError(
  'REQUEST_MEDIA_TYPE',
  415,
  'This API takes JSON: send Content-Type: application/json.',
);
export const RequestTimeout = defineError('REQUEST_TIMEOUT', 408, 'The request took too long to arrive.');
export const RequestUnprocessable = defineError(
  'REQUEST_UNPROCESSABLE',
  422,
  'A value of the request cannot be stored as it is.',
);
export const ResourceUnknown = defineError('RESOURCE_UNKNOWN', 404, 'There is nothing here.');
export const ResourceConflict = defineError('RESOURCE_CONFLICT', 409, 'The request conflicts with what is stored.');
export const RequestRefused = defineError('REQUEST_REFUSED', 403, 'The request is refused.');
export const ServerBusy = defineError('SERVER_BUSY', 503, 'The server is busy; try again.');
export const ServerError = defineError(
  'SERVER_ERROR',
  500,
  'Something went wrong on our side; it is logged under the request id.',
);
