import {
  referredName,
  schemaRef,
  type ApiAnswer,
  type ApiDocument,
  type Operation,
  type Schema,
} from './api-document.js';

const JSON_MEDIA = 'application/json';
const HAL_MEDIA = 'application/hal+json';

const LINK: Schema = {
  type: 'object',
  description: 'A link (HAL, draft-kelly-json-hal section 5).',
  required: ['href'],
  properties: { href: { type: 'string', description: 'A URI reference, or a template of one.' } },
};

const links = (description: string, relations: string[]): Schema => ({
  type: 'object',
  description,
  required: ['self'],
  properties: Object.fromEntries(relations.map((relation) => [relation, schemaRef('Link')])),
  additionalProperties: { anyOf: [schemaRef('Link'), { type: 'array', items: schemaRef('Link') }] },
});

const SCHEMAS = {
  Link: LINK,
  Links: links('Links by relation.', ['self']),
  PageLinks: links('Links by relation; the last page has no `next`.', ['self', 'next']),
};

const LOCATION = { description: 'Path of what was made.', schema: { type: 'string', format: 'uri-reference' } };

/**
 * Says of every successful answer what `presentHal` makes of it: an array is a collection, an object with an `id` or
 * with `_links` a resource.
 */
export class HalAnswers {
  /** Schemas that are answered as resources. */
  private readonly resources = new Set<string>();

  constructor(private readonly document: ApiDocument) {
    Object.assign(document.components.schemas, SCHEMAS);
    document.components.headers = { ...document.components.headers, Location: LOCATION };
  }

  /** @returns whether the operation answers a collection */
  describe(operation: Operation): boolean {
    const answers = Object.entries(operation.responses).filter(([status]) => status.startsWith('2'));
    return answers.map(([status, answer]) => this.describeAnswer(Number(status), answer)).some(Boolean);
  }

  /** Gives the resources their links. What is also part of something else, or a body, has them only as an answer. */
  finish(): void {
    const all = JSON.stringify(this.document);
    const answers = this.answersText();
    for (const name of this.resources) {
      const schema = this.document.components.schemas[name];
      if (!schema) continue;
      const isShared = countOf(all, schemaRef(name).$ref) > countOf(answers, schemaRef(name).$ref);
      schema.properties = { ...schema.properties, _links: { ...schemaRef('Links'), readOnly: true } };
      const others = (schema.required ?? []).filter((each) => each !== '_links');
      schema.required = isShared ? others : [...others, '_links'];
      if (schema.required.length === 0) delete schema.required;
    }
  }

  private describeAnswer(status: number, answer: ApiAnswer): boolean {
    answer.description ||= status === 204 ? 'Done; there is no body.' : status === 201 ? 'It was made.' : 'The answer.';
    if (status === 204) {
      delete answer.content;
      return false;
    }
    if (answer.content && !(JSON_MEDIA in answer.content)) return false; // no document: an archive
    const schema = answer.content?.[JSON_MEDIA]?.schema;
    if (schema?.type === 'array') {
      answer.content = { [HAL_MEDIA]: { schema: this.collectionOf(schema.items ?? {}) } };
      return true;
    }
    if (!schema || (!referredName(schema) && !schema.properties)) answer.content = unknownContent();
    else if (this.isResource(schema)) this.asResource(schema, status, answer);
    return false;
  }

  private asResource(schema: Schema, status: number, answer: ApiAnswer): void {
    answer.content = { [HAL_MEDIA]: { schema } };
    if (status === 201) answer.headers = { ...answer.headers, Location: { $ref: '#/components/headers/Location' } };
    const name = referredName(schema);
    if (name) this.resources.add(name);
  }

  private collectionOf(items: Schema): Schema {
    const item = referredName(items);
    if (item && this.isResource(items)) this.resources.add(item);
    const name = `${item ?? ''}Collection`;
    this.document.components.schemas[name] ??= {
      type: 'object',
      required: ['_links', '_embedded'],
      properties: {
        _links: schemaRef('PageLinks'),
        _embedded: { type: 'object', required: ['item'], properties: { item: { type: 'array', items } } },
      },
    };
    return schemaRef(name);
  }

  private isResource(schema: Schema): boolean {
    const properties = this.document.components.schemas[referredName(schema) ?? '']?.properties;
    return properties !== undefined && (properties['id']?.type === 'string' || '_links' in properties);
  }

  /** All places where a schema stands as an answer or as the member of a collection. */
  private answersText(): string {
    const { paths, components } = this.document;
    const collections = Object.entries(components.schemas).filter(([name]) => name.endsWith('Collection'));
    const answers = Object.values(paths)
      .flatMap((item) => Object.values(item))
      .flatMap(({ responses }) => Object.values(responses));
    return JSON.stringify([answers, collections]);
  }
}

/** An answer of which nothing is declared. */
const unknownContent = () => ({ [JSON_MEDIA]: { schema: {} }, [HAL_MEDIA]: { schema: {} } });

const countOf = (text: string, ref: string): number => text.split(`"${ref}"`).length - 1;
