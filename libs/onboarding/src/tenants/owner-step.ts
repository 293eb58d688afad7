import { Injectable } from '@nestjs/common';
import { Caches } from '@tenantry/kernel';
import { NewAccounts, UserEmailTaken, type InvitationView } from '@tenantry/auth';
import { TenantContext, type OperationStep, type StepContext } from '@tenantry/tenancy';
import type { LRUCache } from 'lru-cache';

/** What the operation keeps of the owner: the password as a hash only. */
export interface OwnerInput {
  readonly email: string;
  readonly name?: string;
  readonly passwordHash: string | null;
}

/** Tenants that are being made at the same time. */
const MOST = 1000;

/** Makes the tenant's first user. */
@Injectable()
export class OwnerStep implements OperationStep {
  readonly name = 'create-owner';
  readonly sharesTransaction = true;
  readonly leavesClient = true;
  /** Invitations made in this process, by tenant, until the answer takes them: nobody does of a tenant that was taken up. A token is never written down. */
  private readonly invitations: LRUCache<string, InvitationView>;

  constructor(
    private readonly context: TenantContext,
    private readonly accounts: NewAccounts,
    caches: Caches,
  ) {
    this.invitations = caches.lru('owner-invitations', MOST);
  }

  async run({ tenant, input }: StepContext): Promise<void> {
    const owner = input['owner'] as OwnerInput;
    await this.context.run(tenant, async () => {
      try {
        const { invitation } = await this.accounts.create({ ...owner, roles: ['owner'] });
        if (invitation) this.invitations.set(tenant.id, invitation);
      } catch (error) {
        if (!(error instanceof UserEmailTaken)) throw error; // made before a process died
      }
    });
  }

  takeInvitation(tenantId: string): InvitationView | undefined {
    const invitation = this.invitations.get(tenantId);
    this.invitations.delete(tenantId);
    return invitation;
  }
}
