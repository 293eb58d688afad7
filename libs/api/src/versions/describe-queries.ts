import { resourceOf, type ContractDocument, type Operation, type Parameter } from './contract-document.js';
import { ResourceNames } from './resource-names.js';
import type { VersionChain } from './version-chain.js';

/** Says in the parameters of every GET what this version takes in `filter`, `sort` and `fields`. */
export function describeQueries(document: ContractDocument, chain: VersionChain, version: string): ContractDocument {
  const paths = Object.entries(document.paths).map(([path, item]) => {
    const operation = item['get'] as Operation | undefined;
    return [path, operation ? { ...item, get: describeQuery(operation, chain, version) } : item] as const;
  });
  return { ...document, paths: Object.fromEntries(paths) };
}

function describeQuery(operation: Operation, chain: VersionChain, version: string): Operation {
  const schema = resourceOf(operation, chain.schemasOf(version));
  if (schema === undefined || !operation.parameters) return operation;
  const declared = operation['x-collection'];
  const names = new ResourceNames(chain, version, schema, declared);
  const accepted: Readonly<Record<string, readonly string[] | undefined>> = {
    filter: names.filter?.map((name) => withValues(name, names.valuesOf(name))),
    sort: names.sort?.map(quoted),
    fields: names.properties.map(quoted),
  };
  return {
    ...operation,
    ...(declared && { 'x-collection': { filter: names.filter ?? [], sort: names.sort ?? [] } }),
    parameters: operation.parameters.map((parameter) => withNames(parameter, accepted[parameter.name])),
  };
}

function withNames(parameter: Parameter, names: readonly string[] | undefined): Parameter {
  if (parameter.in !== 'query' || !names) return parameter;
  const here = names.length > 0 ? `Here: ${names.join(', ')}.` : 'Here there are none.';
  return { ...parameter, description: `${parameter.description ?? ''}\n\n${here}` };
}

const quoted = (name: unknown) => `\`${String(name)}\``;

function withValues(name: string, values: readonly unknown[]): string {
  return values.length > 0 ? `${quoted(name)} (${values.map(quoted).join(', ')})` : quoted(name);
}
