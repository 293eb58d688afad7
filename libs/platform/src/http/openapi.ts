import type { INestApplication } from '@nestjs/common';
import { DocumentBuilder, SwaggerModule, type OpenAPIObject } from '@nestjs/swagger';
import { ApiContract } from '@tenantry/api';
import type { EntityClass } from '@tenantry/kernel';
import type { Route } from '../composition/routes.js';
import { describeClasses } from '../openapi/describe-classes.js';
import { completeOperations } from '../openapi/operations.js';
import { addProblems } from '../openapi/problem-answers.js';
import { addExamples, dropUnused, tagsOf } from '../openapi/finishing.js';
import { toOpenApi31 } from '../openapi/to-openapi-31.js';

const DESCRIPTION = `A multi-tenant API. Resources are HAL, errors are problem documents (RFC 9457) whose \`code\` is stable.

A request says which tenant it means by its host, by \`X-Tenant\`, or by its credential alone.`;

/** What the document is made of besides the application. */
interface Described {
  readonly routes: readonly Route[];
  /** Of all modules. */
  readonly entities: readonly EntityClass[];
  readonly version: string;
}

/**
 * The OpenAPI 3.1 document of the application, with the access that its routes declare. Schemas are components, named by
 * their classes; bodies and answers refer to them.
 *
 * @throws RouteFault when two routes would have the same operationId
 */
export function openApiDocument(app: INestApplication, { routes, entities, version }: Described): OpenAPIObject {
  describeClasses(routes);
  // No name of the library's own: one that an author gives stays, the others are made of method and path.
  const document = toOpenApi31(SwaggerModule.createDocument(app, frame(version), { operationIdFactory: () => '' }));
  addProblems(document, completeOperations(document, routes, entities));
  document.tags = tagsOf(document, routes);
  dropUnused(document);
  addExamples(document);
  return document as unknown as OpenAPIObject;
}

/** The OpenAPI document of a platform. */
export function openApi(app: INestApplication): OpenAPIObject {
  const { chain } = app.get(ApiContract);
  return chain.documentOf(chain.versions.newest) as unknown as OpenAPIObject;
}

function frame(version: string): Omit<OpenAPIObject, 'paths'> {
  const bearer = (path: string) =>
    ({
      type: 'http',
      scheme: 'bearer',
      bearerFormat: 'JWT',
      description: `The access token of \`POST ${path}\`.`,
    }) as const;
  const made = new DocumentBuilder()
    .setTitle('Tenantry')
    .setDescription(DESCRIPTION)
    .setVersion(version)
    .setLicense('MIT', 'https://opensource.org/license/mit')
    .addServer('/', 'The host that serves this document.')
    .addBearerAuth(bearer('/auth/login'), 'user')
    .addBearerAuth(bearer('/admin/auth/login'), 'operator')
    .build();
  Reflect.deleteProperty(made.info, 'contact'); // an empty object
  return made;
}
