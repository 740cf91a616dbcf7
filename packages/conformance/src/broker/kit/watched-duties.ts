/** The duties of a broker that every story checks, named as in docs/writing-a-broker.md. */
export const watchedDuties = {
  throws: 'never throws and never rejects',
  outcomes: 'answers with the outcomes of the port',
  reads: 'reads publications of one history, without a hole',
  content: 'gives a position one content, for every node',
  followed: 'reports only channels that the node follows',
  inside: 'calls the receiver from inside no method',
  interrupted: 'reports nothing between interrupted and resumed',
  turns: 'reports resumed first, then interrupted and resumed in turn',
  closed: 'reports nothing after close',
} as const;
