/** The units of systemd: systemd itself reads them, and the server accepts their configuration. */
import { spawnSync } from 'node:child_process';
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, expect, it } from 'vitest';
import { check, isVariable, VALID } from './configured.ts';
import { pathOf, read } from './files.ts';

const unit = read('deploy/systemd/sallyport.service');
const socketDropIn = read('deploy/systemd/sallyport.service.d/socket.conf');
const folder = mkdtempSync(join(tmpdir(), 'sallyport-units-'));
afterAll(() => rmSync(folder, { recursive: true }));

const hasSystemd = spawnSync('systemd-analyze', ['--version'], { stdio: 'ignore' }).status === 0;
if (!hasSystemd) console.warn('SKIPPED: systemd-analyze on the units. There is no systemd-analyze');

/** The values of a key, in all its lines. */
function valuesOf(text: string, key: string): string[] {
  return [...text.matchAll(new RegExp(`^${key}=(.*)$`, 'gm'))].map(([, value = '']) => value);
}

function analyze(...args: string[]): { status: number | null; output: string } {
  const { status, stdout, stderr } = spawnSync('systemd-analyze', args, { encoding: 'utf8' });
  return { status, output: `${stdout}${stderr}` };
}

/** Copies the units, with a program that exists on this machine. */
function install(): string {
  cpSync(pathOf('deploy/systemd'), folder, { recursive: true });
  writeFileSync(
    join(folder, 'sallyport.service'),
    unit.replace(/^ExecStart=\S+/m, `ExecStart=${process.execPath}`),
  );
  return folder;
}

it.skipIf(!hasSystemd)('systemd finds nothing wrong in the service and in the socket', () => {
  const units = ['sallyport.service', 'sallyport.socket'].map((name) => join(install(), name));
  const { status, output } = analyze('verify', '--man=no', '--recursive-errors=no', ...units);
  expect({ status, ours: output.split('\n').filter((line) => line.includes('sallyport')) }).toEqual({
    status: 0,
    ours: [],
  });
  writeFileSync(join(folder, 'sallyport.service'), unit.replace('Type=exec', 'Typ=exec'));
  expect(analyze('verify', '--man=no', ...units).output).toMatch(/Unknown key.*'Typ'/);
});

it.skipIf(!hasSystemd)('systemd rates the exposure of the service below 2 of 10', () => {
  const { status, output } = analyze(
    'security',
    '--offline=true',
    '--threshold=20',
    join(install(), 'sallyport.service'),
  );
  expect([status, output.split('\n').find((line) => line.includes('Overall exposure'))]).toEqual([
    0,
    expect.anything(),
  ]);
});

it('the service reloads by SIGHUP, has time to drain, and does not restart with a wrong configuration', () => {
  expect(valuesOf(unit, 'ExecReload')).toEqual(['/bin/kill -HUP $MAINPID']);
  expect(Number(valuesOf(unit, 'TimeoutStopSec')[0])).toBeGreaterThan(10);
  expect(valuesOf(unit, 'RestartPreventExitStatus')).toEqual(['2']);
  // V8 writes machine code at run time.
  expect(valuesOf(unit, 'MemoryDenyWriteExecute')).toEqual([]);
});

it('the variables of the units are those of the server, and the server accepts the configuration beside them', () => {
  const options = read('docs/operations/options.md');
  const names = [unit, socketDropIn]
    .flatMap((text) => valuesOf(text, 'Environment'))
    .flatMap((line) => line.split(' '))
    .map((one) => one.slice(0, one.indexOf('=')));
  for (const name of names.filter((one) => one !== 'NODE_ENV'))
    expect([name, isVariable(name, options)]).toEqual([name, true]);
  expect(check(read('deploy/systemd/sallyport.json'))).toBe(VALID);
  expect(check(read('deploy/systemd/sallyport.json'), { SALLYPORT_HOST: 'fd:3' })).toBe(VALID);
});
