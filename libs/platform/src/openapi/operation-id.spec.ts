import { describe, expect, it } from 'vitest';
import { operationId, ownerOf, singular, summaryOf } from './operation-id.js';

describe('the name of an operation', () => {
  it.each([
    ['listNotes', { method: 'GET', path: '/notes', lists: true }],
    ['createNote', { method: 'POST', path: '/notes' }],
    ['getNote', { method: 'GET', path: '/notes/{id}' }],
    ['updateNote', { method: 'PATCH', path: '/notes/{id}' }],
    ['replaceNote', { method: 'PUT', path: '/notes/{id}' }],
    ['deleteNote', { method: 'DELETE', path: '/notes/{id}' }],
    ['listAdminTenants', { method: 'GET', path: '/admin/tenants', lists: true }],
    ['suspendAdminTenant', { method: 'POST', path: '/admin/tenants/{id}/suspend', acts: true }],
    ['acceptInvitation', { method: 'POST', path: '/invitations/accept', acts: true }],
    ['listNoteComments', { method: 'GET', path: '/notes/{id}/comments', lists: true }],
    ['getNoteComment', { method: 'GET', path: '/notes/{id}/comments/{comment}' }],
    ['getWellKnownJwksJson', { method: 'GET', path: '/.well-known/jwks.json' }],
    ['getRoot', { method: 'GET', path: '/' }],
    ['createApiKey', { method: 'POST', path: '/api-keys' }],
  ])('is %s', (name, operation) => {
    expect(operationId(operation)).toBe(name);
  });
});

it('says in words what an operation does', () => {
  expect(summaryOf('listNoteComments')).toBe('List note comments.');
});

it('knows of what a parameter is the id', () => {
  expect(ownerOf('/api-keys/{id}', 'id')).toBe('api key');
  expect(ownerOf('/{id}', 'id')).toBeUndefined();
});

it('makes the singular of the words that paths are made of', () => {
  expect(['notes', 'policies', 'addresses', 'status', 'boxes', 'usage', 'access'].map(singular)).toEqual([
    'note',
    'policy',
    'address',
    'status',
    'box',
    'usage',
    'access',
  ]);
});
