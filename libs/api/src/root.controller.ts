import { Controller, Get } from '@nestjs/common';
import { Public } from '@tenantry/kernel';
import { RootView } from './root.dto.js';

@Controller()
export class RootController {
  /** The root document: what this caller may use, and without a credential how to get one. */
  @Get()
  @Public({ tenant: 'optional', credential: 'optional' })
  root(): RootView {
    return {
      _links: {
        self: { href: '/' },
        'service-doc': { href: '/docs' },
        'service-desc': { href: '/openapi.json' },
      },
    };
  }
}
