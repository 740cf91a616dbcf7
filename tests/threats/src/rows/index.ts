/** All rows, in the order of their ids. */
import type { Row } from '../row.ts';
import { channelRows } from './channels.ts';
import { conversationRows } from './conversations.ts';
import { credentialRows } from './credentials.ts';
import { guardRows } from './guards.ts';
import { operationRows } from './operation.ts';
import { redisRows } from './redis.ts';
import { severalServersRows } from './several-servers.ts';
import { verdictRows } from './verdicts.ts';

export const beforeSignIn: readonly Row[] = [...credentialRows, ...verdictRows, ...guardRows];
export const signedIn: readonly Row[] = [...conversationRows, ...channelRows];
/** Several servers over one broker. */
export const throughBroker: readonly Row[] = [...redisRows, ...severalServersRows];
/** The server itself, as its operator sees it. */
export const inService: readonly Row[] = operationRows;
export const rows: readonly Row[] = [...beforeSignIn, ...signedIn, ...throughBroker, ...inService];
