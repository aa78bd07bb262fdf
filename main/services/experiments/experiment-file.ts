import { WorkbenchError } from '../../../engine/base/errors.ts';
import type { StoredExperiment } from '../../../engine/contract/rpc/experiments.ts';
import { joinPath, type StorePlatform, writeAtomically } from '../../../engine/store/file-system.ts';
import { Turns } from '../events/turns.ts';
import { checkText } from './check-text.ts';

/** The config.json of a project, which a window and a person's own editor may both change. */
export class ExperimentFile {
  readonly #platform: StorePlatform;
  readonly #path: string;
  readonly #turns = new Turns();
  #revision = 1;
  #text: string | null = null;

  constructor(platform: StorePlatform, folder: string) {
    this.#platform = platform;
    this.#path = joinPath(folder, 'config.json');
  }

  read(): Promise<StoredExperiment> {
    return this.#turns.take(() => this.#read());
  }

  /**
   * Saves a text, valid or not.
   * @param revision that the text is a change of. Throws `store/in-use` when the file has changed since.
   */
  save(text: string, revision: number): Promise<StoredExperiment> {
    return this.#turns.take(async () => {
      const current = await this.#read();
      if (current.revision !== revision) {
        throw new WorkbenchError('store/in-use', 'The configuration has been changed elsewhere meanwhile', {
          where: this.#path,
          hint: 'Load it again and make the change there.',
          data: { revision: current.revision },
        });
      }
      if (text !== current.text) {
        await writeAtomically(this.#platform.files, this.#path, new TextEncoder().encode(text));
        this.#revision++;
        this.#text = text;
      }
      return { revision: this.#revision, ...checkText(text) };
    });
  }

  async #read(): Promise<StoredExperiment> {
    const bytes = await this.#platform.files.read(this.#path);
    if (bytes === null) {
      throw new WorkbenchError('store/damaged', 'The configuration is missing', {
        where: this.#path,
        hint: 'Put it back, or make the project anew.',
      });
    }
    const text = new TextDecoder('utf-8').decode(bytes);
    if (this.#text !== null && text !== this.#text) this.#revision++;
    this.#text = text;
    return { revision: this.#revision, ...checkText(text) };
  }
}
