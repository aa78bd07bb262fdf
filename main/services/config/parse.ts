import type { z } from 'zod';
import { WorkbenchError } from '../../../engine/base/errors.ts';
import { nearest } from '../../../engine/base/nearest.ts';
import { type Experiment, experimentSchema } from '../../../engine/contract/experiment.ts';
import { unknownKey } from './assign.ts';
import { childNode, experimentJsonSchema, isObject, resolveNode } from './schema.ts';

/**
 * Checks a configuration and fills in defaults.
 * @param where the file, for errors.
 * Throws `config/unknown-key` or `config/invalid` with a sentence about the first key that is wrong.
 */
export function parseExperiment(config: unknown, where: string): Experiment {
  const value = withoutSchemaKey(config);
  const result = experimentSchema.safeParse(value);
  if (result.success) return result.data;
  const issues = result.error.issues;
  // An unknown key is the likelier cause of whatever else is missing.
  const issue = issues.find(({ code }) => code === 'unrecognized_keys') ?? issues[0];
  throw issue === undefined
    ? new WorkbenchError('config/invalid', 'The configuration is not valid', { where })
    : issueError(issue, value, where);
}

/** One thing that is wrong with a configuration, at its key. */
export interface ConfigIssue {
  /** `training.optimizer.kind` */
  readonly path: string;
  readonly error: WorkbenchError;
}

/** Everything that is wrong with a configuration, or the experiment that it means. */
export function checkExperiment(
  config: unknown,
):
  | { readonly experiment: Experiment; readonly issues: readonly [] }
  | { readonly experiment: null; readonly issues: readonly ConfigIssue[] } {
  const value = withoutSchemaKey(config);
  const result = experimentSchema.safeParse(value);
  if (result.success) return { experiment: result.data, issues: [] };
  const issues = result.error.issues.flatMap((issue): ConfigIssue[] => {
    const path = issue.path.map(String);
    if (issue.code !== 'unrecognized_keys')
      return [{ path: path.join('.'), error: issueError(issue, value, '') }];
    return issue.keys.map((key) => ({
      path: [...path, key].join('.'),
      error: unknownKey(nodeAt(value, path), [...path, key]),
    }));
  });
  return { experiment: null, issues };
}

/** `$schema` is for editors. */
function withoutSchemaKey(config: unknown): unknown {
  if (!isObject(config)) return config;
  const { $schema: _, ...rest } = config;
  return rest;
}

type Issue = z.core.$ZodIssue;

function issueError(issue: Issue, config: unknown, where: string): WorkbenchError {
  const path = issue.path.map(String);
  if (issue.code === 'unrecognized_keys') {
    const error = unknownKey(nodeAt(config, path), [...path, issue.keys[0] ?? '']);
    return new WorkbenchError(error.code, error.message, { where, data: error.data, ...hintOf(error.hint) });
  }
  const value = valueAt(config, path);
  const name = path.length === 0 ? 'The configuration' : path.join('.');
  const found = value === undefined ? 'it is missing' : `it is ${shown(value)}`;
  const [expected, hint] = expectation(issue, value, nodeAt(config, path).type);
  return new WorkbenchError('config/invalid', `${name} must be ${expected}, but ${found}`, {
    where,
    data: { key: path.join('.') },
    ...hintOf(hint),
  });
}

function hintOf(hint: string | undefined): { readonly hint?: string } {
  return hint === undefined ? {} : { hint };
}

/**
 * What should stand there, in words, and the nearest allowed word where there is one.
 * @param type of the schema, which tells a whole number from a number where the issue does not.
 */
function expectation(issue: Issue, value: unknown, type?: string): [expected: string, hint?: string] {
  switch (issue.code) {
    case 'invalid_type':
      return [typeWords[type === 'integer' ? 'int' : issue.expected] ?? issue.expected];
    case 'too_small':
    case 'too_big':
      return [limitWords(issue)];
    case 'invalid_value':
      return oneOf(issue.values.map(String), value);
    case 'invalid_union':
      if ('options' in issue && Array.isArray(issue.options)) return oneOf(issue.options.map(String), value);
      return [
        issue.errors.map(([first]) => (first === undefined ? '' : expectation(first, value)[0])).join(' or '),
      ];
    default:
      return [`valid (${issue.message})`];
  }
}

function oneOf(options: readonly string[], value: unknown): [string, string?] {
  const near = typeof value === 'string' ? nearest(value, options) : undefined;
  const words = options.length === 1 ? `${options[0]}` : `one of ${options.join(', ')}`;
  return near === undefined ? [words] : [words, `Did you mean "${near}"?`];
}

const typeWords: Readonly<Record<string, string>> = {
  number: 'a number',
  int: 'a whole number',
  string: 'text',
  boolean: 'true or false',
  array: 'a list',
  object: 'an object',
  record: 'an object',
  null: 'null',
};

function limitWords(issue: Extract<Issue, { code: 'too_small' | 'too_big' }>): string {
  const limit = issue.code === 'too_small' ? issue.minimum : issue.maximum;
  const direction = issue.code === 'too_small' ? 'least' : 'most';
  if (issue.origin === 'array') return `a list of at ${direction} ${limit}`;
  if (issue.origin === 'string') return `text of at ${direction} ${limit} characters`;
  if (issue.inclusive === false)
    return issue.code === 'too_small' ? `more than ${limit}` : `less than ${limit}`;
  return `at ${direction} ${limit}`;
}

function shown(value: unknown): string {
  const text = JSON.stringify(value) ?? String(value);
  return text.length > 60 ? `${text.slice(0, 57)}...` : text;
}

function valueAt(config: unknown, path: readonly string[]): unknown {
  return path.reduce((value: unknown, key) => {
    if (Array.isArray(value)) return value[Number(key)];
    return isObject(value) ? value[key] : undefined;
  }, config);
}

function nodeAt(config: unknown, path: readonly string[]) {
  let node = resolveNode(experimentJsonSchema(), config);
  path.forEach((key, index) => {
    const child = childNode(node, key);
    if (child !== undefined) node = resolveNode(child, valueAt(config, path.slice(0, index + 1)));
  });
  return node;
}
