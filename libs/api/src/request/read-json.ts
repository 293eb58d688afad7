import { parse } from 'secure-json-parse';
import { RequestMalformed } from '../problems/http.errors.js';

/** Deeper than any request of this API, and far from what would exhaust the stack of those that walk it. */
const DEEPEST = 50;
const MALFORMED = 'The body must be well-formed JSON.';

const decoder = new TextDecoder('utf-8', { fatal: true });

/**
 * Reads a JSON body (RFC 8259): UTF-8, not too deep, without `__proto__` and without lone surrogates, which no text
 * column can hold. An empty body is undefined.
 *
 * @throws REQUEST_MALFORMED
 */
export function readJson(body: Buffer): unknown {
  if (body.length === 0) return undefined;
  const text = decode(body);
  if (depthOf(text) > DEEPEST) throw new RequestMalformed(`The body is nested deeper than ${DEEPEST} levels.`);
  const value = parseText(text);
  if (/\\u[dD][89a-fA-F]/.test(text) && hasLoneSurrogate(value)) {
    throw new RequestMalformed('A text of the body is not well-formed Unicode.');
  }
  return value;
}

function decode(body: Buffer): string {
  try {
    return decoder.decode(body);
  } catch (cause) {
    throw new RequestMalformed('The body must be UTF-8.', { cause });
  }
}

function parseText(text: string): unknown {
  try {
    return parse(text, undefined, { protoAction: 'error', constructorAction: 'error' }) as unknown;
  } catch (cause) {
    throw new RequestMalformed(MALFORMED, { cause });
  }
}

/** Counts brackets outside strings, before anything is built of them. */
function depthOf(text: string): number {
  let depth = 0;
  let deepest = 0;
  for (const [token] of text.matchAll(/"(?:[^"\\]|\\.)*"|[[\]{}]/g)) {
    if (token === '[' || token === '{') deepest = Math.max(deepest, (depth += 1));
    else if (token === ']' || token === '}') depth -= 1;
  }
  return deepest;
}

function hasLoneSurrogate(value: unknown): boolean {
  if (typeof value === 'string') return /\p{Surrogate}/u.test(value);
  if (typeof value !== 'object' || value === null) return false;
  return Object.entries(value).some(([name, each]) => hasLoneSurrogate(name) || hasLoneSurrogate(each));
}
