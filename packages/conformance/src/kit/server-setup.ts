/** What is behind a stage's server: real sessions, with what the story says of them. */
import {
  type Application,
  type Authenticator,
  accept,
  type Clock,
  createSessions,
  type Limits,
  type Observer,
  type Sessions,
} from '@sallyport/core';
import { kitProtocol } from './protocol.ts';
import { type StageLog, stageObserver } from './stage-observer.ts';

export interface ServerSetup {
  readonly authenticate?: Authenticator;
  readonly application?: Application;
  readonly limits?: Partial<Limits>;
  readonly observe?: Observer;
  readonly clock?: Clock;
  /** Called when a request is let in, before there is a session; where the transport has no such moment, just before that. */
  readonly admitted?: (sessions: Sessions) => void;
}

/** Lets everybody in, unless the story says otherwise; on the stage's clock, and written down there. */
export function sessionsOf(
  { admitted: _, observe, ...options }: ServerSetup,
  stage: StageLog & { readonly clock: Clock; readonly faults: unknown[] },
): Sessions {
  return createSessions({
    authenticate: () => accept('admin'),
    clock: stage.clock,
    protocols: [kitProtocol],
    // What the story's own authenticator and application do is no fault of the adapter's.
    onFault: ({ source, error }) => {
      if (source !== 'authenticator' && source !== 'application')
        stage.faults.push(`${source}: ${String(error)}`);
    },
    ...options,
    observe: stageObserver(stage, observe),
  });
}
