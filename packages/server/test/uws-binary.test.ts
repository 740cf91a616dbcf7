import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterEach, beforeEach, describe, expect, it, vi } from 'vitest';
import { StartupError } from '../src/startup-error.ts';
import { loadNative, type Runtime } from '../src/uws-binary.ts';
import { binaries } from './binary.ts';

const withoutNative = binaries.some(({ name, unusable }) => name === 'sallyport-uws' && unusable);

const node24: Runtime = { node: 'v24.1.0', platform: 'linux', arch: 'x64', abi: '137' };

let modules = '';
beforeEach(() => {
  modules = mkdtempSync(join(tmpdir(), 'sallyport-'));
  vi.stubEnv('UWS_USE_FALLBACK', undefined);
  vi.stubEnv('npm_config_user_agent', undefined);
});
afterEach(() => {
  vi.unstubAllEnvs();
  rmSync(modules, { recursive: true });
});

function install(name: string, text: string): void {
  const file = join(modules, 'uWebSockets.js', name);
  mkdirSync(join(file, '..'), { recursive: true });
  writeFileSync(file, text);
}

function errorFor(runtime: Runtime, folders?: readonly string[]): string {
  try {
    loadNative(runtime, folders);
  } catch (error) {
    if (error instanceof StartupError) return error.message;
    throw error;
  }
  throw new Error('was loaded');
}

describe('without a native binary', () => {
  it.each<[string, Runtime]>([
    ['the ABI', { ...node24, abi: '999' }],
    ['the platform', { ...node24, platform: 'sunos' }],
    ['the architecture', { ...node24, arch: 'riscv64' }],
  ])('for %s, names the runtime and the install command', (_, runtime) => {
    const { node, platform, arch, abi } = runtime;
    // Searches the folder of the package that is installed here.
    const line = errorFor(runtime);
    expect(line).toContain(`no native binary for Node ${node} (ABI ${abi}) on ${platform}-${arch}`);
    expect(line).toContain('npm install uNetworking/uWebSockets.js#v20.52.0');
    expect(line).not.toContain('\n');
  });

  it.each([
    ['v20.20.2', 'v20.52.0'],
    ['v22.21.0', 'v20.52.0'],
    ['v25.2.0', 'v20.53.0'],
    ['v26.0.0', 'v20.67.0'],
  ])('for Node %s, names the upstream build %s', (node, build) => {
    expect(errorFor({ ...node24, node }, [modules])).toContain(`uNetworking/uWebSockets.js#${build}`);
  });

  it('names pnpm if pnpm runs it', () => {
    vi.stubEnv('npm_config_user_agent', 'pnpm/10.34.9 npm/? node/v24.1.0 linux x64');
    expect(errorFor(node24, [modules])).toContain(
      'pnpm add --ignore-workspace-root-check uNetworking/uWebSockets.js#v20.52.0',
    );
  });
});

it('S17: names the cause if the binary does not load', () => {
  install('uws_linux_x64_137.node', 'not a shared object');
  expect(errorFor(node24, [modules])).toMatch(
    /uws_linux_x64_137\.node.*: install upstream's with `npm install /,
  );
});

it('S17: refuses the JavaScript fallback, even if it is requested', () => {
  vi.stubEnv('UWS_USE_FALLBACK', '1');
  expect(errorFor(node24)).toMatch(/^UWS_USE_FALLBACK .*unset it$/);
});

it('does not load a package without a binary', () => {
  install('package.json', '{ "main": "main.js" }');
  install('main.js', 'throw new Error("was loaded")');
  expect(errorFor(node24, [modules])).toContain('not installed');
});

it.skipIf(withoutNative)('skips a package without a binary and loads one that has it', () => {
  install('package.json', '{}');
  const require = createRequire(import.meta.url);
  const library = loadNative(undefined, [modules, ...(require.resolve.paths('uWebSockets.js') ?? [])]);
  expect(library).toHaveProperty('SSLApp');
});
