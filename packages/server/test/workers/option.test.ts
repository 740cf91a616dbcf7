/** `--workers`: its values, and what it excludes. Both binaries refuse the same. */
import { availableParallelism } from 'node:os';
import { describe, expect, it } from 'vitest';
import { runInProcess } from '../in-process.ts';
import { optionsOf } from '../parsed-options.ts';

describe.each(['sallyport-ws', 'sallyport-uws'])('--workers of %s', (name) => {
  it.each(['0', '-1', 'x', '1e9', '1.5', '257', ''])(
    "'%s' is refused, and the error says what is allowed",
    async (value) => {
      const { code, stderr } = await runInProcess(name, [`--workers=${value}`]);
      expect(code).toBe(2);
      expect(stderr).toBe(
        `${name}: option '--workers <number>' argument '${value}' is invalid. It must be a whole number from 1 to 256, or auto.\n`,
      );
    },
  );

  it('excludes a recording', async () => {
    const { code, stderr } = await runInProcess(name, ['--workers', '2', '--record', 'file']);
    expect(code).toBe(2);
    expect(stderr).toContain('--record and --workers exclude each other');
  });

  it('excludes a live view with payloads', async () => {
    const args = ['--workers', '2', '--admin-port', '0', '--inspect-payloads'];
    const { code, stderr } = await runInProcess(name, args);
    expect(code).toBe(2);
    expect(stderr).toContain('--inspect-payloads and --workers exclude each other');
  });

  it('is in --print-config and in --help', async () => {
    const { stdout } = await runInProcess(name, ['--workers', '3', '--print-config']);
    expect(stdout).toMatch(/^workers +3 +--workers$/m);
    expect((await runInProcess(name, ['--help'])).stdout).toContain('--workers <number>');
  });

  it('comes from the environment', async () => {
    const { stderr } = await runInProcess(name, [], { SALLYPORT_WORKERS: 'many' });
    expect(stderr).toContain("value 'many' from env 'SALLYPORT_WORKERS' is invalid");
  });
});

it('auto is the number of cores', () => {
  expect(optionsOf('--workers', 'auto').workers).toEqual({
    name: '--workers',
    value: availableParallelism(),
  });
  expect(optionsOf('--workers', '2').workers).toEqual({ name: '--workers', value: 2 });
  expect(optionsOf().workers).toBeUndefined();
});

it('sallyport-uws refuses workers on a Unix socket, and sallyport-ws takes them', async () => {
  const args = ['--workers', '2', '--host', 'unix:/tmp/no/such/folder', '--port', '0', '--check'];
  const { code, stderr } = await runInProcess('sallyport-uws', args);
  expect(code).toBe(2);
  expect(stderr).toContain(
    'can share a port, but not unix:/tmp/no/such/folder; give --host an address, or use sallyport-ws',
  );
  expect((await runInProcess('sallyport-ws', args)).code).toBe(0);
});
