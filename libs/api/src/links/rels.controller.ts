import { Controller, Get, Param } from '@nestjs/common';
import { Public } from '@tenantry/kernel';
import { ResourceUnknown } from '../problems/http.errors.js';
import { describeRequest, RelationView } from './relation.dto.js';
import { Links } from './links.js';

@Controller('rels')
@Public({ tenant: 'none' })
export class RelsController {
  constructor(private readonly links: Links) {}

  /** What a link relation of a module means: the requests that it leads to and who may send them. */
  @Get(':module/:rel')
  get(@Param('module') module: string, @Param('rel') name: string): RelationView {
    const routes = this.links.relation(module, name);
    if (routes.length === 0) throw new ResourceUnknown();
    return {
      rel: `${module}:${name}`,
      module,
      name,
      requests: routes.map(describeRequest),
      _links: { self: { href: `/rels/${module}/${name}` } },
    };
  }
}
