import { type App, BrowserWindow, type MessagePortMain } from 'electron';
import { hardenedPage } from './hardening.ts';
import { pageOrigin } from './protocol.ts';

/** On Linux Chromium has WebGPU, but only for those who ask. To be called before the program is ready. */
export function offerWebGpu(app: App): void {
  if (process.platform !== 'linux') return;
  app.commandLine.appendSwitch('enable-unsafe-webgpu');
  app.commandLine.appendSwitch('enable-features', 'Vulkan');
}

/** Channel on which the preload script takes a port for the page. */
const offerChannel = 'gpu:offer';

/**
 * The hidden page that computes on Chromium's WebGPU: opened when it is first needed, and again when it died. A run whose
 * page dies finds its port closed, and asks for another.
 */
export class GpuPage {
  readonly #preload: string;
  #window: BrowserWindow | null = null;
  #loaded: Promise<void> = Promise.resolve();

  /** @param preload the bundle of the preload script. */
  constructor(preload: string) {
    this.#preload = preload;
  }

  /** Hands the page one end of a channel. Rejects when the page cannot be shown. */
  async give(port: MessagePortMain): Promise<void> {
    const window = this.#window ?? this.#open();
    await this.#loaded;
    window.webContents.postMessage(offerChannel, null, [port]);
  }

  close(): void {
    const window = this.#window;
    this.#window = null;
    if (window !== null && !window.isDestroyed()) window.destroy();
  }

  #open(): BrowserWindow {
    const window = new BrowserWindow({
      show: false,
      webPreferences: {
        ...hardenedPage,
        preload: this.#preload,
        // A page that nobody sees must compute as fast as one that is seen.
        backgroundThrottling: false,
      },
    });
    this.#window = window;
    window.webContents.on('render-process-gone', () => {
      if (this.#window === window) this.close();
    });
    window.on('closed', () => {
      if (this.#window === window) this.#window = null;
    });
    this.#loaded = window.loadURL(`${pageOrigin}/gpu-host/index.html`).catch((error: unknown) => {
      if (this.#window === window) this.close();
      throw error;
    });
    return window;
  }
}
