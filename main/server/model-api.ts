import type { Preparation } from '../../engine/data/preparation.ts';
import type { ServedModel } from '../services/models/served-model.ts';

const jsonTypes = {
  number: 'number',
  integer: 'integer',
  boolean: 'boolean',
  time: 'string',
  text: 'string',
} as const;

/** The OpenAPI 3.1 document of a served model: what a row holds, and what comes back. */
export function modelDocument(model: ServedModel, version: string): object {
  const { run } = model;
  const { experiment, preparation, record } = run;
  const targets = new Set(preparation.targets.map(({ column }) => column));
  const inputs = new Set(
    experiment.data.columns.filter(({ role }) => role !== 'target').map(({ name }) => name),
  );
  const row = {
    type: 'object',
    description: 'One timestep; columns that the model does not use are ignored.',
    properties: Object.fromEntries(preparation.columns.map((column) => [column.name, property(column)])),
    required: preparation.columns.map(({ name }) => name).filter((name) => inputs.has(name)),
  };
  const fault = (description: string) => ({
    description,
    content: { 'application/json': { schema: { $ref: '#/components/schemas/Error' } } },
  });
  return {
    openapi: '3.1.0',
    info: {
      title: experiment.name,
      version,
      description: `${record.id}, ${model.weights.source}: ${experiment.task} of ${[...targets].join(', ')}.`,
    },
    paths: {
      '/predict': {
        post: {
          summary: 'Predict on rows, prepared as those of training were',
          requestBody: {
            required: true,
            content: { 'application/json': { schema: { $ref: '#/components/schemas/Request' } } },
          },
          responses: {
            200: {
              description: 'Predictions in the units of the training file',
              content: { 'application/json': { schema: { $ref: '#/components/schemas/Answer' } } },
            },
            400: fault('The request is not JSON of this form'),
            413: fault('The request is too large'),
            422: fault('The rows cannot be prepared: what, in which row and column, and what to do'),
          },
        },
      },
      '/health': {
        get: { summary: 'Whether the model answers', responses: { 200: { description: 'It does' } } },
      },
      '/openapi.json': {
        get: { summary: 'This document', responses: { 200: { description: 'OpenAPI 3.1' } } },
      },
    },
    components: {
      schemas: {
        Row: row,
        Request: {
          type: 'object',
          properties: { rows: { type: 'array', items: { $ref: '#/components/schemas/Row' }, minItems: 1 } },
          required: ['rows'],
        },
        Answer: {
          type: 'object',
          properties: {
            run: { type: 'string' },
            predictions: {
              type: 'array',
              items: {
                type: 'object',
                properties: {
                  series: { type: 'string' },
                  firstRow: { type: 'integer', description: 'row of the request, from 1' },
                  lastRow: { type: 'integer' },
                  time: { type: ['string', 'null'] },
                  steps: {
                    type: 'array',
                    items: {
                      type: 'object',
                      properties: {
                        label: { type: ['string', 'null'] },
                        values: { type: 'object', additionalProperties: { type: 'number' } },
                      },
                    },
                  },
                },
              },
            },
            warnings: { type: 'array', items: { type: 'string' } },
          },
        },
        Error: {
          type: 'object',
          properties: {
            code: { type: 'string' },
            message: { type: 'string' },
            where: { type: ['string', 'null'] },
            hint: { type: ['string', 'null'] },
          },
        },
      },
    },
  };
}

function property({ type, format }: Preparation['columns'][number]): object {
  const base = { type: [jsonTypes[type], 'null'] };
  if (type !== 'time') return base;
  return { ...base, format: format === 'date' ? 'date' : 'date-time', description: 'ISO 8601' };
}
