/**
 * The program as the OpenAPI plugin should see it: a handler that gives a `Page<Note>` (declared, or inferred from
 * `findPage`) gives `Note[]`, and one that gives `DeepPartial<Note> & Note`, as TypeORM's `save` does, gives `Note`. The
 * plugin knows arrays and classes, but neither generic classes nor intersections.
 */
export function withAnswerTypes(program) {
  const checker = program.getTypeChecker();
  const getReturnTypeOfSignature = (signature) => answerType(checker, checker.getReturnTypeOfSignature(signature));
  const told = { ...checker, getReturnTypeOfSignature };
  return { ...program, getTypeChecker: () => told };
}

function answerType(checker, returned) {
  const type = checker.getAwaitedType?.(returned) ?? returned;
  const item = itemOf(checker, type);
  if (item) return checker.createArrayType(classOf(item));
  const found = classOf(type);
  return found === type ? returned : found;
}

/** The type of a collection's members, or undefined for what is no collection. */
function itemOf(checker, type) {
  const name = type.getSymbol()?.getName();
  const given = checker.getTypeArguments(type);
  if (given.length !== 1) return undefined;
  if (name === 'Array' || name === 'ReadonlyArray') return given[0];
  return name === 'Page' && type.getProperty('items') && type.getProperty('next') ? given[0] : undefined;
}

/** The last class of an intersection: `save` gives what it was handed, and the entity. */
function classOf(type) {
  if (!type.isIntersection()) return type;
  return type.types.findLast((part) => part.isClass()) ?? type;
}

/** For those who ask whether a file is described: see build.mjs. */
export const described = /\.(dto|entity|controller)\.ts$/;

export const pluginOptions = { classValidatorShim: true, introspectComments: true, esmCompatible: true };
