/** The entry point of the page: connects the session, the conversation, the channels, the charts and the frames. */
import { clientMachine, type Transition } from '@sallyport/client';
import { ChannelsPanel } from './channels/panel.ts';
import { drawChart } from './chart/draw.ts';
import { layOut } from './chart/layout.ts';
import { structureOf } from './chart/structure.ts';
import { Composer } from './composer.ts';
import { PageConnection } from './connection.ts';
import { Countdown } from './countdown.ts';
import { byId } from './elements.ts';
import { FramesPanel } from './frames/panel.ts';
import { Recorder } from './frames/recorder.ts';
import { SignInForm } from './sign-in-form.ts';
import { StatusLine } from './status-line.ts';
import { CANCELLED, reasonTexts, UNREACHABLE } from './texts.ts';
import { Transcript } from './transcript.ts';

const recorder = new Recorder();
const transcript = new Transcript();
const chart = drawChart('session', layOut(structureOf(clientMachine)));
const lastFact = byId('last-fact', HTMLElement);
byId('chart', HTMLElement).append(chart.svg);
new FramesPanel(recorder);
const channelsPanel = new ChannelsPanel();

let hasReportedPostponement = false;

const connection: PageConnection = new PageConnection(recorder, {
  changed: (transition) => show(transition),
  state: ({ state, reason, retryInMs }) => {
    const isPostponed = state === 'postponed';
    if (state === 'waiting' || isPostponed) countdown.start(retryInMs ?? 0, !isPostponed);
    else countdown.stop();
    const isUnreached = reason === 'connectionLost' && !connection.wasConnected;
    const words = reason && (isUnreached ? UNREACHABLE : reasonTexts[reason]);
    // One line, however often the server postpones.
    if (isPostponed && !hasReportedPostponement) transcript.note('trouble', reasonTexts.credentialsPostponed);
    hasReportedPostponement = reason === 'credentialsPostponed';
    if (state === 'ready')
      transcript.note(
        'note',
        connection.session.user ? `Signed in as ${connection.session.user}.` : 'Signed in.',
      );
    else if (words && (state === 'waiting' || state === 'signedOut' || state === 'closed'))
      transcript.note(
        reason === 'clientLeft' ? 'note' : 'trouble',
        reason === 'clientLeft' && !connection.wasReady ? CANCELLED : words,
      );
  },
  refused: (attemptsLeft) => form.refuse(attemptsLeft),
  received: (message) => transcript.add('server', message),
  messageFailed: ({ code, message }) =>
    transcript.note('trouble', `The server refused a message: ${message} (${code})`),
});

const countdown = new Countdown(
  () => connection.retry(),
  () => composer.focus(),
);
const status = new StatusLine();
const form = new SignInForm(
  (given) => connection.signIn(given),
  (protocol) => connection.choose(protocol),
);
const composer = new Composer(
  (text) => {
    connection.send(text);
    transcript.add('you', text);
  },
  () => connection.signOut(),
);

function show(transition?: Transition): void {
  const { session } = connection;
  status.show(connection);
  chart.highlight(session.path, transition && { fact: transition.fact, from: transition.from });
  channelsPanel.show(connection);
  lastFact.textContent = transition ? `${transition.fact} → ${transition.to}` : session.path;
  const wantsCredentials = !connection.hasCredentials && session.state !== 'closing';
  form.show(wantsCredentials);
  composer.show(
    !wantsCredentials && (connection.wasReady || session.state === 'ready'),
    session.state === 'ready',
  );
  composer.showExit(wantsCredentials ? undefined : connection.wasReady ? 'Sign out' : 'Cancel');
}

byId('host', HTMLElement).textContent = location.host;
show();
form.focus();
