import { Operators } from '@tenantry/auth';
import { createPlatform, type PlatformOptions } from './create-platform.js';

/**
 * Gives an operator a new password, making the operator if there is none of this address.
 *
 * @returns the password, to be shown once
 * @since 0.1.0
 */
export async function resetOperatorPassword(email: string, options: PlatformOptions = {}): Promise<string> {
  const platform = await createPlatform(options);
  try {
    return await platform.app.get(Operators).resetPassword(email);
  } finally {
    await platform.stop();
  }
}
