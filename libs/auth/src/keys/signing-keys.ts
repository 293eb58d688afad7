import { createPrivateKey, createPublicKey, type KeyObject } from 'node:crypto';
import { Injectable, type OnModuleInit } from '@nestjs/common';
import { Clock, SecretBox, type InstallationSecret } from '@tenantry/kernel';
import { calculateJwkThumbprint, exportJWK, exportPKCS8, generateKeyPair } from 'jose';
import type { DataSource } from 'typeorm';
import { SigningKeyEntity } from './signing-key.entity.js';

/** Verifying is far more frequent than signing, and RSA is the cheaper to verify (bench/RESULTS.md, "Tokens"). */
export const ALGORITHM = 'RS256' as const;

interface SigningKey {
  readonly kid: string;
  readonly privateKey: KeyObject;
}

const RELOAD_AFTER = 5_000;
const LOCK = 7_236_441_906;

/** The platform's key pairs, shared by all processes through the control schema. */
@Injectable()
export class SigningKeys implements OnModuleInit {
  private readonly box: SecretBox;
  private readonly publicKeys = new Map<string, KeyObject>();
  private jwks: Record<string, unknown>[] = [];
  private signing?: SigningKey;
  private loadedAt = 0;
  private loading?: Promise<void>;

  constructor(
    private readonly dataSource: DataSource,
    private readonly clock: Clock,
    secret: InstallationSecret,
  ) {
    this.box = new SecretBox(secret.key('signing-keys'));
  }

  async onModuleInit(): Promise<void> {
    await this.load();
    if (!this.signing) await this.create();
  }

  /** The key that signs now. */
  current(): SigningKey {
    if (!this.signing) throw new Error('No signing key is loaded.');
    return this.signing;
  }

  /** The public key of this id, if this process knows it. */
  known(kid: string): KeyObject | undefined {
    return this.publicKeys.get(kid);
  }

  /** Makes a key known that another process made since; asks the database at most every five seconds. */
  async lookUp(kid: string): Promise<void> {
    if (kid === '' || this.publicKeys.has(kid)) return;
    if (this.clock.now().getTime() - this.loadedAt <= RELOAD_AFTER) return;
    this.loading ??= this.load().finally(() => (this.loading = undefined)); // of many that ask at once, one asks the database
    await this.loading;
  }

  /** The public keys as a JWK Set (RFC 7517). */
  keySet(): { keys: Record<string, unknown>[] } {
    return { keys: this.jwks };
  }

  /** Two processes that start on an empty database take turns, so that there is one first key. */
  private async create(): Promise<void> {
    await this.dataSource.transaction(async (manager) => {
      await manager.query('SELECT pg_advisory_xact_lock($1)', [LOCK]);
      if (await manager.existsBy(SigningKeyEntity, {})) return;
      const { publicKey, privateKey } = await generateKeyPair(ALGORITHM, { modulusLength: 2048, extractable: true });
      const jwk = await exportJWK(publicKey);
      const kid = await calculateJwkThumbprint(jwk);
      await manager.insert(SigningKeyEntity, {
        kid,
        publicJwk: { ...jwk, kid, alg: ALGORITHM, use: 'sig' } as never,
        sealedPrivateKey: this.box.seal(await exportPKCS8(privateKey), kid),
      });
    });
    await this.load();
  }

  private async load(): Promise<void> {
    const rows = await this.dataSource.getRepository(SigningKeyEntity).find({ order: { createdAt: 'DESC' } });
    this.loadedAt = this.clock.now().getTime();
    this.publicKeys.clear();
    for (const { kid, publicJwk } of rows) {
      this.publicKeys.set(kid, createPublicKey({ key: publicJwk as never, format: 'jwk' }));
    }
    this.jwks = rows.map(({ publicJwk }) => publicJwk);
    const [newest] = rows;
    if (newest && newest.kid !== this.signing?.kid) this.signing = this.unseal(newest);
  }

  private unseal({ kid, sealedPrivateKey }: SigningKeyEntity): SigningKey {
    try {
      return { kid, privateKey: createPrivateKey(this.box.open(sealedPrivateKey, kid)) };
    } catch (cause) {
      throw new Error('The signing keys cannot be opened: TENANTRY_SECRET is not the one they were sealed with.', {
        cause,
      });
    }
  }
}
