/** The page: puts the session, the conversation, the chart and the frames together. Everything begins here. */
import { clientMachine, type Transition } from '@sallyport/client';
import { drawChart } from './chart/draw.ts';
import { Composer } from './composer.ts';
import { Visit } from './connection.ts';
import { Countdown } from './countdown.ts';
import { byId } from './elements.ts';
import { FramesPanel } from './frames/panel.ts';
import { Recorder } from './frames/recorder.ts';
import { SignInForm } from './sign-in-form.ts';
import { StatusLine } from './status-line.ts';
import { Transcript } from './transcript.ts';
import { GIVEN_UP, UNREACHED, whyWords } from './words.ts';

const recorder = new Recorder();
const transcript = new Transcript();
const chart = drawChart(clientMachine);
const lastFact = byId('last-fact', HTMLElement);
byId('chart', HTMLElement).append(chart.svg);
new FramesPanel(recorder);

let isToldOfPostponement = false;

const visit: Visit = new Visit(recorder, {
  changed: (transition) => show(transition),
  state: ({ state, reason, retryInMs }) => {
    const isPostponed = state === 'postponed';
    if (state === 'waiting' || isPostponed) countdown.start(retryInMs ?? 0, !isPostponed);
    else countdown.stop();
    const isUnreached = reason === 'connectionLost' && !visit.wasConnected;
    const words = reason && (isUnreached ? UNREACHED : whyWords[reason]);
    // Said once, however often the server postpones it.
    if (isPostponed && !isToldOfPostponement) transcript.note('trouble', whyWords.credentialsPostponed);
    isToldOfPostponement = reason === 'credentialsPostponed';
    if (state === 'ready')
      transcript.note('note', visit.session.user ? `Signed in as ${visit.session.user}.` : 'Signed in.');
    else if (words && (state === 'waiting' || state === 'signedOut' || state === 'closed'))
      transcript.note(
        reason === 'clientLeft' ? 'note' : 'trouble',
        reason === 'clientLeft' && !visit.wasReady ? GIVEN_UP : words,
      );
  },
  refused: (attemptsLeft) => form.refuse(attemptsLeft),
  received: (message) => transcript.add('server', message),
});

const countdown = new Countdown(
  () => visit.retry(),
  () => composer.focus(),
);
const status = new StatusLine();
const form = new SignInForm(
  (given) => visit.signIn(given),
  (protocol) => visit.choose(protocol),
);
const composer = new Composer(
  (text) => {
    visit.send(text);
    transcript.add('you', text);
  },
  () => visit.signOut(),
);

function show(transition?: Transition): void {
  const { session } = visit;
  status.show(visit);
  chart.light(session.path, transition && { fact: transition.fact, from: transition.from });
  lastFact.textContent = transition ? `${transition.fact} → ${transition.to}` : session.path;
  const wantsCredentials = !visit.isHeld && session.state !== 'closing';
  form.show(wantsCredentials);
  composer.show(
    !wantsCredentials && (visit.wasReady || session.state === 'ready'),
    session.state === 'ready',
  );
  composer.showExit(wantsCredentials ? undefined : visit.wasReady ? 'Sign out' : 'Cancel');
}

byId('host', HTMLElement).textContent = location.host;
show();
form.focus();
