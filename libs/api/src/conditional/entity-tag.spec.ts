import { describe, expect, it } from 'vitest';
import { entityTag, namesStrongly, namesWeakly, readTags } from './entity-tag.js';

describe('a list of entity tags', () => {
  it.each([
    ['"a"', ['"a"']],
    ['"a", "b"', ['"a"', '"b"']],
    ['W/"a","b,c" ', ['W/"a"', '"b,c"']],
    ['""', ['""']],
    [' * ', '*'],
  ])('%j is %j', (header, tags) => {
    expect(readTags(header)).toEqual(tags);
  });

  it.each(['', 'a', '"a" "b"', '"a', 'w/"a"', '"a", *', '"a b"', ', "a"'])('may not be %j', (header) => {
    expect(readTags(header)).toBeUndefined();
  });

  it('names a tag strongly only when both are strong', () => {
    expect(namesStrongly(['"a"', '"b"'], '"b"')).toBe(true);
    expect(namesStrongly(['W/"a"'], '"a"')).toBe(false);
    expect(namesStrongly(['W/"a"'], 'W/"a"')).toBe(false);
  });

  it('names a tag weakly whichever of them is weak', () => {
    expect(namesWeakly(['W/"a"'], '"a"')).toBe(true);
    expect(namesWeakly(['"a"'], 'W/"a"')).toBe(true);
    expect(namesWeakly(['"a"'], '"b"')).toBe(false);
  });
});

it('gives each document a tag of its own', () => {
  expect(entityTag('{}')).toMatch(/^"[\w-]{27}"$/);
  expect(entityTag('{}')).toBe(entityTag('{}'));
  expect(entityTag('{ }')).not.toBe(entityTag('{}'));
});
