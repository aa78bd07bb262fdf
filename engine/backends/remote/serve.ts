import { WorkbenchError } from '../../base/errors.ts';
import type { Backend, Executable } from '../backend.ts';
import { type BackendPort, type Reply, type Request, requestSchema } from './protocol.ts';
import { sameType, sendValues, type Values } from './values.ts';

/**
 * Answers for a backend over a port until it closes. Requests are done one after another, in the order they came.
 * @param made the backend, or the reason why there is none.
 */
export function serveBackend(port: BackendPort, made: Backend | { readonly reason: string }): void {
  const post = (reply: Reply): void => port.post(reply);
  if (!('info' in made)) {
    post({ kind: 'unavailable', reason: made.reason });
    return;
  }
  const host = new BackendHost(made, post);
  let last: Promise<void> = Promise.resolve();
  port.onMessage((message) => {
    last = last.then(() => host.answer(message));
  });
  port.onClose(() => {
    last = last.then(() => host.dispose());
  });
  post({ kind: 'ready', info: made.info });
}

class BackendHost {
  readonly #backend: Backend;
  readonly #post: (reply: Reply) => void;
  readonly #executables = new Map<number, Executable>();
  /** Writes of which not every piece has come, by executable and slot. */
  readonly #pieces = new Map<string, Values>();

  constructor(backend: Backend, post: (reply: Reply) => void) {
    this.#backend = backend;
    this.#post = post;
  }

  async answer(message: unknown): Promise<void> {
    const parsed = requestSchema.safeParse(message);
    if (!parsed.success) {
      this.#fail(null, new WorkbenchError('internal', 'A message to the backend is malformed'));
      return;
    }
    const request = parsed.data;
    const id = 'id' in request ? request.id : null;
    try {
      await this.#act(request);
    } catch (error) {
      this.#fail(id, error);
    }
  }

  dispose(): void {
    for (const executable of this.#executables.values()) executable.dispose();
    this.#executables.clear();
    this.#pieces.clear();
    this.#backend.dispose();
  }

  async #act(request: Request): Promise<void> {
    switch (request.kind) {
      case 'prepare': {
        const executable = await this.#backend.prepare(request.plan);
        this.#executables.set(request.executable, executable);
        this.#post({ kind: 'done', id: request.id });
        return;
      }
      case 'write':
        this.#write(request);
        return;
      case 'read': {
        const executable = this.#executable(request.executable);
        const { slot, count, type, id } = request;
        const read = type === 'int' ? executable.readInts(slot, count) : executable.readFloats(slot, count);
        // What was asked later need not wait for a device to answer: the values are those of now.
        Promise.resolve(read)
          .then((found) =>
            sendValues(found, (offset, total, values) =>
              this.#post({ kind: 'values', id, offset, total, values }),
            ),
          )
          .catch((error: unknown) => this.#fail(id, error));
        return;
      }
      case 'run': {
        const { program, timesteps, batch } = request;
        await this.#executable(request.executable).run(program, { timesteps, batch });
        this.#post({ kind: 'done', id: request.id });
        return;
      }
      case 'dispose':
        this.#executables.get(request.executable)?.dispose();
        this.#executables.delete(request.executable);
    }
  }

  #write({ executable, slot, offset, total, values }: Extract<Request, { kind: 'write' }>): void {
    const key = `${executable}/${slot}`;
    const whole = offset === 0 ? sameType(values, total) : this.#pieces.get(key);
    if (whole === undefined || offset + values.length > whole.length) {
      throw new WorkbenchError('internal', 'A piece of a write came out of order');
    }
    whole.set(values, offset);
    if (offset + values.length < total) {
      this.#pieces.set(key, whole);
      return;
    }
    this.#pieces.delete(key);
    const target = this.#executable(executable);
    if (whole instanceof Int32Array) target.writeInts(slot, whole);
    else target.writeFloats(slot, whole);
  }

  #executable(number: number): Executable {
    const executable = this.#executables.get(number);
    if (executable === undefined) throw new WorkbenchError('internal', 'This plan was not prepared');
    return executable;
  }

  #fail(id: number | null, error: unknown): void {
    const known = error instanceof WorkbenchError ? error : null;
    this.#post({
      kind: 'failed',
      id,
      code: known?.code ?? 'internal',
      message: error instanceof Error ? error.message : String(error),
      where: known?.where ?? null,
      hint: known?.hint ?? null,
    });
  }
}
