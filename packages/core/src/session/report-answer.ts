/** Reports an answer about a sign-in, a refresh or a request to the counters, the observers, and the server. */
import type { Answer } from '@sallyport/protocol';
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
      if (answer.error !== 'refreshPostponed') break;
      counters.postponed += 1;
      session.observe('postponed', answer.retryInMs);
      break;
    case 'response':
      counters.requestsServed += 1;
      break;
    case 'requestFailed':
      counters.requestsFailed += 1;
      break;
    case 'accepted':
      counters.authenticated += 1;
      session.observe('authenticated');
      environment.signedIn(session, answer.identity);
      break;
    case 'refreshed':
      session.observe('refreshed');
      break;
  }
}
