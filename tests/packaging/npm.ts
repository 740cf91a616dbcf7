/** npm as a reader runs it: with the user's own configuration, and silent unless it fails. */
import { execFileSync } from 'node:child_process';

export function npm(args: readonly string[], cwd: string): void {
  execFileSync('npm', [...args, '--no-audit', '--no-fund', '--loglevel=error'], { cwd, stdio: 'pipe' });
}

/** The environment without the variables of Vitest and pnpm, and without colours. */
export function plainEnvironment(): NodeJS.ProcessEnv {
  const ours =
    /^(NODE_ENV|NODE_OPTIONS|NODE_PATH|FORCE_COLOR|TEST|VITEST.*|npm_(?!config_).*|npm_config_user_agent)$/;
  const theirs = Object.entries(process.env).filter(([name]) => !ours.test(name));
  return { ...Object.fromEntries(theirs), NO_COLOR: '1' };
}
