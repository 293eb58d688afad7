import { Controller, Get } from '@nestjs/common';
import { ApiOperation } from '@nestjs/swagger';
import { SignedIn, TenantryModule } from '@tenantry/platform';
import { NotesModule } from '@tenantry/example-notes';
import { afterAll, beforeAll, describe, expect, it } from 'vitest';
import { failureOf } from '../support/failing-start.js';
import { ParcelsModule } from '../support/plain.module.js';
import type { TestClient } from '../support/test-client.js';
import { itemsOf } from '../support/test-client.js';
import { createTestDatabase } from '../support/test-database.js';
import { startPlatform, type TestPlatform, type TestTenant } from '../support/test-platform.js';
import { addUser } from '../support/test-users.js';

interface Document {
  openapi: string;
  tags: { name: string }[];
  paths: Record<string, Record<string, { parameters?: { name: string; schema: object; required: boolean }[] }>>;
  components: { schemas: Record<string, object>; securitySchemes: object; examples: object };
}

let platform: TestPlatform;
let acme: TestTenant;
let globex: TestTenant;

beforeAll(async () => {
  platform = await startPlatform({ modules: [NotesModule, ParcelsModule] });
  acme = await platform.createTenant('acme');
  globex = await platform.createTenant('globex');
});

afterAll(() => platform.close());

async function documentFor(client: TestClient): Promise<Document> {
  const { status, body } = await client.get('/openapi.json');
  expect(status).toBe(200);
  return body as unknown as Document;
}

const operationsOf = ({ paths }: Document) =>
  Object.entries(paths).flatMap(([path, item]) => Object.keys(item).map((method) => `${method} ${path}`));

describe('the document', () => {
  it('is whole for nobody in particular', async () => {
    const document = await documentFor(platform.anyone);
    expect(document.openapi).toBe('3.1.1');
    expect(operationsOf(document)).toEqual(
      expect.arrayContaining(['get /notes', 'delete /users/{id}', 'post /admin/tenants', 'post /auth/login']),
    );
  });

  it('shows a member what members may do, in every tenant alike', async () => {
    const [one, other] = [await addUser(platform, acme, 'member'), await addUser(platform, globex, 'member')];
    const document = await documentFor(one.client);
    const operations = operationsOf(document);
    expect(operations).toEqual(expect.arrayContaining(['get /notes', 'get /me', 'post /auth/login', 'get /']));
    for (const hidden of ['get /users', 'get /usage', 'post /parcels', 'get /admin/tenants']) {
      expect(operations).not.toContain(hidden);
    }
    expect(await documentFor(other.client)).toEqual(document);
  });

  it('leaves out what only hidden operations speak of', async () => {
    const { client } = await addUser(platform, acme, 'member');
    const { components, tags } = await documentFor(client);
    expect(Object.keys(components.schemas)).toEqual(expect.arrayContaining(['Note', 'NewNote', 'Problem']));
    expect(components.schemas).not.toHaveProperty('NewTenantRequest');
    expect(components.schemas).not.toHaveProperty('Parcel');
    expect(Object.keys(components.securitySchemes)).toEqual(['user']);
    expect(tags.map(({ name }) => name)).not.toContain('parcels');
    expect(components.examples).not.toHaveProperty('TENANT_PURGE_UNCONFIRMED');
  });

  it('shows an owner the whole tenant plane, and an operator the control plane', async () => {
    const owners = operationsOf(await documentFor(acme.owner));
    expect(owners).toEqual(expect.arrayContaining(['get /users', 'post /parcels']));
    expect(owners).not.toContain('get /admin/tenants');
    const operators = operationsOf(await documentFor(platform.operator));
    expect(operators).toEqual(expect.arrayContaining(['get /admin/tenants', 'get /health/live']));
    expect(operators).not.toContain('get /notes');
  });

  it('is refused to a token that does not verify, and to one whose session has ended', async () => {
    const forged = await platform.anyone.with({ authorization: 'Bearer nothing' }).get('/openapi.json');
    expect([forged.status, forged.body['code']]).toEqual([401, 'AUTH_TOKEN_INVALID']);
    const { client } = await addUser(platform, acme, 'member');
    expect((await client.post('/auth/logout')).status).toBe(204);
    const ended = await client.get('/openapi.json');
    expect([ended.status, ended.body['code']]).toEqual([401, 'AUTH_SESSION_ENDED']);
  });

  it('may not be kept for another caller', async () => {
    expect((await acme.owner.get('/openapi.json')).headers.get('vary')).toMatch(/authorization/i);
  });

  it('is shown by Swagger UI', async () => {
    const { status, text } = await platform.anyone.get('/docs');
    expect([status, text.includes('swagger-ui')]).toEqual([200, true]);
    expect((await platform.anyone.get('/docs/swagger-ui-init.js')).text).toContain('"listNotes"');
  });
});

describe('a module that was compiled without the plugin', () => {
  it('has its bodies described by their rules', async () => {
    const { components } = await documentFor(platform.anyone);
    expect(components.schemas['NewParcel']).toMatchObject({
      required: ['address', 'grams', 'labels', 'items'],
      properties: {
        address: { type: 'string', maxLength: 200 },
        grams: { type: 'integer', minimum: 1 },
        labels: { type: 'array', maxItems: 3, items: { enum: ['fragile', 'heavy'] } },
        sender: { $ref: '#/components/schemas/Sender' },
        items: { type: 'array', items: { $ref: '#/components/schemas/Item' } },
        follows: { type: ['string', 'null'], format: 'uuid' },
      },
    });
    expect(components.schemas['Sender']).toMatchObject({ properties: { email: { type: 'string', format: 'email' } } });
    expect(components.schemas['Item']).toMatchObject({
      properties: { code: { pattern: '^[A-Z]{3}$' }, price: { type: 'number', exclusiveMinimum: 0 } },
    });
  });

  it('has its queries described, with what they inherit', async () => {
    const { paths } = await documentFor(platform.anyone);
    const parameters = paths['/parcels']?.['get']?.parameters ?? [];
    expect(parameters).toEqual(
      expect.arrayContaining([
        expect.objectContaining({ name: 'state', required: false }),
        expect.objectContaining({ name: 'limit', required: false }),
      ]),
    );
  });

  it('has its tables described by their columns', async () => {
    const { components } = await documentFor(platform.anyone);
    expect(components.schemas['Parcel']).toMatchObject({
      required: ['id', 'address', 'grams', 'sentAt', 'labels', '_links'],
      properties: {
        id: { type: 'string', format: 'uuid' },
        grams: { type: 'integer' },
        sentAt: { type: ['string', 'null'], format: 'date-time' },
        labels: { type: 'array', items: { type: 'string' } },
      },
    });
  });

  it('answers as the document says, to each tenant its own', async () => {
    const parcel = { address: 'Acme Street', grams: 500, labels: ['heavy'], items: [] };
    const { status, body } = await acme.owner.post('/parcels', parcel);
    expect([status, body['sentAt']]).toEqual([201, null]);
    expect(itemsOf(await acme.owner.get('/parcels'))).toHaveLength(1);
    expect(itemsOf(await globex.owner.get('/parcels'))).toEqual([]);
    expect((await globex.owner.delete(`/parcels/${String(body['id'])}`)).body).toEqual({ removed: 0 });
  });
});

describe('two operations of one name', () => {
  it('fail the start', async () => {
    @Controller('things')
    class ThingsController {
      @Get(':id')
      @SignedIn()
      @ApiOperation({ operationId: 'getThing' })
      one() {
        return {};
      }

      @Get()
      @SignedIn()
      @ApiOperation({ operationId: 'getThing' })
      all() {
        return {};
      }
    }
    @TenantryModule({ name: 'things', compatibility: '^1.0.0', controllers: [ThingsController] })
    class ThingsModule {}
    const database = await createTestDatabase();
    try {
      expect((await failureOf(database, [ThingsModule])).message).toContain(
        'GET /things (ThingsController.all): is "getThing" in OpenAPI, as GET /things/:id (ThingsController.one) is',
      );
    } finally {
      await database.drop();
    }
  });
});
