import { WorkbenchError } from '../../base/errors.ts';
import type { SlotId } from '../../ops/matrix.ts';
import type { Op } from '../../ops/op.ts';
import type { Extent, Plan, ProgramName } from '../../plan/plan.ts';
import type { Backend, Executable, FloatArray, Support } from '../backend.ts';
import { type BackendPort, maximumUnanswered, type Reply, type Request, replySchema } from './protocol.ts';
import { sameType, sendValues, type Values } from './values.ts';

/** What is known of the other side's backend without asking it. */
export interface RemoteKnowledge {
  /** For a person: "the TensorFlow process". */
  readonly place: string;
  supports(op: Op): Support;
  /** Left out where the other side keeps floats. */
  halves?(plan: Plan): ReadonlySet<SlotId>;
  estimate(plan: Plan): number;
}

/** A backend behind a port, or the reason why there is none. Rejects with `backend/lost` when the port closes first. */
export async function createRemoteBackend(
  port: BackendPort,
  knowledge: RemoteKnowledge,
): Promise<Backend | { readonly reason: string }> {
  const connection = new Connection(port, knowledge.place);
  const greeting = await connection.greeting;
  if (greeting.kind === 'unavailable') {
    port.close();
    return { reason: greeting.reason };
  }
  let executables = 0;
  return {
    info: greeting.info,
    supports: (op) => knowledge.supports(op),
    ...(knowledge.halves === undefined ? {} : { halves: knowledge.halves }),
    estimate: (plan) => knowledge.estimate(plan),
    prepare: async (plan) => {
      const executable = executables++;
      await connection.ask((id) => ({ kind: 'prepare', id, executable, plan }));
      return new RemoteExecutable(connection, executable);
    },
    dispose: () => port.close(),
  };
}

class RemoteExecutable implements Executable {
  readonly #connection: Connection;
  readonly #number: number;

  constructor(connection: Connection, number: number) {
    this.#connection = connection;
    this.#number = number;
  }

  writeFloats(slot: SlotId, values: FloatArray): void {
    this.#write(slot, values);
  }

  writeInts(slot: SlotId, values: Int32Array): void {
    this.#write(slot, values);
  }

  async readFloats(slot: SlotId, count: number): Promise<FloatArray> {
    const values = await this.#read(slot, 'float', count);
    return values instanceof Int32Array ? Float32Array.from(values) : values;
  }

  async readInts(slot: SlotId, count: number): Promise<Int32Array> {
    const values = await this.#read(slot, 'int', count);
    return values instanceof Int32Array ? values : Int32Array.from(values);
  }

  async run(program: ProgramName, { timesteps, batch }: Extent): Promise<void> {
    await this.#connection.run((id) => ({
      kind: 'run',
      id,
      executable: this.#number,
      program,
      timesteps,
      batch,
    }));
  }

  dispose(): void {
    this.#connection.send({ kind: 'dispose', executable: this.#number });
  }

  #write(slot: SlotId, values: FloatArray | Int32Array): void {
    sendValues(values, (offset, total, piece) =>
      this.#connection.send({ kind: 'write', executable: this.#number, slot, offset, total, values: piece }),
    );
  }

  async #read(slot: SlotId, type: 'float' | 'int', count: number): Promise<FloatArray | Int32Array> {
    const executable = this.#number;
    const values = await this.#connection.ask((id) => ({ kind: 'read', id, executable, slot, type, count }));
    return values ?? new Float32Array(0);
  }
}

type Answer = Values | null;
type Greeting = Extract<Reply, { kind: 'ready' | 'unavailable' }>;

interface Waiting {
  resolve(answer: Answer): void;
  reject(error: WorkbenchError): void;
  /** A read whose pieces are coming. */
  values: Values | null;
}

/** Requests with their answers. An error of something nobody waited for is told at the next question. */
class Connection {
  readonly greeting: Promise<Greeting>;
  readonly #port: BackendPort;
  readonly #place: string;
  readonly #waiting = new Map<number, Waiting>();
  readonly #runs = new Set<Promise<void>>();
  #greet: (greeting: Greeting) => void = () => {};
  #refuse: (error: WorkbenchError) => void = () => {};
  #next = 0;
  #failure: WorkbenchError | null = null;

  constructor(port: BackendPort, place: string) {
    this.#port = port;
    this.#place = place;
    this.greeting = new Promise((resolve, reject) => {
      this.#greet = resolve;
      this.#refuse = reject;
    });
    port.onMessage((message) => this.#receive(message));
    port.onClose((reason) => this.#lose(reason));
  }

  send(request: Request): void {
    if (this.#failure === null) this.#port.post(request);
  }

  /** Rejects with the first error of anything sent before. */
  async ask(make: (id: number) => Request): Promise<Answer> {
    if (this.#failure !== null) throw this.#failure;
    const id = this.#next++;
    const answer = new Promise<Answer>((resolve, reject) => {
      this.#waiting.set(id, { resolve, reject, values: null });
    });
    this.#port.post(make(id));
    return answer;
  }

  /** Fulfilled when the program was sent, or, with many under way, when there is room for it. */
  async run(make: (id: number) => Request): Promise<void> {
    const run: Promise<void> = this.ask(make).then(
      () => {
        this.#runs.delete(run);
      },
      (error: unknown) => {
        this.#runs.delete(run);
        if (error instanceof WorkbenchError) this.#failure ??= error;
      },
    );
    this.#runs.add(run);
    if (this.#runs.size > maximumUnanswered) await this.#runs.values().next().value;
    if (this.#failure !== null) throw this.#failure;
  }

  #receive(message: unknown): void {
    const parsed = replySchema.safeParse(message);
    if (!parsed.success) {
      this.#lose('it sent something that is no answer');
      return;
    }
    const reply = parsed.data;
    switch (reply.kind) {
      case 'ready':
      case 'unavailable':
        this.#greet(reply);
        return;
      case 'done':
        this.#take(reply.id)?.resolve(null);
        return;
      case 'values':
        this.#receiveValues(reply);
        return;
      case 'failed': {
        const error = new WorkbenchError(reply.code, reply.message, {
          ...(reply.where === null ? {} : { where: reply.where }),
          ...(reply.hint === null ? {} : { hint: reply.hint }),
        });
        if (reply.id === null) this.#failure ??= error;
        else this.#take(reply.id)?.reject(error);
      }
    }
  }

  #receiveValues({ id, offset, total, values }: Extract<Reply, { kind: 'values' }>): void {
    const waiting = this.#waiting.get(id);
    if (waiting === undefined) return;
    if (offset === 0 && values.length === total) {
      this.#take(id)?.resolve(values);
      return;
    }
    if (offset === 0) {
      waiting.values = sameType(values, total);
    }
    waiting.values?.set(values, offset);
    if (offset + values.length === total) this.#take(id)?.resolve(waiting.values);
  }

  #take(id: number): Waiting | undefined {
    const waiting = this.#waiting.get(id);
    this.#waiting.delete(id);
    return waiting;
  }

  #lose(reason: string): void {
    const error = new WorkbenchError('backend/lost', `${this.#place} is gone: ${reason}`, {
      hint: 'The run goes on from its last checkpoint.',
    });
    this.#failure ??= error;
    this.#refuse(error);
    for (const { reject } of this.#waiting.values()) reject(error);
    this.#waiting.clear();
  }
}
