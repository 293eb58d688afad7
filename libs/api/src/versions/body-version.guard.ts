import { Injectable, type CanActivate, type ExecutionContext } from '@nestjs/common';
import { RequestVersions, type VersionedRequest } from './request-versions.js';

/** Brings the body of a caller who may make the request to the newest version. Runs after the permission is checked. */
@Injectable()
export class BodyVersionGuard implements CanActivate {
  constructor(private readonly versions: RequestVersions) {}

  canActivate(context: ExecutionContext): boolean {
    this.versions.migrate(context.switchToHttp().getRequest<VersionedRequest>());
    return true;
  }
}
