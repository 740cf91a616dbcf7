/** What a person at a terminal is told at the start: where it listens, and what to try next. */
import type { Listening } from '@sallyport/listen';
import type { AuthenticationOptions } from './authentication-options.ts';
import { demoUser } from './demo-user.ts';
import { version } from './version.ts';

/** `entry` if somebody has said who may enter. */
export function startupMessage(
  name: string,
  { url }: Listening,
  authentication?: AuthenticationOptions,
): string {
  return `${name} ${version} listens on ${url}

  Try it in a browser:          ${url.replace(/^ws/, 'http')}
  Or in another terminal:       ${client()} connect ${url}
  Sign in as, or by sending:    ${credentials(authentication)}
  Then send anything:           it comes back
  Stop it here:                 Ctrl-C

`;
}

/** Whoever runs it as a script of the workspace has its client there, and not on the path. */
function client(): string {
  const isOfWorkspace = process.env['npm_lifecycle_event']?.startsWith('start') ?? false;
  return isOfWorkspace ? 'npx -y pnpm@10.34.9 sallyport' : 'sallyport';
}

function credentials(authentication: AuthenticationOptions | undefined): string {
  if (!authentication) return `${demoUser.username}:${demoUser.password}`;
  const hasTokens =
    authentication.tokenSecretFile ?? authentication.tokenPublicKey ?? authentication.tokenJwksUrl;
  return [
    ...(authentication.users ? ['username:password'] : []),
    ...(hasTokens ? ['Bearer TOKEN'] : []),
  ].join(' or ');
}
