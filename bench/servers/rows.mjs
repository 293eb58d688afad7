// GET /rows/:id, read through one of the ways in rows/.
import { Controller, Get, Headers, Inject, Param } from '@nestjs/common';
import { decorateMethod, listen } from './nest-app.mjs';
import { answerAsSubject } from './subject-process.mjs';

const READER = Symbol('reader');

class RowsController {
  constructor(reader) {
    this.reader = reader;
  }

  read(id, tenant) {
    return this.reader.read(Number(id), tenant);
  }
}
Controller('rows')(RowsController);
Inject(READER)(RowsController, undefined, 0);
decorateMethod(RowsController, 'read', [Get(':id')], [Param('id'), Headers('x-t')]);

answerAsSubject(async ({ way, ...options }) => {
  const { open } = await import(`./rows/${way}.mjs`);
  const reader = await open(options);
  const metadata = { controllers: [RowsController], providers: [{ provide: READER, useValue: reader }] };
  const { app, url } = await listen(metadata, (_app, fastify) => {
    if (reader.around)
      fastify.addHook('preHandler', (request, _reply, done) => reader.around(request.headers['x-t'], done));
  });
  return { url, stop: () => app.close().then(() => reader.close()) };
});
