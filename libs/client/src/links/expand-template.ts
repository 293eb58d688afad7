import { fillPath } from '../address/fill-path.js';
import { queryString } from '../address/query-string.js';
import type { PathValue } from '../typing/values.js';

/**
 * The two forms of URI templates (RFC 6570) that links of the API have: `{name}` and `{?a,b}` at the end.
 *
 * @throws TypeError for any other form, or when a value is missing
 */
export function expandTemplate(template: string, values: Readonly<Record<string, PathValue>>): string {
  const [, path = '', names] = /^([^?]*?)(?:\{\?([\w,]+)\})?$/.exec(template) ?? [];
  if (/\{(?!\w+\})/.test(path) || (path === '' && names === undefined))
    throw new TypeError(`The template ${template} is of a form that is not understood.`);
  const query = Object.fromEntries(
    (names?.split(',') ?? []).map((name) => [name, Object.hasOwn(values, name) ? values[name] : undefined]),
  );
  return fillPath(path, values) + queryString(query);
}
