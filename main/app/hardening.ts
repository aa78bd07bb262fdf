import { type App, type Session, shell, type WebContents } from 'electron';
import { isOwnPage } from './protocol.ts';

/** What every page of the program is shown with: sandboxed, isolated, without Node. */
export const hardenedPage = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webSecurity: true,
  webviewTag: false,
  spellcheck: false,
} as const;

/** Sites that may be opened in the person's browser: sources that explanations name. */
const allowedSites: readonly string[] = [
  'arxiv.org',
  'doi.org',
  'github.com',
  'keras.io',
  'pytorch.org',
  'onnx.ai',
  'www.tensorflow.org',
  'en.wikipedia.org',
  'zh.wikipedia.org',
];

/** Opens an address in the person's browser, if it is one of the few that are allowed. Resolves to whether it was. */
export async function openOutside(address: string): Promise<boolean> {
  if (!isAllowedOutside(address)) return false;
  await shell.openExternal(new URL(address).href);
  return true;
}

export function isAllowedOutside(address: string): boolean {
  if (!URL.canParse(address)) return false;
  const { protocol, hostname, username, password, port } = new URL(address);
  if (protocol !== 'https:' || username !== '' || password !== '' || port !== '') return false;
  return allowedSites.some((site) => hostname === site || hostname.endsWith(`.${site}`));
}

/** No permission is given to any page: the program needs none. */
export function denyPermissions(session: Session): void {
  session.setPermissionRequestHandler((_contents, _permission, answer) => answer(false));
  session.setPermissionCheckHandler(() => false);
  session.setDevicePermissionHandler(() => false);
}

/** Whatever page comes to be: it stays where it is, opens no other, and embeds none. */
export function guardContents(app: App): void {
  app.on('web-contents-created', (_event, contents) => guard(contents));
}

function guard(contents: WebContents): void {
  const stay = (event: { preventDefault(): void }, address: string): void => {
    if (!isOwnPage(address)) event.preventDefault();
  };
  contents.on('will-navigate', (event) => stay(event, event.url));
  contents.on('will-frame-navigate', (event) => stay(event, event.url));
  contents.on('will-redirect', (event) => stay(event, event.url));
  contents.on('will-attach-webview', (event) => event.preventDefault());
  contents.setWindowOpenHandler(({ url }) => {
    openOutside(url).catch(() => undefined);
    return { action: 'deny' };
  });
}
