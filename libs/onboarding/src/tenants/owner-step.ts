import { Injectable } from '@nestjs/common';
import { InjectDataSource } from '@nestjs/typeorm';
import { NewAccounts, UserAccount, type InvitationView } from '@tenantry/auth';
import { TenantContext, type OperationStep, type StepContext } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';

/** What the operation keeps of the owner: the password as a hash only. */
export interface OwnerInput {
  readonly email: string;
  readonly name?: string;
  readonly passwordHash: string | null;
}

/** Makes the tenant's first user. */
@Injectable()
export class OwnerStep implements OperationStep {
  readonly name = 'create-owner';
  readonly sharesTransaction = true;
  /** Invitations made in this process, by tenant, until the answer takes them. A token is never written down. */
  private readonly invitations = new Map<string, InvitationView>();

  constructor(
    @InjectDataSource() private readonly dataSource: DataSource,
    private readonly context: TenantContext,
    private readonly accounts: NewAccounts,
  ) {}

  async run({ tenant, input }: StepContext): Promise<void> {
    const owner = input['owner'] as OwnerInput;
    await this.context.run(tenant, async () => {
      const email = owner.email.toLowerCase();
      if (await this.dataSource.getRepository(UserAccount).existsBy({ email })) return;
      const { invitation } = await this.accounts.create({ ...owner, roles: ['owner'] });
      if (invitation) this.invitations.set(tenant.id, invitation);
    });
  }

  takeInvitation(tenantId: string): InvitationView | undefined {
    const invitation = this.invitations.get(tenantId);
    this.invitations.delete(tenantId);
    return invitation;
  }
}
