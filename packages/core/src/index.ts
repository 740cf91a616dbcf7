/**
 * The session: one state machine without a socket, a timer or a clock, and the ports around it.
 *
 * In reading order: `machine/facts.ts` and `machine/commands.ts` (input and output), `machine/machine.ts` (every transition),
 * `session/session.ts` and `session/run-command.ts` (one session), `sessions.ts` and `live-sessions.ts` (all sessions of a server).
 */

export { checkKnownOptions, RequestError, UsageError } from '@sallyport/protocol';
export type { Admission } from './admission/admission.ts';
export type { Pairs } from './admission/pairs.ts';
export type { CredentialSources } from './admission/request-credentials.ts';
export type {
  ContextFunction,
  RequestOptions,
  RequestReader,
  RequestReading,
} from './admission/request-reader.ts';
export type { RawRequest, RequestView } from './admission/request-view.ts';
export { sourceOf } from './admission/source.ts';
export { UpgradeHeaders, type UpgradeRequest } from './admission/upgrade-request.ts';
export type { LimitChanges, Limits } from './limits.ts';
export { createSessions } from './live-sessions.ts';
export type { Command } from './machine/commands.ts';
export { compiledEngine, type Engine, type Snapshot, xstateEngine } from './machine/engine.ts';
export type { Fact, Timer } from './machine/facts.ts';
export { inspectedEngine } from './machine/inspected-engine.ts';
export { type SessionInput, type SessionTag, type StateName, sessionMachine } from './machine/machine.ts';
export type { SessionsOptions } from './options.ts';
export { type Application, echo, type Reply, type Session } from './ports/application.ts';
export {
  type Authenticator,
  accept,
  overload,
  postpone,
  refuse,
  type Verdict,
  type VerificationContext,
} from './ports/authenticator.ts';
export type { ChannelRequest, ChannelService, Subscriber } from './ports/channels.ts';
export type { Clock } from './ports/clock.ts';
export type { Connection, NewPeer, Peer, PeerAddress, Receiver, SendResult } from './ports/connection.ts';
export type {
  ControlledSession,
  ControlledSessions,
  RevocationOutcome,
  SessionControl,
} from './ports/control.ts';
export type { Counters, Ending, Fault, FaultSource, Observer, SessionWatcher } from './ports/observer.ts';
export type { IncomingRequest, RequestHandler } from './ports/requests.ts';
export { subscriberOf } from './session/handle.ts';
export type { Sessions } from './sessions.ts';
