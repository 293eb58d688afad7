import { API_VERSION } from '@tenantry/client';
import { errorCatalogue, NEWEST_API_VERSION } from '@tenantry/kernel';
import '@tenantry/example-notes';
import '@tenantry/example-orders';
import '@tenantry/platform';
import { expect, it } from 'vitest';
import { sourceFiles } from './source-files.js';

it('the client speaks the newest version', () => {
  expect(API_VERSION).toBe(NEWEST_API_VERSION);
});

it('the client’s codes of problems are those of the platform', () => {
  const text = sourceFiles('libs/client/src').find(({ path }) => path.endsWith('/problem-code.ts'))?.text ?? '';
  expect([...text.matchAll(/\| '(\w+)'/g)].map(([, code]) => code)).toEqual(errorCatalogue().map(({ code }) => code));
});
