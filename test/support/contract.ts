import { Ajv2020, type ValidateFunction } from 'ajv/dist/2020.js';
import formats from 'ajv-formats';

/** An answer as it came, with what was asked. */
export interface Exchange {
  readonly method: string;
  /** With its query. */
  readonly path: string;
  readonly requestHeaders: Readonly<Record<string, string>>;
  readonly status: number;
  readonly headers: Headers;
  readonly text: string;
}

interface Answer {
  readonly headers?: Record<string, unknown>;
  readonly content?: Record<string, { schema?: { $ref?: string }; examples?: object }>;
}
interface DocumentedOperation {
  readonly responses: Record<string, Answer>;
}
export interface ContractDocument {
  readonly info: { readonly version: string };
  readonly paths: Record<string, Record<string, DocumentedOperation>>;
  readonly components: { readonly schemas: Record<string, object> };
}

/** An answer that is not what the OpenAPI document says. */
export class ContractBroken extends Error {}

/** A validator of JSON Schema 2020-12 that knows the document's components. */
export function validatorOf(document: object): Ajv2020 {
  const ajv = new Ajv2020({ strict: false, allErrors: true });
  formats.default(ajv);
  return ajv.addSchema(document, 'document');
}

const pointer = (...steps: string[]) =>
  '#/' + steps.map((step) => encodeURIComponent(step.replaceAll('~', '~0').replaceAll('/', '~1'))).join('/');

function isEmpty({ content = {} }: Answer): boolean {
  return Object.values(content).every(({ schema }) => !schema || Object.keys(schema).length === 0);
}

/** Holds answers against an OpenAPI document. Routes that the document does not have are left alone. */
export class Contract {
  private readonly ajv: Ajv2020;
  private readonly routes: { pattern: RegExp; path: string; literals: number }[];
  private readonly validators = new Map<string, ValidateFunction>();

  /** @param takesAdditions whether it was released before: errors that came later are no fault */
  constructor(
    private readonly document: ContractDocument,
    private readonly options: { readonly takesAdditions: boolean } = { takesAdditions: false },
  ) {
    this.ajv = validatorOf(document);
    const literal = (path: string) => path.split('/').filter((part) => part !== '' && !part.startsWith('{')).length;
    const quoted = (path: string) => path.replace(/[.*+?^$()|[\]\\]/g, '\\$&').replace(/\{\w+\}/g, '[^/]+');
    this.routes = Object.keys(document.paths)
      .map((path) => ({ path, pattern: new RegExp(`^${quoted(path)}$`), literals: literal(path) }))
      .sort((a, b) => b.literals - a.literals);
  }

  /** @throws ContractBroken saying what the document does not allow */
  check(exchange: Exchange): void {
    const [path = ''] = exchange.path.split('?', 1);
    const method = exchange.method.toLowerCase();
    const route = this.routes.find(({ pattern }) => pattern.test(path))?.path;
    const operation = route === undefined ? undefined : this.document.paths[route]?.[method];
    if (route === undefined || !operation) return;
    const answer = operation.responses[exchange.status];
    if (!answer && this.options.takesAdditions && exchange.status >= 400) return;
    const where = ['paths', route, method, 'responses', String(exchange.status)];
    const fault = answer ? this.faultOf(exchange, answer, where) : 'the document has no such status.';
    if (fault === undefined) return;
    throw new ContractBroken(
      `${exchange.method} ${exchange.path} (${route}) ${exchange.status}: ${fault}\n${exchange.text}`,
    );
  }

  private faultOf({ method, headers, path, text }: Exchange, answer: Answer, where: string[]): string | undefined {
    // Retry-After is told where it is known, and the tag of what was changed where it can be read.
    const optional = method === 'GET' ? ['Retry-After'] : ['Retry-After', 'ETag'];
    const missing = Object.keys(answer.headers ?? {}).find((name) => !optional.includes(name) && !headers.has(name));
    if (missing) return `lacks the header ${missing}.`;
    if (text === '') return isEmpty(answer) ? undefined : 'the document says that there is a body.';
    const media = headers.get('content-type')?.split(';', 1)[0] ?? '';
    const content = answer.content?.[media];
    if (!content) return `the document has no body of type "${media}".`;
    if (!/[/+]json$/.test(media)) return undefined; // an archive or a stream of events
    const body = JSON.parse(text) as { code?: string };
    // With `fields` a client asks for a part of each resource.
    if (content.schema && !/[?&]fields=/.test(path)) {
      const validate = this.validator(content.schema.$ref ?? pointer(...where, 'content', media, 'schema'));
      if (!validate(body)) return this.ajv.errorsText(validate.errors);
    }
    const mayBeNew = this.options.takesAdditions || media !== 'application/problem+json';
    const isNamed = mayBeNew || (body.code ?? '') in (content.examples ?? {});
    return isNamed ? undefined : `the document does not name the code ${body.code} here.`;
  }

  /** Most answers share a component: one validator for each of these. */
  private validator(where: string): ValidateFunction {
    const known = this.validators.get(where) ?? this.ajv.compile({ $ref: `document${where}` });
    this.validators.set(where, known);
    return known;
  }
}
