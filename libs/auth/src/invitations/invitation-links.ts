import { Injectable } from '@nestjs/common';
import { Clock, publicOrigin, Settings } from '@tenantry/kernel';
import { TenantContext } from '@tenantry/tenancy';

/** Where an invitation of the current tenant leads, and until when. */
@Injectable()
export class InvitationLinks {
  constructor(
    private readonly context: TenantContext,
    private readonly settings: Settings,
    private readonly clock: Clock,
  ) {}

  of(token: string): string {
    const origin = publicOrigin(this.settings, this.context.current().slug);
    // In the fragment, which browsers keep from servers, proxies and their logs.
    return new URL(`/invitations/accept#token=${token}`, origin).href;
  }

  expiry(): Date {
    return new Date(this.clock.now().getTime() + this.settings.get('TENANTRY_INVITATION_TTL') * 1000);
  }
}
