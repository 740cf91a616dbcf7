/** Sessions without sockets that are recorded, and paths of the model as recordings. */
import { accept, compiledEngine, createSessions, type Fact, refuse, type Session } from '@sallyport/core';
import { RecordingConnection, SimulatedClock } from '@sallyport/core/testing';
import { byteLength, jsonProtocol, textProtocol } from '@sallyport/protocol';
import { createRecorder, type RecorderOptions, readRecording } from '@sallyport/recording';

export function harness(options: Partial<RecorderOptions> = {}) {
  const clock = new SimulatedClock();
  const lines: string[] = [];
  const recorder = createRecorder({ clock, write: (line) => lines.push(line), ...options });
  const sessions = createSessions({
    authenticate: (credentials) => {
      if (credentials.type === 'token') return accept('ada', { expiresInMs: 60_000 });
      return credentials.type === 'password' && credentials.password !== 'wrong'
        ? accept(credentials.username)
        : refuse();
    },
    application: (message) => message as string,
    requests: () => 'served',
    clock,
    protocols: [textProtocol, jsonProtocol],
    observe: recorder.observer,
  });
  recorder.watch(sessions);

  function connect(protocol = jsonProtocol) {
    const connection = new RecordingConnection();
    connection.answersClose = true;
    connection.answersPings = true;
    const receiver = sessions.open(connection, { address: '192.0.2.1' }, protocol);
    connection.opened(receiver);
    const send = (data: string | Uint8Array) => receiver.receive(data, byteLength(data));
    return { connection, send, say: (message: object) => send(JSON.stringify(message)) };
  }
  return {
    clock,
    lines,
    recorder,
    sessions,
    connect,
    signIn(username: string, password = 'right') {
      const client = connect();
      client.say({ type: 'authenticate', username, password });
      return client;
    },
    get text() {
      return lines.join('');
    },
    read: () => readRecording([{ name: 'recording', text: lines.join('') }]),
  };
}

/** Records what the machine does on this path. */
export function recordedPath(facts: readonly Fact[], attempts: number): string {
  const lines: string[] = [];
  const clock = new SimulatedClock();
  const { observer, watch } = bound(createRecorder({ clock, write: (line) => lines.push(line) }));
  watch({ limits: { attempts } as never });
  const session = {
    id: 1,
    state: 'authenticating.awaitingCredentials',
    protocol: 'json',
    peer: { address: '192.0.2.1' },
  } as Session;
  observer.opened?.(session);
  const commands: Parameters<typeof compiledEngine.start>[1] = [];
  const tell = () => {
    for (const command of commands.splice(0)) observer.command?.(session, command);
  };
  let snapshot = compiledEngine.start({ attempts }, commands);
  tell();
  for (const fact of facts) {
    if (snapshot.status === 'done') break;
    clock.advance(10);
    observer.fact?.(session, fact);
    const before = nameOf(snapshot.value);
    snapshot = compiledEngine.step(snapshot, fact, commands);
    const after = nameOf(snapshot.value);
    if (before !== after) observer.transition?.(session, before as never, after as never);
    tell();
  }
  if (snapshot.status === 'done')
    observer.closed?.(session, { reason: 'clientLeft', code: 1000, openMs: clock.now() });
  return lines.join('');
}

const nameOf = (value: string | object): string =>
  typeof value === 'string' ? value : (Object.entries(value)[0] as [string, string]).join('.');

function bound(recorder: ReturnType<typeof createRecorder>) {
  return { observer: recorder.observer, watch: recorder.watch.bind(recorder) };
}
