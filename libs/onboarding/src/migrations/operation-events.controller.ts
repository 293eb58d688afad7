import { Controller, Get, Param, Res } from '@nestjs/common';
import { ApiOkResponse, ApiOperation } from '@nestjs/swagger';
import { isId, OperatorOnly, Throws } from '@tenantry/kernel';
import type { FastifyReply } from 'fastify';
import { OperationUnknown } from '../operations/operation-directory.js';
import { OperationEvents } from './operation-events.js';

@Controller('admin/operations/:id/events')
@OperatorOnly()
export class OperationEventsController {
  constructor(private readonly events: OperationEvents) {}

  /**
   * How an operation goes, as server-sent events (WHATWG HTML, section 9.2): `progress` at each change, `end` when it is
   * over. A comment comes every 15 seconds.
   */
  @Get()
  @Throws(OperationUnknown)
  @ApiOperation({ operationId: 'watchAdminOperation' })
  @ApiOkResponse({
    content: { 'text/event-stream': { schema: { type: 'string', format: 'event-stream' } } },
    description: 'The data of each event is JSON: `{id, status, done, failed, total, steps}`.',
  })
  async watch(@Param('id') id: string, @Res() reply: FastifyReply): Promise<void> {
    const first = isId(id) ? await this.events.read(id) : undefined;
    if (!first) throw new OperationUnknown();
    await this.events.stream(first, reply);
  }
}
