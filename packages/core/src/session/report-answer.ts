/** Reports an answer about a sign-in, a refresh or a request to the counters, the observers, and the server. */
import type { Answer } from '@sallyport/protocol';
import { facts } from '../machine/facts.ts';
import type { OwnedSession, SessionEnvironment } from './environment.ts';

export function reportAnswer(answer: Answer, session: OwnedSession, environment: SessionEnvironment): void {
  const { counters } = environment;
  switch (answer.type) {
    case 'refused':
      counters.refused += 1;
      session.observe('refused', answer.attemptsLeft);
      break;
    case 'postponed':
      counters.postponed += 1;
      session.observe('postponed', answer.retryInMs);
      break;
    case 'error':
      reportRefreshError(answer, session, environment);
      break;
    case 'response':
    case 'channelResult':
      counters.requestsServed += 1;
      break;
    case 'requestFailed':
      counters.requestsFailed += 1;
      break;
    case 'accepted': {
      counters.authenticated += 1;
      // First: an observer may look for the sessions of the user.
      const older = environment.signedIn(session, answer.identity);
      session.observe('authenticated');
      for (const one of older) one.take(facts.sessionReplaced);
      break;
    }
    case 'refreshed':
      session.observe('refreshed');
      break;
  }
}

/** A second refresh during the first (`refreshPending`) checks no credentials, so it is not reported. */
function reportRefreshError(
  answer: Extract<Answer, { readonly type: 'error' }>,
  session: OwnedSession,
  { counters }: SessionEnvironment,
): void {
  if (answer.error === 'refreshPostponed') {
    counters.postponed += 1;
    session.observe('postponed', answer.retryInMs);
  } else if (answer.error !== 'refreshPending') session.observe('refreshFailed', answer.error);
}
