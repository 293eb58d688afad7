import { defineEvent, type EventDefinition } from '@tenantry/kernel';

/** Which user an event is about. Names and addresses are left to who may read them. */
class User {
  id!: string;
}

export class UserCreated extends User {
  roles!: string[];
  /** Whether the user has yet to choose a password. */
  invited!: boolean;
}
/** The name was changed. */
export class UserChanged extends User {}
export class UserRolesChanged extends User {
  from!: string[];
  to!: string[];
}
/** The user cannot sign in any more, and every session is ended. */
export class UserDisabled extends User {}
export class UserEnabled extends User {}
export class UserRemoved extends User {}
/** Another invitation was made; the one before it is void. */
export class UserInvited extends User {
  /** RFC 3339. */
  expiresAt!: string;
}
/** The invited user has chosen a password. */
export class InvitationAccepted extends User {}

export const userCreated = defineEvent('users.user-created', UserCreated);
export const userChanged = defineEvent('users.user-changed', UserChanged);
export const userRolesChanged = defineEvent('users.user-roles-changed', UserRolesChanged);
export const userDisabled = defineEvent('users.user-disabled', UserDisabled);
export const userEnabled = defineEvent('users.user-enabled', UserEnabled);
export const userRemoved = defineEvent('users.user-removed', UserRemoved);
export const userInvited = defineEvent('users.user-invited', UserInvited);
export const invitationAccepted = defineEvent('users.invitation-accepted', InvitationAccepted);

/** What happens to a tenant's users. */
export const USER_EVENTS: readonly EventDefinition[] = [
  userCreated,
  userChanged,
  userRolesChanged,
  userDisabled,
  userEnabled,
  userRemoved,
  userInvited,
  invitationAccepted,
];
