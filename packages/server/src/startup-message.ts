/** The message for a terminal at startup: the address, and what to try next. */
import type { Listening } from '@sallyport/listen';
import type { AuthenticationOptions } from './authentication-options.ts';
import { DEMO_CHANNELS } from './channels/demo.ts';
import { demoUser } from './demo-user.ts';
import { isTcp } from './host.ts';
import { version } from './version.ts';

/** What the app does itself. */
interface AppParts {
  readonly authenticate?: unknown;
  readonly application?: unknown;
}

/** Neither `authentication` nor an authenticator of the app: the demo user is on. */
export function startupMessage(
  name: string,
  { url, host }: Pick<Listening, 'url' | 'host'>,
  authentication?: AuthenticationOptions,
  app: AppParts = {},
  hasDemoChannels = false,
): string {
  return `${name} ${version} listens on ${url}

${isTcp(host) ? `  Try it in a browser:          ${url.replace(/^ws/, 'http')}\n` : ''}  Or in another terminal:       ${clientCommand()} connect ${url}
${app.authenticate ? '' : `  Sign in with:                 ${credentials(authentication)}\n`}${app.application ? '' : '  Then send any text:           the server echoes it\n'}${hasDemoChannels ? `  Talk in a channel:            any name in ${DEMO_CHANNELS}, with sallyport connect --json\n` : ''}  Stop the server:              Ctrl-C

`;
}

/** A script of the workspace has the client in the workspace, not on the PATH. */
function clientCommand(): string {
  const isWorkspaceScript = process.env['npm_lifecycle_event']?.startsWith('start') ?? false;
  return isWorkspaceScript ? 'npx -y pnpm@10.34.9 sallyport' : 'sallyport';
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
