/**
 * The options of who may enter: which file has the users, and what tokens are verified with.
 *
 * Only their form is checked here; whether files are there and good is found when they are opened (`entry.ts`). Each may
 * come by flag or by variable, so each knows how it was given. Proven by: test/entry-options.test.ts.
 */
import type { Command } from 'commander';
import { addOption, addSwitch, givenOf, type SourcedOption, someText } from './option-source.ts';
import { Refusal } from './refusal.ts';

export interface AuthenticationOptions {
  readonly users?: SourcedOption<string>;
  readonly tokenSecretFile?: SourcedOption<string>;
  readonly tokenPublicKey?: SourcedOption<string>;
  readonly tokenJwksUrl?: SourcedOption<string>;
  readonly tokenIssuer?: SourcedOption<string>;
  readonly tokenAudience?: SourcedOption<readonly string[]>;
  readonly tokenAlgorithms?: SourcedOption<readonly string[]>;
}

type Name = keyof AuthenticationOptions;

/** What tokens may be verified with: one of these. */
const keyNames = ['tokenSecretFile', 'tokenPublicKey', 'tokenJwksUrl'] as const;
const names: readonly Name[] = ['users', ...keyNames, 'tokenIssuer', 'tokenAudience', 'tokenAlgorithms'];

export function addAuthenticationOptions(command: Command): Command {
  const add = (flags: string, description: string, parse: (text: string) => unknown) =>
    addOption(command, flags, description, parse);
  command.optionsGroup('Who may enter:');
  add(
    '--users <file>',
    'let in the users of this file, name:hash a line, as htpasswd -B writes it',
    someText,
  );
  add('--token-secret-file <file>', 'let in tokens (JWT) signed with the secret in this file', someText);
  add(
    '--token-public-key <file>',
    'let in tokens whose signature fits the public key in this file (PEM)',
    someText,
  );
  add('--token-jwks-url <url>', 'let in tokens signed with a key that is published here', someText);
  add('--token-issuer <name>', 'only tokens that this one has issued (iss)', someText);
  add('--token-audience <names>', 'only tokens meant for one of these (aud); separated by commas', someTexts);
  add('--token-algorithms <names>', 'only tokens signed by one of these, such as RS256,ES256', someTexts);
  addSwitch(
    command,
    '--newest-sign-in-wins',
    'end the session that a user has when the same user signs in again',
  );
  return command;
}

/** Nothing if nobody has said who may enter. Throws a `Refusal` for what does not go together. */
export function authenticationOptions(command: Command): AuthenticationOptions | undefined {
  const authentication = Object.fromEntries(
    names.map((name) => [name, givenOf(command, name)] as const).filter(([, given]) => given !== undefined),
  ) as AuthenticationOptions;
  const [key, secondKey] = keyNames.flatMap((name) => authentication[name] ?? []);
  if (key && secondKey)
    throw new Refusal(
      `${key.by} and ${secondKey.by} exclude each other: tokens are verified with one kind of key`,
    );
  const limit = authentication.tokenIssuer ?? authentication.tokenAudience ?? authentication.tokenAlgorithms;
  if (limit && !key)
    throw new Refusal(
      `${limit.by} needs something to verify tokens with: --token-secret-file, --token-public-key or --token-jwks-url`,
    );
  return authentication.users || key ? authentication : undefined;
}

function someTexts(text: string): readonly string[] {
  return text.split(',').map((one) => someText(one).trim());
}
