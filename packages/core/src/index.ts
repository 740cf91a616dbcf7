/**
 * The session: one state machine without a socket, a timer or a clock, and the ports around it.
 *
 * In reading order: `facts.ts` and `commands.ts` (what goes in and out), `machine.ts` (every transition), `session.ts`
 * (what carries for it), `sessions.ts` (all of them).
 */
export type { Admission, UpgradeRequest } from './admission.ts';
export { type Application, echo, type Reply, type Session } from './application.ts';
export {
  type Authenticator,
  accept,
  overload,
  postpone,
  refuse,
  type Verdict,
  type VerificationContext,
} from './authenticator.ts';
export type { Clock } from './clock.ts';
export type { Command } from './commands.ts';
export type { Connection, Peer, Receiver, SendResult } from './connection.ts';
export { compiledEngine, type Engine, type Snapshot, xstateEngine } from './engine.ts';
export type { Fact } from './facts.ts';
export { inspectedEngine } from './inspected-engine.ts';
export type { Limits } from './limits.ts';
export { type SessionInput, type SessionTag, type StateName, sessionMachine } from './machine.ts';
export type { Counters, Ending, Fault, FaultSource, Observer } from './observer.ts';
export type { SessionsOptions } from './options.ts';
export { createSessions, type Sessions } from './sessions.ts';
export { sourceOf } from './source.ts';
export type { Timer } from './timers.ts';
export { UsageError } from './usage-error.ts';
