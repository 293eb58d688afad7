// Answers without ETags, for a comparison: takes the place of libs/api/dist/conditional/tag-answer.js. The server with tags
// is loaded through it too, because it costs a thread of its own.
const source = 'export const tagAnswer = (_request, _reply, payload) => payload;';
let isBare = false;

export function initialize(data) {
  isBare = data.isBare;
}

export function load(url, context, next) {
  if (!isBare || !url.endsWith('/libs/api/dist/conditional/tag-answer.js')) return next(url, context);
  return { format: 'module', shortCircuit: true, source };
}
