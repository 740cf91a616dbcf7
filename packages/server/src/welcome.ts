/** What a person at a terminal is told at the start: where it listens, and what to try next. */
import { demoUser } from './demo-user.ts';
import type { Listening } from './transport.ts';
import { version } from './version.ts';

export function welcome(name: string, { url }: Listening): string {
  return `${name} ${version} listens on ${url}

  Try it, in another terminal:  npx -y wscat -c ${url}
  Sign in by sending:           ${demoUser.username}:${demoUser.password}
  Then send anything:           it comes back
  Stop it here:                 Ctrl-C

`;
}
