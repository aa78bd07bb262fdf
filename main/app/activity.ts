import { type BrowserWindow, powerSaveBlocker } from 'electron';

/** What the system is shown of a run in training: progress in the taskbar, and that it must not sleep. */
export class Activity {
  readonly #window: () => BrowserWindow | null;
  #blocker: number | null = null;

  /** @param window the one whose taskbar button shows it. */
  constructor(window: () => BrowserWindow | null) {
    this.#window = window;
  }

  /** @param fraction 0 to 1, or null when nothing trains. */
  show(fraction: number | null): void {
    this.#window()?.setProgressBar(fraction === null ? -1 : Math.min(1, Math.max(0, fraction)));
    this.keepAwake(fraction !== null);
  }

  keepAwake(awake: boolean): void {
    if (awake && this.#blocker === null) this.#blocker = powerSaveBlocker.start('prevent-app-suspension');
    if (awake || this.#blocker === null) return;
    powerSaveBlocker.stop(this.#blocker);
    this.#blocker = null;
  }
}
