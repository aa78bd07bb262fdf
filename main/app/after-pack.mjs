import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { FuseV1Options, FuseVersion, flipFuses } from '@electron/fuses';

/** What the packaged program cannot do, whatever it is started with. */
export const fuses = {
  version: FuseVersion.V1,
  [FuseV1Options.RunAsNode]: false,
  [FuseV1Options.EnableCookieEncryption]: true,
  [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
  [FuseV1Options.EnableNodeCliInspectArguments]: false,
  [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
  [FuseV1Options.OnlyLoadAppFromAsar]: true,
  [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
};

/** Called by electron-builder when the files of a program are together, before they are signed. */
export async function afterPack({ appOutDir, electronPlatformName, packager }) {
  const name = packager.appInfo.productFilename;
  const program = {
    darwin: join(appOutDir, `${name}.app`),
    win32: join(appOutDir, `${name}.exe`),
    linux: join(appOutDir, packager.executableName ?? name),
  }[electronPlatformName];
  if (program === undefined || !existsSync(program)) throw new Error(`There is no program in ${appOutDir}`);
  const mac = electronPlatformName === 'darwin';
  await flipFuses(program, { ...fuses, resetAdHocDarwinSignature: mac });
}
