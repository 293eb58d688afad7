const VERBS: Readonly<Record<string, string>> = {
  GET: 'get',
  POST: 'create',
  PUT: 'replace',
  PATCH: 'update',
  DELETE: 'delete',
};

/** What an operation's name is made of. */
export interface NamedOperation {
  /** `GET`, `POST`, ... */
  readonly method: string;
  /** `/notes/{id}` */
  readonly path: string;
  /** Whether it answers a collection. */
  readonly lists?: boolean;
  /** Whether it is a POST that makes nothing: `/admin/tenants/{id}/suspend`. */
  readonly acts?: boolean;
}

/**
 * A readable name that follows from method and path alone, so that it stays when code moves: `listNotes`, `getNote`,
 * `createNote`, `updateNote`, `deleteNote`, `suspendAdminTenant`.
 */
export function operationId({ method, path, lists, acts }: NamedOperation): string {
  const words = resourceWords(path);
  const last = words.pop();
  if (last === undefined) return `${verbOf(method)}Root`;
  if (acts) return camel([last.word, ...words.map(({ word }) => singular(word))]);
  return camel([
    lists ? 'list' : verbOf(method),
    ...words.map(nameOf),
    lists || method === 'GET' ? nameOf(last) : singular(last.word),
  ]);
}

/** What an operation does, in words, where its handler has no comment: `List notes`. */
export function summaryOf(name: string): string {
  const words = name.replace(/[A-Z]/g, (letter) => ` ${letter.toLowerCase()}`);
  return `${words.charAt(0).toUpperCase()}${words.slice(1)}.`;
}

/** What a part of a path stands for: `id` after `notes` is a note's. */
export function ownerOf(path: string, parameter: string): string | undefined {
  const segments = path.split('/');
  const before = segments[segments.indexOf(`{${parameter}}`) - 1];
  return before && !before.startsWith('{') ? singular(before).replaceAll('-', ' ') : undefined;
}

interface Word {
  readonly word: string;
  /** Whether a parameter follows: it is then about one of them. */
  readonly one: boolean;
}

function resourceWords(path: string): Word[] {
  const segments = path.split('/').filter(Boolean);
  return segments
    .map((word, index) => ({ word, one: segments[index + 1]?.startsWith('{') ?? false }))
    .filter(({ word }) => !word.startsWith('{'));
}

const nameOf = ({ word, one }: Word): string => (one ? singular(word) : word);

const verbOf = (method: string): string => VERBS[method] ?? method.toLowerCase();

function camel(words: readonly string[]): string {
  const [first = '', ...rest] = words.flatMap((word) => word.split(/[^A-Za-z0-9]+/)).filter(Boolean);
  return first.toLowerCase() + rest.map((word) => word.charAt(0).toUpperCase() + word.slice(1)).join('');
}

/** English plurals as they occur in paths; a word that is none stays. */
export function singular(word: string): string {
  if (/(ss|us|is)$/.test(word)) return word;
  if (/ies$/.test(word)) return `${word.slice(0, -3)}y`;
  if (/(x|ch|sh|ss)es$/.test(word)) return word.slice(0, -2);
  return word.endsWith('s') ? word.slice(0, -1) : word;
}
