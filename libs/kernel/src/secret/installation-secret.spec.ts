import { describe, expect, it } from 'vitest';
import { InstallationSecret } from './installation-secret.js';

describe('the installation secret', () => {
  const secret = new InstallationSecret('a'.repeat(32));

  it('gives the same value for a purpose every time', () => {
    expect(secret.password('owner')).toBe(new InstallationSecret('a'.repeat(32)).password('owner'));
  });

  it('gives another value for another purpose and another secret', () => {
    expect(secret.password('owner')).not.toBe(secret.password('app'));
    expect(secret.password('owner')).not.toBe(new InstallationSecret('b'.repeat(32)).password('owner'));
  });
});
