// GET /notes/:id with passport-jwt and one schema: what one writes without a platform.
import { createPublicKey } from 'node:crypto';
import fastifyCompress from '@fastify/compress';
import fastifyHelmet from '@fastify/helmet';
import { Controller, Get, Inject, Param, Req, UseGuards } from '@nestjs/common';
import { AuthGuard, PassportStrategy } from '@nestjs/passport';
import { ExtractJwt, Strategy } from 'passport-jwt';
import { EntitySchema } from 'typeorm';
import { decorateMethod, listen } from './nest-app.mjs';
import { openPlain } from './rows/plain-data-source.mjs';
import { answerAsSubject } from './subject-process.mjs';

const NOTES = Symbol('notes');

class Note {}
const moment = { type: 'timestamptz' };
const noteEntity = new EntitySchema({
  name: 'Note',
  target: Note,
  tableName: 'note',
  columns: {
    id: { type: 'uuid', primary: true },
    title: { type: 'text' },
    body: { type: 'text' },
    createdAt: { ...moment, name: 'created_at' },
    updatedAt: { ...moment, name: 'updated_at' },
  },
});

class NotesController {
  constructor(notes) {
    this.notes = notes;
  }

  read(id) {
    return this.notes.findOneBy({ id });
  }
}
Controller('notes')(NotesController);
Inject(NOTES)(NotesController, undefined, 0);
decorateMethod(NotesController, 'read', [Get(':id'), UseGuards(AuthGuard('jwt'))], [Param('id')]);

/** The same, with a link to itself under HAL's media type, as Tenantry answers. */
class LinkedNotesController {
  constructor(notes) {
    this.notes = notes;
  }

  async read(id, request) {
    return { ...(await this.notes.findOneBy({ id })), _links: { self: { href: request.url } } };
  }
}
Controller('notes')(LinkedNotesController);
Inject(NOTES)(LinkedNotesController, undefined, 0);
decorateMethod(LinkedNotesController, 'read', [Get(':id'), UseGuards(AuthGuard('jwt'))], [Param('id'), Req()]);

class JwtStrategy extends PassportStrategy(Strategy) {
  validate({ sub, tid, roles }) {
    return { id: sub, tenantId: tid, roles };
  }
}

answerAsSubject(async ({ url: database, max, jwk, issuer, audience, basics }) => {
  const dataSource = await openPlain({ url: database, max, entities: [noteEntity], applicationName: 'passport' });
  const strategy = new JwtStrategy({
    jwtFromRequest: ExtractJwt.fromAuthHeaderAsBearerToken(),
    secretOrKey: createPublicKey({ key: jwk, format: 'jwk' }),
    algorithms: ['RS256'],
    issuer,
    audience,
  });
  const providers = [
    { provide: NOTES, useValue: dataSource.getRepository(Note) },
    { provide: JwtStrategy, useValue: strategy },
  ];
  const metadata = { controllers: [basics ? LinkedNotesController : NotesController], providers };
  const { app, url } = await listen(metadata, async (nest, fastify) => {
    if (!basics) return;
    const directives = { defaultSrc: ["'none'"], frameAncestors: ["'none'"] };
    await nest.register(fastifyHelmet, { contentSecurityPolicy: { useDefaults: false, directives } });
    await nest.register(fastifyCompress, { threshold: 1024 });
    fastify.addHook('onSend', (_request, reply, payload, done) => {
      void reply.type('application/hal+json; charset=utf-8');
      done(null, payload);
    });
  });
  return { url, stop: () => app.close().then(() => dataSource.destroy()) };
});
