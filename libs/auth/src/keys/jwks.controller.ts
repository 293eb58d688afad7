import { Controller, Get, Header } from '@nestjs/common';
import { Public } from '@tenantry/kernel';
import { KeySetView } from './key-set.dto.js';
import { SigningKeys } from './signing-keys.js';

@Controller('.well-known')
export class JwksController {
  constructor(private readonly keys: SigningKeys) {}

  /** Public keys that verify access tokens (RFC 7517). */
  @Get('jwks.json')
  @Public({ tenant: 'none' })
  @Header('cache-control', 'public, max-age=300')
  keySet(): KeySetView {
    return this.keys.keySet();
  }
}
