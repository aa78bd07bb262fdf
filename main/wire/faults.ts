import { ORPCError, ValidationError } from '@orpc/server';
import { WorkbenchError } from '../../engine/base/errors.ts';
import type { Fault } from '../../engine/contract/rpc/common.ts';

/** What went wrong, as the contract says it. What we did not foresee is `internal`, with its message and no more. */
export function faultOf(error: unknown): Fault {
  if (error instanceof WorkbenchError) {
    const { code, message, where, hint, data } = error;
    return { code, message, where: where ?? null, hint: hint ?? null, data: jsonOf(data) };
  }
  const message = error instanceof Error ? error.message : String(error);
  return { code: 'internal', message, where: null, hint: null, data: {} };
}

/** Data of an error hold JSON values only; anything else would not cross a wire. */
function jsonOf(data: Readonly<Record<string, unknown>>): Record<string, unknown> {
  try {
    return JSON.parse(JSON.stringify(data));
  } catch {
    return {};
  }
}

function asFault(error: unknown, signal: AbortSignal | undefined): unknown {
  if (signal?.aborted === true) return error;
  if (error instanceof ORPCError && error.code === 'FAULT') return error;
  if (error instanceof ORPCError && error.cause instanceof ValidationError && error.code === 'BAD_REQUEST') {
    return fault(badInput(error.cause));
  }
  return fault(error);
}

function fault(error: unknown): ORPCError<'FAULT', Fault> {
  const data = faultOf(error);
  return new ORPCError('FAULT', {
    message: data.message,
    data,
  });
}

/** A call whose input the contract does not allow. */
function badInput(cause: ValidationError): WorkbenchError {
  const issues = cause.issues.slice(0, 5).map(({ path, message }) => {
    const place = (path ?? []).map((part) => String(typeof part === 'object' ? part.key : part)).join('.');
    return place === '' ? message : `${place}: ${message}`;
  });
  return new WorkbenchError('usage/invalid', 'The request is not valid', {
    where: issues.join('; '),
    data: { issues },
  });
}

interface CallOptions<Output> {
  readonly signal?: AbortSignal | undefined;
  next(): Promise<Output>;
}

/**
 * Around every call, on every wire: whatever is thrown, by the call or later by the stream it returned, arrives as a
 * fault of the contract.
 */
export async function withFaults<Output>({ signal, next }: CallOptions<Output>): Promise<Output> {
  try {
    const output = await next();
    return isStream(output) ? (guard(output, signal) as Output) : output;
  } catch (error) {
    throw asFault(error, signal);
  }
}

function isStream(output: unknown): output is AsyncIterator<unknown> {
  return typeof output === 'object' && output !== null && Symbol.asyncIterator in output && 'next' in output;
}

function guard(
  stream: AsyncIterator<unknown>,
  signal: AbortSignal | undefined,
): AsyncIterableIterator<unknown> {
  const guarded: AsyncIterableIterator<unknown> = {
    next: async () => {
      try {
        return await stream.next();
      } catch (error) {
        throw asFault(error, signal);
      }
    },
    return: async (value?: unknown) => (await stream.return?.(value)) ?? { done: true, value },
    [Symbol.asyncIterator]: () => guarded,
  };
  return guarded;
}
