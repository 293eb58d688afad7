import { Controller, Get, Param } from '@nestjs/common';
import { errorCatalogue, Page, Public } from '@tenantry/kernel';
import { ResourceUnknown } from './http.errors.js';
import { ProblemKind } from './problem-kind.dto.js';
import { problemType } from './problem.js';
import { OutlivesSunset } from '../versions/outlives-sunset.js';

@Controller('problems')
@Public({ tenant: 'none' })
@OutlivesSunset()
export class ProblemsController {
  /** Every kind of problem. */
  @Get()
  list(): Page<ProblemKind> {
    return new Page(kinds());
  }

  /** What a problem's `type` refers to. */
  @Get(':kind')
  get(@Param('kind') kind: string): ProblemKind {
    const found = kinds().find(({ code }) => problemType(code) === `/problems/${kind}`);
    if (!found) throw new ResourceUnknown();
    return found;
  }
}

function kinds(): ProblemKind[] {
  return errorCatalogue().map((definition) => ({
    ...definition,
    _links: { self: { href: problemType(definition.code) } },
  }));
}
