/** The observer of a stage. It records what the sessions do, for the journal and for the waits of stories. */
import type { Ending, Observer, Session } from '@sallyport/core';
import { formatValue, type Journal } from './journal.ts';

export interface StageLog {
  readonly journal: Journal;
  readonly opened: Session[];
  readonly endings: Ending[];
}

/** Records all that a session does, and calls the observer of the story too. */
export function stageObserver(into: StageLog, observe: Observer = {}): Observer {
  const { journal, opened, endings } = into;
  return {
    ...observe,
    opened(session) {
      opened.push(session);
      observe.opened?.(session);
    },
    fact(session, fact) {
      journal.write('fact', formatValue(fact).replace('type ', ''));
      observe.fact?.(session, fact);
    },
    command(session, command) {
      journal.write('command', formatValue(command).replace('type ', ''));
      observe.command?.(session, command);
    },
    closed(session, ending) {
      endings.push(ending);
      observe.closed?.(session, ending);
    },
  };
}
