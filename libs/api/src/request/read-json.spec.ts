import { describe, expect, it } from 'vitest';
import { readJson } from './read-json.js';

const read = (text: string) => readJson(Buffer.from(text));
const malformed = expect.objectContaining({ code: 'REQUEST_MALFORMED', status: 400 }) as Error;

describe('a JSON body', () => {
  it.each([
    ['{"a":[1,{"b":null}]}', { a: [1, { b: null }] }],
    ['"text"', 'text'],
    ['{"brackets":"[[[[{{{{"}', { brackets: '[[[[{{{{' }],
    ['{"emoji":"\\ud83d\\ude00"}', { emoji: '😀' }],
  ])('%s is read', (text, value) => {
    expect(read(text)).toEqual(value);
  });

  it('that is empty is undefined', () => {
    expect(read('')).toBeUndefined();
  });

  it.each([
    ['broken', '{"a":'],
    ['with __proto__', '{"__proto__":{"admin":true}}'],
    ['with a constructor’s prototype', '{"constructor":{"prototype":{"admin":true}}}'],
    ['with a lone surrogate', '{"email":"\\ud800"}'],
    ['with a lone surrogate as a name', '{"\\udc00":1}'],
    ['nested too deeply', '['.repeat(51) + ']'.repeat(51)],
    ['nested very deeply', '['.repeat(500_000)],
  ])('%s is refused', (_, text) => {
    expect(() => read(text)).toThrow(malformed);
  });

  it('that is not UTF-8 is refused', () => {
    expect(() => readJson(Buffer.from([0x22, 0xff, 0x22]))).toThrow(malformed);
  });
});
