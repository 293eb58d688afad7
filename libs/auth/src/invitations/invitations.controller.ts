import { Body, Controller, HttpCode, Post } from '@nestjs/common';
import { Public, Throws } from '@tenantry/kernel';
import { UserView } from '../users/user.dto.js';
import { InvitationAcceptance } from './invitation.dto.js';
import { InvitationInvalid } from './invitation.errors.js';
import { Invitations } from './invitations.js';

@Controller('invitations')
export class InvitationsController {
  constructor(private readonly invitations: Invitations) {}

  /** Accepts an invitation: the token and a password of one's own. */
  @Post('accept')
  @HttpCode(200)
  @Public()
  @Throws(InvitationInvalid)
  accept(@Body() body: InvitationAcceptance): Promise<UserView> {
    return this.invitations.accept(body);
  }
}
