import { existsSync, readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { FuseV1Options } from '@electron/fuses';
import { expect, it } from 'vitest';
import { fuses } from '../../main/app/after-pack.mjs';

const root = fileURLToPath(new URL('../../', import.meta.url));
const { build, main } = JSON.parse(readFileSync(`${root}package.json`, 'utf8'));

it('packages for the three systems, in the forms people expect there', () => {
  const targets = (system: { target: { target: string; arch: string[] }[] }) =>
    system.target.map(({ target, arch }) => [target, arch]);
  expect(targets(build.win)).toEqual([['nsis', ['x64']]]);
  expect(targets(build.mac)).toEqual([['dmg', ['arm64', 'x64']]]);
  expect(targets(build.linux)).toEqual([
    ['AppImage', ['x64']],
    ['deb', ['x64']],
  ]);
});

it('takes what the program needs, native programs outside the archive', () => {
  expect(main).toBe('out/main/app.mjs');
  for (const needed of [
    'out/**',
    'build/native/**',
    'engine/backends/portable/*.wasm',
    'resources/**',
    'package.json',
  ]) {
    expect(build.files).toContain(needed);
  }
  const unpacked = build.asarUnpack.join(' ');
  for (const native of ['build/native', '@duckdb', 'onnxruntime-node', 'webgpu'])
    expect(unpacked).toContain(native);
  expect(build.fileAssociations).toMatchObject([{ ext: 'gruproj', isPackage: true }]);
  expect(existsSync(`${root}${build.icon}`)).toBe(true);
  expect(existsSync(`${root}${build.afterPack}`)).toBe(true);
});

it('sets the fuses: no plain Node, no debugger, nothing but its own archive', () => {
  expect(fuses).toMatchObject({
    [FuseV1Options.RunAsNode]: false,
    [FuseV1Options.EnableCookieEncryption]: true,
    [FuseV1Options.EnableNodeOptionsEnvironmentVariable]: false,
    [FuseV1Options.EnableNodeCliInspectArguments]: false,
    [FuseV1Options.EnableEmbeddedAsarIntegrityValidation]: true,
    [FuseV1Options.OnlyLoadAppFromAsar]: true,
    [FuseV1Options.GrantFileProtocolExtraPrivileges]: false,
  });
});
