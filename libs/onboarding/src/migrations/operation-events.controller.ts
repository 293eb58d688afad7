import { Controller, Get, Headers, Param, Res } from '@nestjs/common';
import { ApiNoContentResponse, ApiOkResponse, ApiOperation } from '@nestjs/swagger';
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
   * over. A comment comes every 15 seconds. Each event tells the whole, so nothing is missed by who was away: a client that
   * comes back with `Last-Event-ID` hears nothing twice, and gets 204, which ends its tries, once it has heard the end.
   */
  @Get()
  @Throws(OperationUnknown)
  @ApiOperation({ operationId: 'watchAdminOperation' })
  @ApiOkResponse({
    content: { 'text/event-stream': { schema: { type: 'string', format: 'event-stream' } } },
    description: 'The data of each event is JSON: `{id, status, done, failed, total, steps}`.',
  })
  @ApiNoContentResponse({ description: 'The event of `Last-Event-ID` was the last.' })
  async watch(
    @Param('id') id: string,
    @Headers('last-event-id') heard: string | undefined,
    @Res() reply: FastifyReply,
  ): Promise<void> {
    const first = isId(id) ? await this.events.read(id) : undefined;
    if (!first) throw new OperationUnknown();
    await this.events.stream(first, heard, reply);
  }
}
