import { describe, expect, it } from 'vitest';
import { PermissionCatalogue } from './permission-catalogue.js';

const catalogue = new PermissionCatalogue([
  {
    name: 'notes',
    permissions: { 'notes:read': 'Read notes', 'notes:purge': { description: 'Purge notes', roles: ['admin'] } },
  },
]);

describe('the permissions of a role', () => {
  it('are all for an owner, also those given to admins only', () => {
    expect([...catalogue.permissionsOf(['owner'])]).toEqual(['notes:read', 'notes:purge']);
  });

  it('are the plainly declared ones for a member', () => {
    expect([...catalogue.permissionsOf(['member'])]).toEqual(['notes:read']);
  });

  it('add up over several roles', () => {
    expect(catalogue.permissionsOf(['member', 'admin']).size).toBe(2);
  });

  it('are none for a role that does not exist', () => {
    expect(catalogue.permissionsOf(['root']).size).toBe(0);
  });

  it('are declared once, in the form area:action, for roles that exist', () => {
    const module = (permissions: Record<string, string | { description: string; roles: string[] }>) => ({
      name: 'x',
      permissions,
    });
    expect(() => new PermissionCatalogue([module({ 'a:b': '' }), module({ 'a:b': '' })])).toThrow(/two modules/);
    expect(() => new PermissionCatalogue([module({ everything: '' })])).toThrow(/area:action/);
    expect(() => new PermissionCatalogue([module({ 'a:b': { description: '', roles: ['boss'] } })])).toThrow(
      /unknown role/,
    );
  });
});
