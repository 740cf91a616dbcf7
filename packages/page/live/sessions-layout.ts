/** The layout of the chart of all sessions, as a plan. Edges with the same target join. Proven by: test/chart.test.ts. */
import type { Layout } from '../site/chart/layout.ts';
import { layOutBy, type Plan } from '../site/chart/planned-layout.ts';
import type { Structure } from '../site/chart/structure.ts';

const places: Plan['places'] = {
  authenticating: [40, 16, 398, 100],
  'authenticating.awaitingCredentials': [56, 52, 168, 52],
  'authenticating.verifying': [262, 52, 160, 52],
  established: [40, 176, 398, 106],
  'established.steady': [52, 212, 114, 52],
  'established.refreshing': [184, 212, 112, 52],
  'established.draining': [314, 212, 112, 52],
  closing: [140, 336, 150, 52],
  closed: [140, 436, 150, 52],
};

const ways: Plan['ways'] = {
  authenticating: {
    closing: '40,66 18,66 18,362 140,362',
    closed: '438,40 462,40 462,462 290,462',
  },
  'authenticating.awaitingCredentials': { 'authenticating.verifying': '224,70 262,70' },
  'authenticating.verifying': {
    'authenticating.awaitingCredentials': '262,86 224,86',
    established: '342,104 342,176',
  },
  established: {
    closing: '215,282 215,336',
    closed: '438,200 462,200 462,462 290,462',
  },
  'established.steady': {
    'established.refreshing': '166,230 184,230',
    'established.draining': '108,264 108,274 370,274 370,264',
  },
  'established.refreshing': {
    'established.steady': '184,246 166,246',
    'established.draining': '296,238 314,238',
  },
  closing: { closed: '215,388 215,436' },
};

export function layOutSessions(structure: Structure): Layout {
  return layOutBy({ width: 478, height: 504, places, ways }, structure);
}
