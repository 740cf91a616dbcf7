/** The sessions of a stage's server, with the options of the story. */
import {
  type Application,
  type Authenticator,
  accept,
  type ChannelService,
  type Clock,
  createSessions,
  type Fault,
  type Limits,
  type Observer,
  type RequestHandler,
  type RequestOptions,
  type Sessions,
} from '@sallyport/core';
import type { Protocol } from '@sallyport/protocol';
import { kitProtocol } from './protocol.ts';
import { type StageLog, stageObserver } from './stage-observer.ts';

export interface ServerSetup {
  readonly authenticate?: Authenticator;
  readonly application?: Application;
  readonly requests?: RequestHandler;
  readonly channels?: ChannelService;
  readonly limits?: Partial<Limits>;
  readonly observe?: Observer;
  readonly clock?: Clock;
  /** Default: that of the kit. */
  readonly protocols?: readonly Protocol[];
  /** Default: a fault that is not of the story's own authenticator or application fails the story. */
  readonly onFault?: (fault: Fault) => void;
  /** What the adapter reads of upgrade requests. Default: nothing. */
  readonly reading?: RequestOptions;
  /** Called between `admit` and `open`, or just before `open` on a transport without requests. */
  readonly admitted?: (sessions: Sessions) => void;
}

/** Sessions on the stage's clock and journal. They accept all credentials, unless the story has an authenticator. */
export function sessionsOf(
  { admitted: _admitted, reading: _reading, observe, ...options }: ServerSetup,
  stage: StageLog & { readonly clock: Clock; readonly faults: unknown[] },
): Sessions {
  return createSessions({
    authenticate: () => accept('admin'),
    clock: stage.clock,
    protocols: [kitProtocol],
    // Faults of the story's own authenticator and application are intended.
    onFault: ({ source, error }) => {
      if (source !== 'authenticator' && source !== 'application')
        stage.faults.push(`${source}: ${String(error)}`);
    },
    ...options,
    observe: stageObserver(stage, observe),
  });
}
