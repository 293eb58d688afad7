import { Column, CreateDateColumn, Entity, PrimaryColumn } from 'typeorm';

/** A key pair that signs access tokens. The newest signs; all verify until they are retired. */
@Entity('signing_key')
export class SigningKeyEntity {
  /** JWK thumbprint (RFC 7638). */
  @PrimaryColumn('text')
  kid!: string;

  @Column('jsonb', { name: 'public_jwk' })
  publicJwk!: Record<string, unknown>;

  /** PKCS #8, sealed with a key derived from the installation's secret. */
  @Column('text', { name: 'sealed_private_key' })
  sealedPrivateKey!: string;

  @CreateDateColumn({ type: 'timestamptz', name: 'created_at' })
  createdAt!: Date;
}
