/**
 * The logs by which the nodes of a cluster tell each other about users. They are channels of the broker with names that no client and no app
 * can use: those begin with a space. Any broker carries them as it carries other channels.
 */
import type { Namespace } from '../namespaces.ts';

/** The users whose sessions have to end. */
export const REVOCATIONS = ' revocations';
/** The sign-ins of users of whom only the newest session stays. */
export const SIGN_INS = ' sign-ins';
/** Messages to all sessions of a user. */
export const MESSAGES = ' messages';

/** The name of a log of the control. */
export type ControlLog = typeof REVOCATIONS | typeof SIGN_INS | typeof MESSAGES;

/** Entries that a log keeps: a node that was cut off for longer has to doubt its sessions. */
export const KEPT_ENTRIES = 10_000;
const DAY_MS = 86_400_000;

const durable: Namespace = {
  historySize: KEPT_ENTRIES,
  historyMs: DAY_MS,
  presence: false,
  publish: false,
};

/** What each log keeps. Messages to users only bridge an interruption. */
export const controlNamespaces: Readonly<Record<ControlLog, Namespace>> = {
  [REVOCATIONS]: durable,
  [SIGN_INS]: durable,
  [MESSAGES]: { ...durable, historySize: 1_000, historyMs: 60_000 },
};

/** Whether a channel is one of the control, and not one of the app. */
export function isControlLog(channel: string): channel is ControlLog {
  return Object.hasOwn(controlNamespaces, channel);
}

/** Reads an entry of a log. Undefined for what is not a JSON object: another version of the server may have written it. */
export function entryOf(json: string): Partial<Record<string, unknown>> | undefined {
  try {
    const value: unknown = JSON.parse(json);
    return typeof value === 'object' && value !== null ? value : undefined;
  } catch {
    return undefined;
  }
}
