import { defineError } from './define-error.js';

export const RequestInvalid = defineError('REQUEST_INVALID', 400, 'The request does not have the form it must have.');
