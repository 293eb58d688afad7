import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it } from 'vitest';
import { ContractFiles } from './contract-files.js';
import { check, freeze } from './frozen-contracts.js';

const VERSION = '2026-01-01';

interface Schema {
  readonly properties: Record<string, object>;
  readonly required?: readonly string[];
}

const text = { type: 'string' };
const input: Schema = { properties: { title: text, note: text }, required: ['title'] };
const output: Schema = {
  properties: { id: text, note: text, state: { type: 'string', enum: ['a', 'b'] } },
  required: ['id'],
};

const json = (schema: Schema) => ({ content: { 'application/json': { schema: { type: 'object', ...schema } } } });
const documentOf = (request: Schema, answer: Schema, path = '/things') => ({
  openapi: '3.1.0',
  info: { title: 'Things', version: VERSION },
  paths: {
    [path]: { post: { requestBody: json(request), responses: { '201': { description: 'Made.', ...json(answer) } } } },
  },
});

let folder: string;
let files: ContractFiles;
let printed: string[];

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'tenantry-contracts-'));
  files = new ContractFiles(folder);
  printed = [];
  await freeze(new Map([[VERSION, documentOf(input, output)]]), files, () => undefined);
});

afterEach(() => rm(folder, { recursive: true }));

const faultsOf = (document: object) => check(new Map([[VERSION, document]]), files, (line) => printed.push(line));

describe('a frozen contract', () => {
  it('is written once and never again', async () => {
    const before = await readFile(join(folder, `${VERSION}.json`), 'utf8');
    await freeze(new Map([[VERSION, documentOf(output, input)]]), files, (line) => printed.push(line));
    expect(printed).toEqual([`${VERSION}: frozen before`]);
    expect(await readFile(join(folder, `${VERSION}.json`), 'utf8')).toBe(before);
  });

  it.each([
    ['nothing', input, output],
    ['an optional input', { ...input, properties: { ...input.properties, colour: text } }, output],
    ['an output', input, { properties: { ...output.properties, colour: text }, required: ['id', 'colour'] }],
  ])('is kept when what is new is %s', async (_, request, answer) => {
    expect(await faultsOf(documentOf(request, answer))).toBe(0);
    expect(printed).toEqual([`${VERSION}: kept`]);
  });

  const required = ['title', 'colour'];
  const withDefault = { properties: { ...input.properties, colour: { ...text, default: 'red' } }, required };
  it.each([
    ['an input is newly required', { properties: { ...input.properties, colour: text }, required }, output],
    ['an input is newly required, with a default', withDefault, output],
    ['an input became required', { ...input, required: ['title', 'note'] }, output],
    ['an optional input is gone', { properties: { title: text }, required: ['title'] }, output],
    [
      'an optional output is gone',
      input,
      { properties: { id: text, state: output.properties['state'] ?? {} }, required: ['id'] },
    ],
    ['an output may be absent now', input, { properties: output.properties }],
    ['an output has another type', input, { ...output, properties: { ...output.properties, id: { type: 'integer' } } }],
    [
      'an output has a value that callers do not know',
      input,
      { ...output, properties: { ...output.properties, state: { type: 'string', enum: ['a', 'b', 'c'] } } },
    ],
    [
      'an input is held to a shorter length',
      { ...input, properties: { ...input.properties, title: { ...text, maxLength: 5 } } },
      output,
    ],
  ])('is broken when %s', async (_what, request, answer) => {
    expect(await faultsOf(documentOf(request, answer))).toBeGreaterThan(0);
    expect(printed[1]).toMatch(/^ {2}POST \/things: /);
  });

  describe('of an operation', () => {
    type Operation = (typeof released.paths)['/things']['get'];
    const parameter = { name: 'q', in: 'query', required: false, schema: text };
    const sent = { properties: { title: { ...text, default: 'a' }, note: text } };
    const released = {
      openapi: '3.1.0',
      info: { title: 'Things', version: VERSION },
      paths: {
        '/things': {
          get: {
            parameters: [parameter],
            requestBody: json(sent),
            responses: { 200: { description: 'All.', ...json(output) }, 409: { description: 'No.' } } as object,
          },
        },
      },
    };
    const changed = (get: Partial<Operation>) => ({
      ...released,
      paths: { '/things': { get: { ...released.paths['/things'].get, ...get } } },
    });
    const withNote = (note: object) => json({ properties: { title: { ...text, default: 'a' }, note } });

    beforeEach(async () => {
      await rm(folder, { recursive: true });
      await freeze(new Map([[VERSION, released]]), files, () => undefined);
    });

    it('is kept when nothing is another', async () => {
      expect(await faultsOf(changed({}))).toBe(0);
    });

    it.each<[string, Partial<Operation>]>([
      ['a parameter must be given', { parameters: [{ ...parameter, required: true }] }],
      [
        'an input is given another value when absent',
        { requestBody: json({ properties: { ...sent.properties, title: { ...text, default: 'b' } } }) },
      ],
      ['an input with a default became required', { requestBody: json({ ...sent, required: ['title'] }) }],
      ['an optional input may only be one of some values', { requestBody: withNote({ ...text, enum: ['a'] }) }],
      ['an error is no longer told', { responses: { 200: { description: 'All.', ...json(output) } } }],
    ])('is broken when %s', async (_what, get) => {
      expect(await faultsOf(changed(get))).toBeGreaterThan(0);
    });
  });

  it('is broken when its path or its version is gone', async () => {
    expect(await faultsOf(documentOf(input, output, '/objects'))).toBeGreaterThan(0);
    expect(await check(new Map(), files, (line) => printed.push(line))).toBe(1);
    expect(printed.at(-1)).toBe(`${VERSION}: is not served any more`);
  });

  it('is found to be another than was frozen, also where what is served agrees with it', async () => {
    const other = documentOf(input, { ...output, required: [] });
    await writeFile(join(folder, `${VERSION}.json`), JSON.stringify(other));
    expect(await faultsOf(other)).toBe(1);
    expect(printed).toContain(`${VERSION}: its file is not what was frozen; a released contract never changes`);
    await freeze(new Map([[VERSION, other]]), files, () => undefined);
    expect(await faultsOf(other)).toBe(1);
  });

  it('is the same however its lines end, and whether its digest was noted or not', async () => {
    const path = join(folder, `${VERSION}.json`);
    await writeFile(path, (await readFile(path, 'utf8')).replaceAll('\n', '\r\n'));
    expect(await faultsOf(documentOf(input, output))).toBe(0);
    await rm(join(folder, 'digests.json'));
    expect(await faultsOf(documentOf(input, output))).toBe(0);
  });

  it('is missed when its file is gone', async () => {
    await rm(join(folder, `${VERSION}.json`));
    expect(await faultsOf(documentOf(input, output))).toBe(1);
    expect(printed[0]).toBe(`${VERSION}: was frozen, and its file is gone`);
  });

  it('is missed for a version that has none, without a fault', async () => {
    const documents = new Map([VERSION, '2026-02-01'].map((version) => [version, documentOf(input, output)]));
    expect(await check(documents, files, (line) => printed.push(line))).toBe(0);
    expect(printed[1]).toContain('2026-02-01: not frozen');
  });
});
