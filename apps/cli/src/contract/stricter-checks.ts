/**
 * What oasdiff takes lightly and this contract does not: an output keeps its shape, an input that was taken is still
 * taken, and what was optional stays optional, whatever its default. Nothing is removed, announced before or not.
 */
export const STRICTER_CHECKS: readonly string[] = [
  'api-path-removed-with-deprecation',
  'api-removed-with-deprecation',
  'new-required-request-property-with-default',
  'request-body-default-value-changed',
  'request-body-default-value-removed',
  'request-optional-property-became-read-only',
  'request-parameter-became-required',
  'request-parameter-removed-with-deprecation',
  'request-property-became-required-with-default',
  'request-property-default-value-changed',
  'request-property-default-value-removed',
  'request-required-property-became-read-only',
  'response-body-all-of-removed',
  'response-body-any-of-added',
  'response-media-type-name-specialized',
  'response-non-success-status-removed',
  'response-optional-property-became-write-only',
  'response-property-all-of-removed',
  'response-property-any-of-added',
  'response-property-pattern-changed',
  'response-property-pattern-removed',
  'response-required-property-became-write-only',
  'response-success-status-added',
];
