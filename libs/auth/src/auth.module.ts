import { Module, type DynamicModule } from '@nestjs/common';
import { getDataSourceToken } from '@nestjs/typeorm';
import {
  Caches,
  Clock,
  InstallationSecret,
  Settings,
  TenantryModule,
  type TenantryModuleMetadata,
} from '@tenantry/kernel';
import { Notifications, PLATFORM } from '@tenantry/tenancy';
import type { DataSource } from 'typeorm';
import { AuthenticationGuard } from './guards/authentication.guard.js';
import { PermissionGuard } from './guards/permission.guard.js';
import { Invitation } from './invitations/invitation.entity.js';
import { InvitationsController } from './invitations/invitations.controller.js';
import { InvitationLinks } from './invitations/invitation-links.js';
import { Invitations } from './invitations/invitations.js';
import { JwksController } from './keys/jwks.controller.js';
import { SigningKeyEntity } from './keys/signing-key.entity.js';
import { SigningKeys } from './keys/signing-keys.js';
import { CreateUsers1793500100000 } from './migrations/create-auth.migration.js';
import { CreateOperators1793500100000 } from './migrations/create-operators.migration.js';
import { OperatorAuthController } from './operators/operator-auth.controller.js';
import { OperatorEntity } from './operators/operator.entity.js';
import { Operators } from './operators/operators.js';
import { PasswordHasher } from './passwords/password-hasher.js';
import { PermissionCatalogue } from './permissions/permission-catalogue.js';
import { AuthController } from './sessions/auth.controller.js';
import { Login } from './sessions/login.js';
import { SessionRevocations } from './sessions/session-revocations.js';
import { SessionTokens } from './sessions/session-tokens.js';
import { Sessions } from './sessions/sessions.js';
import { UserSession } from './sessions/user-session.entity.js';
import { LoginThrottle } from './throttle/login-throttle.js';
import { BearerTokens } from './tokens/bearer-tokens.js';
import { Callers } from './tokens/callers.js';
import { TokenIssuer } from './tokens/token-issuer.js';
import { MeController } from './users/me.controller.js';
import { NewAccounts } from './users/new-accounts.js';
import { OwnerRules } from './users/owner-rules.js';
import { UserAnnouncements } from './users/user-announcements.js';
import { UserEdits } from './users/user-edits.js';
import { UserAccount } from './users/user-account.entity.js';
import { USER_EVENTS } from './users/user-events.js';
import { UsersController } from './users/users.controller.js';
import { Users } from './users/users.js';

const platform = getDataSourceToken(PLATFORM);

/** Operators, tenants' users, tokens and permissions. */
@TenantryModule({
  name: 'auth',
  description: 'Signing in, users and invitations.',
  compatibility: '^1.0.0',
  entities: [UserAccount, UserSession, Invitation],
  tenantMigrations: [CreateUsers1793500100000],
  platformEntities: [OperatorEntity, SigningKeyEntity],
  platformMigrations: [CreateOperators1793500100000],
  events: USER_EVENTS,
  permissions: {
    'users:read': { description: 'See the users of the tenant', roles: ['admin'] },
    'users:write': { description: 'Invite, change and remove users', roles: ['admin'] },
  },
  controllers: [
    AuthController,
    InvitationsController,
    JwksController,
    MeController,
    OperatorAuthController,
    UsersController,
  ],
  providers: [
    AuthenticationGuard,
    BearerTokens,
    Callers,
    InvitationLinks,
    Invitations,
    Login,
    NewAccounts,
    Operators,
    OwnerRules,
    PasswordHasher,
    PermissionGuard,
    Sessions,
    SessionTokens,
    TokenIssuer,
    UserAnnouncements,
    UserEdits,
    Users,
    {
      provide: SigningKeys,
      inject: [platform, Clock, InstallationSecret],
      useFactory: (...args: ConstructorParameters<typeof SigningKeys>) => new SigningKeys(...args),
    },
    {
      provide: LoginThrottle,
      inject: [platform],
      useFactory: (dataSource: DataSource) => new LoginThrottle(dataSource),
    },
    {
      provide: SessionRevocations,
      inject: [platform, Clock, Settings, Notifications, Caches],
      useFactory: async (
        dataSource: DataSource,
        clock: Clock,
        settings: Settings,
        notifications: Notifications,
        caches: Caches,
      ) => {
        const revocations = new SessionRevocations(dataSource, clock, settings);
        caches.watch('ended-sessions', undefined, () => revocations.size);
        await revocations.listen(notifications);
        return revocations;
      },
    },
  ],
  exports: [
    AuthenticationGuard,
    Callers,
    Invitations,
    NewAccounts,
    Operators,
    PasswordHasher,
    PermissionGuard,
    SessionRevocations,
    TokenIssuer,
    Users,
  ],
})
export class AuthModule {}

/** Makes the permissions of all modules known everywhere. */
@Module({})
export class PermissionsModule {
  static forRoot(modules: readonly TenantryModuleMetadata[]): DynamicModule {
    return {
      module: PermissionsModule,
      global: true,
      providers: [{ provide: PermissionCatalogue, useFactory: () => new PermissionCatalogue(modules) }],
      exports: [PermissionCatalogue],
    };
  }
}
