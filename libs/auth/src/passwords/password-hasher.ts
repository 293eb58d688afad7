import { Injectable } from '@nestjs/common';
import { hash, verify } from '@node-rs/argon2';
import { newId } from '@tenantry/kernel';

/** argon2id at OWASP's second recommendation: 19 MiB, 2 passes, 1 lane (Password Storage Cheat Sheet, 2024). */
const COST = { memoryCost: 19_456, timeCost: 2, parallelism: 1 };

/** Hashes and checks passwords with argon2id (RFC 9106). */
@Injectable()
export class PasswordHasher {
  private decoy?: Promise<string>;

  hash(password: string): Promise<string> {
    return hash(password, COST);
  }

  /**
   * Whether the password is the hash's. Without a hash it works as long as with one, so that the time of an answer does
   * not tell whether an account exists.
   */
  async verify(stored: string | null | undefined, password: string): Promise<boolean> {
    if (stored) return verify(stored, password);
    this.decoy ??= this.hash(newId());
    await verify(await this.decoy, password);
    return false;
  }
}
