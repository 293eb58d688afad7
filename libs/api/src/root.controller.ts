import { Controller, Get } from '@nestjs/common';
import { Public } from '@tenantry/kernel';
import { RootView } from './root.dto.js';

@Controller()
export class RootController {
  /** The root document. */
  @Get()
  @Public({ tenant: 'none' })
  root(): RootView {
    return {
      _links: {
        self: { href: '/' },
        login: { href: '/auth/login' },
        'service-doc': { href: '/docs' },
        'service-desc': { href: '/openapi.json' },
      },
    };
  }
}
