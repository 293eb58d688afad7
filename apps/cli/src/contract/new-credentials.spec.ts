import { describe, expect, it } from 'vitest';
import { newCredentials } from './new-credentials.js';

type Security = Record<string, string[]>[];

const documentOf = (security: Security | undefined, path = '/things/{id}', everywhere?: Security) => ({
  ...(everywhere && { security: everywhere }),
  paths: { [path]: { get: { ...(security && { security }) } } },
});
const user = { user: [] };
const operator = { operator: [] };

const found = (...[before, after]: [Security, Security]) =>
  newCredentials(documentOf(before), documentOf(after, '/things/{thing}')).map(({ text }) => text);

describe('an operation goes on taking', () => {
  it.each<[string, Security, Security]>([
    ['what it took', [user], [user]],
    ['callers without a credential', [], []],
    ['one credential, when another is good for it, too', [user], [user, operator]],
    ['a credential that it needs no longer', [user], []],
    ['callers without a credential, when one may be given', [], [{}, user]],
    ['all credentials of several, when one is enough', [{ ...user, ...operator }], [user]],
  ])('%s', (_, before, after) => {
    expect(found(before, after)).toEqual([]);
  });
});

describe('an operation is broken that no longer takes', () => {
  it.each<[string, Security, Security]>([
    ['callers without a credential', [], [user]],
    ['callers without a credential', [{}, user], [user]],
    ['user', [user, operator], [operator]],
    ['user', [user], [{ ...user, ...operator }]],
    ['user and operator', [{ ...user, ...operator }], [{ key: [] }]],
  ])('%s', (who, before, after) => {
    expect(found(before, after)).toEqual([`no longer takes ${who}`]);
  });

  it('what its document requires of all', () => {
    const changes = newCredentials(documentOf(undefined), documentOf(undefined, '/things/{id}', [user]));
    expect(changes).toEqual([
      {
        operation: 'GET /things/{id}',
        text: 'no longer takes callers without a credential',
        check: 'credential-no-longer-suffices',
      },
    ]);
  });
});

it('an operation that is gone is told of by others', () => {
  expect(newCredentials(documentOf([]), documentOf([user], '/objects'))).toEqual([]);
});
