/** What a start loads: less code, a faster start. */
import { expect, it } from 'vitest';
import { binaries, Running } from './binary.ts';

const LIST_MODULES = `
  import { createRequire } from 'node:module';
  import { pathToFileURL } from 'node:url';
  const require = createRequire(process.argv[1]);
  // Shows that the list has what is imported.
  await import(pathToFileURL(require.resolve('ws')));
  const { cache } = require;
  process.on('SIGUSR2', () => process.stderr.write(Object.keys(cache).join('\\n') + '\\nend'));
`;

it.each(binaries.map((binary) => [binary.name, binary] as const))(
  '%s loads the formatter of readable log lines only for a terminal, and its dependencies from the bundle',
  async (_name, binary) => {
    if (binary.unusable) return;
    const server = new Running(binary, ['--port', '0'], {
      NODE_OPTIONS: `--import=data:text/javascript,${encodeURIComponent(LIST_MODULES)}`,
    });
    await server.listening();
    server.process.kill('SIGUSR2');
    for await (const _ of server.process.stderr ?? []) if (server.stderr.endsWith('end')) break;
    expect(server.stderr).toMatch(/\/node_modules\/ws\/lib\//);
    expect(server.stderr).not.toMatch(/\/(pino|pino-pretty|commander)\//);
    await server.stop();
  },
);
