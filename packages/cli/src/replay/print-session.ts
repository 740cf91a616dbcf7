/** Replays one session and prints its steps, up to the first that differs. Proven by: test/replay.test.ts. */
import type { Engine } from '@sallyport/core';
import { type RecordedSession, type Recording, replaySession } from '@sallyport/recording';
import { endLine, headLines, stepLines } from './columns.ts';

/** Returns whether the machine did what was recorded. */
export function printSession(
  recording: Recording,
  session: RecordedSession,
  engine: Engine,
  isJson: boolean,
  print: (line: string) => void,
): boolean {
  const startMs = session.steps[0]?.t ?? 0;
  if (!isJson) for (const line of headLines(session)) print(line);
  for (const { recorded, state, commands, differences } of replaySession(recording, session, engine)) {
    const isSame = differences.length === 0;
    if (isJson) {
      const { t, fact } = recorded;
      const shown = { session: session.id, t, fact, state: recorded.state, commands: recorded.commands };
      print(JSON.stringify(isSame ? shown : { ...shown, machine: { state, commands }, differences }));
    } else {
      for (const line of stepLines(recorded, recorded.state, startMs)) print(line);
      for (const difference of differences) print(`DIFFERENCE  ${difference}`);
    }
    if (!isSame) return false;
  }
  if (!isJson) {
    print(endLine(session));
    print('');
  }
  return true;
}
