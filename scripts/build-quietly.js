// Builds what has changed. It prints nothing unless the build takes long or fails: `pnpm start` should show the server.
import { spawnSync } from 'node:child_process';

const { status, stdout, stderr, error } = spawnSync('turbo run build --output-logs=errors-only', {
  shell: true,
  encoding: 'utf8',
  env: { ...process.env, TURBO_TELEMETRY_DISABLED: '1' },
});

if (status !== 0) {
  process.stderr.write(`${stdout}${stderr}${error ?? ''}`);
  process.exitCode = 1;
}
