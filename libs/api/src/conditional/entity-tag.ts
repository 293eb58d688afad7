import { hash } from 'node:crypto';

const TAG = /^[ \t]*((?:W\/)?"[\x21\x23-\x7e\x80-\xff]*")[ \t]*(?:,|$)/;

/**
 * The entity tag of a document (RFC 9110 section 8.8.3). Strong: any other text has another. Of the document before it is
 * compressed, so that who asks for another coding may still say which document was meant.
 */
export function entityTag(document: string): string {
  return `"${hash('sha256', document, 'base64url').slice(0, 27)}"`;
}

/** What If-Match or If-None-Match lists: tags, `*` for any, or undefined when it is malformed. */
export type ListedTags = readonly string[] | '*' | undefined;

/** Reads the value of If-Match or If-None-Match (RFC 9110 section 13.1). */
export function readTags(header: string): ListedTags {
  if (header.trim() === '*') return '*';
  const tags: string[] = [];
  for (let rest = header; rest !== '';) {
    const [all, tag] = TAG.exec(rest) ?? [];
    if (all === undefined || tag === undefined) return undefined;
    tags.push(tag);
    rest = rest.slice(all.length);
  }
  return tags.length > 0 ? tags : undefined;
}

/** Whether the list names the tag by the strong comparison: a weak tag equals none (RFC 9110 section 8.8.3.2). */
export function namesStrongly(listed: readonly string[], tag: string): boolean {
  return !tag.startsWith('W/') && listed.includes(tag);
}

/** Whether the list names the tag by the weak comparison, for which `W/` makes no difference. */
export function namesWeakly(listed: readonly string[], tag: string): boolean {
  return listed.some((each) => opaque(each) === opaque(tag));
}

const opaque = (tag: string): string => tag.replace(/^W\//, '');
