import type { PathValue } from '../typing/values.js';

/**
 * `/notes/{id}` with its parameters put in, each as one segment of the path.
 *
 * @throws TypeError when a parameter is missing, or would change which path is meant
 */
export function fillPath(template: string, params: Readonly<Record<string, PathValue>> = {}): string {
  return template.replace(/\{([^{}]+)\}/g, (_, name: string) => {
    const value = Object.hasOwn(params, name) ? params[name] : undefined;
    if (value === undefined) throw new TypeError(`${template} needs the parameter "${name}".`);
    const segment = String(value);
    // A URL drops these segments, so that another path would be asked.
    if (['', '.', '..'].includes(segment)) throw new TypeError(`"${segment}" cannot be the parameter "${name}".`);
    return encodeURIComponent(segment);
  });
}
