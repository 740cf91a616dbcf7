/**
 * The schema of the file of `--channels`. `channels.schema.json` of this package is its JSON Schema, for editors.
 *
 * Proven by: test/channels/schema.test.ts, test/channels/file.test.ts.
 */
import {
  array,
  check,
  int,
  literal,
  maximum,
  minimum,
  optional,
  record,
  strictObject,
  string,
  union,
  type ZodMiniType,
} from 'zod/mini';
import { patternProblem } from './pattern.ts';

const MOST = 999_999_999;

const number = () => int().check(minimum(0), maximum(MOST));
const users = () =>
  union([literal('*'), array(string().check(refined((user) => user.trim() !== '' && user !== '*')))]);

/** The fields of a namespace, with what they do. */
const fields = {
  historySize: {
    schema: number(),
    description: 'publications that a channel keeps; 0 keeps none, so nothing is recovered (default 100)',
  },
  historyMs: {
    schema: number(),
    description: 'how long a channel keeps a publication, in milliseconds; 0 keeps none (default 300000)',
  },
  subscribe: { schema: users(), description: 'who gets what is published from now on' },
  recover: {
    schema: users(),
    description: 'who gets what was published before: after a lost connection, and the last publications',
  },
  publish: { schema: users(), description: 'who may publish' },
  presence: { schema: users(), description: 'who may see which users are there' },
} as const;

type Field = keyof typeof fields;

/** The names of the fields of a namespace. */
export const fieldNames = Object.keys(fields) as readonly Field[];

const WHOLE_NUMBER = `It must be a whole number from 0 to ${MOST}.`;
const USERS = 'It must be "*" for every signed-in user, or a list of users, such as ["ada"].';

/** What is allowed for a field, as a sentence. */
export function allowedFor(field: string): string {
  return field.startsWith('history') ? WHOLE_NUMBER : USERS;
}

const namespace = strictObject(
  Object.fromEntries(Object.entries(fields).map(([name, { schema }]) => [name, optional(schema)])) as {
    [Name in Field]: ReturnType<typeof optional<(typeof fields)[Name]['schema']>>;
  },
);

const pattern = string().check(
  check<string>((context) => {
    const message = patternProblem(context.value);
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: context.value });
  }),
);

const namespaces = record(pattern, namespace);

/** What a file of channels has. */
export const channelsSchema = strictObject({ $schema: optional(string()), namespaces });

/** What the parts of the schema mean, for editors. */
export const descriptions: ReadonlyMap<ZodMiniType, string> = new Map<ZodMiniType, string>([
  ...Object.values(fields).map(({ schema, description }) => [schema, description] as const),
  [
    namespaces,
    'the rules by the pattern of channels: a name, or a beginning and *; {user} stands for the user of the session',
  ],
  [
    namespace,
    'who may do what: "*" for every signed-in user, or a list of users; an absent action is denied',
  ],
]);

function refined(isRight: (text: string) => boolean) {
  return check<string>((context) => {
    if (!isRight(context.value)) context.issues.push({ code: 'custom', message: '', input: context.value });
  });
}
