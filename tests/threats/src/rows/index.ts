/** All rows, in the order of their ids. */
import type { Row } from '../row.ts';
import { channelRows } from './channels.ts';
import { conversationRows } from './conversations.ts';
import { credentialRows } from './credentials.ts';
import { guardRows } from './guards.ts';
import { verdictRows } from './verdicts.ts';

export const beforeSignIn: readonly Row[] = [...credentialRows, ...verdictRows, ...guardRows];
export const signedIn: readonly Row[] = [...conversationRows, ...channelRows];
export const rows: readonly Row[] = [...beforeSignIn, ...signedIn];
