/**
 * One setting: a key of the configuration, and how a flag, a variable and a file give it. `keys.ts` has all of them.
 *
 * The key is a name in the file. Flag and variable follow from it: `maxConnections` is `--max-connections` and
 * `SALLYPORT_MAX_CONNECTIONS`. Proven by: test/configuration/schema.test.ts.
 */
import {
  _default,
  array,
  boolean,
  check,
  type input,
  int,
  literal,
  maximum,
  minimum,
  enum as oneOf,
  string,
  union,
  type ZodMiniType,
} from 'zod/mini';

/** How a text of a flag or variable becomes a value. A list is separated by commas, and its flag may be repeated. */
type Form = 'text' | 'number' | 'list' | 'switch';

/** Where the value of a setting is a path. A relative one in a file starts at the folder of that file. */
type PathForm = 'file' | undefined;

export interface Setting {
  readonly schema: ZodMiniType;
  readonly form: Form;
  /** What stands for the value in `--help`, such as `number`. Absent for a switch. */
  readonly unit?: string;
  readonly description: string;
  /** The default, for people. Absent: the description says it, or there is none. */
  readonly defaultText?: string;
  /** The default, for the server. Absent: undefined. */
  readonly defaultValue?: unknown;
  /** What is allowed, as a sentence. */
  readonly allowed: string;
  readonly path?: PathForm;
  /** Whether a change in the file takes effect at SIGHUP. Default: the server needs a restart. */
  readonly isReloaded?: boolean;
}

type Details = Pick<Setting, 'description' | 'defaultText' | 'defaultValue' | 'isReloaded'> & {
  readonly unit: string;
};

const NOT_EMPTY = 'It must not be empty.';

/** A text that is not blank. `rule` returns what is wrong with it, or undefined. */
export function text(
  details: Details,
  allowed = NOT_EMPTY,
  rule: (text: string) => string | undefined = () => undefined,
): Setting {
  return { ...details, schema: checked(allowed, rule), form: 'text', allowed };
}

/** The path of a file. */
export function file(details: Details): Setting {
  return { ...text(details), path: 'file' };
}

/** Texts that are not blank. */
export function list(
  details: Details,
  allowed = NOT_EMPTY,
  rule: (text: string) => string | undefined = () => undefined,
): Setting {
  return { ...details, schema: array(checked(allowed, rule)), form: 'list', allowed };
}

/** One of these words. */
export function choice(details: Details, words: readonly string[]): Setting {
  const allowed = `Allowed choices are ${words.join(', ')}.`;
  return { ...details, schema: oneOf(words), form: 'text', allowed };
}

/** A whole number in this range. */
export function wholeNumber(details: Details, least: number, most: number, example = ''): Setting {
  const allowed = `It must be a whole number from ${least} to ${most}${example}.`;
  return { ...details, schema: int().check(minimum(least), maximum(most)), form: 'number', allowed };
}

/** A whole number in this range, or a word. */
export function wholeNumberOr(word: string, details: Details, least: number, most: number): Setting {
  const number = wholeNumber(details, least, most);
  const allowed = `It must be a whole number from ${least} to ${most}, or ${word}.`;
  return { ...number, schema: union([number.schema, literal(word)]), allowed };
}

/** On or off. */
export function onOff(description: string): Setting {
  return {
    schema: _default(boolean(), false),
    form: 'switch',
    description,
    defaultValue: false,
    allowed: 'It must be true or false.',
  };
}

function checked(allowed: string, rule: (text: string) => string | undefined) {
  return string().check(
    check<input<ReturnType<typeof string>>>((context) => {
      const message = context.value.trim() === '' ? allowed : rule(context.value);
      if (message !== undefined)
        context.issues.push({ code: 'custom', message, input: context.value, continue: true });
    }),
  );
}
