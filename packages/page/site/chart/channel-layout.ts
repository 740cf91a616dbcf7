/** The layout of the channel's chart, as a plan. Edges with the same target join. Proven by: test/chart.test.ts. */
import type { Layout } from './layout.ts';
import { layOutBy, type Plan } from './planned-layout.ts';
import type { Structure } from './structure.ts';

const places: Plan['places'] = {
  unsubscribed: [172, 20, 160, 36],
  joining: [40, 110, 424, 92],
  'joining.asking': [52, 146, 120, 34],
  'joining.waiting': [192, 146, 120, 34],
  'joining.leaving': [332, 146, 120, 34],
  live: [64, 290, 148, 36],
  lost: [272, 290, 140, 36],
  unsubscribing: [172, 388, 160, 36],
};

const ways: Plan['ways'] = {
  unsubscribed: {
    joining: '304,56 304,110',
    live: '172,48 27,48 27,317 64,317',
    unsubscribing: '332,38 471,38 471,406 332,406',
  },
  joining: {
    unsubscribed: '282,110 282,56',
    'joining.asking': '40,163 52,163',
  },
  'joining.asking': {
    'joining.waiting': '172,155 192,155',
    'joining.leaving': '150,146 150,134 380,134 380,146',
    unsubscribed: '112,146 112,84 206,84 206,56',
    live: '104,180 104,257 130,257 130,290',
    lost: '120,180 120,269 342,269 342,290',
    unsubscribing: '136,180 136,280 232,280 232,388',
  },
  'joining.waiting': {
    'joining.asking': '192,171 172,171',
    'joining.leaving': '312,155 332,155',
    unsubscribed: '244,146 244,56',
    live: '206,180 206,257 130,257 130,290',
    lost: '224,180 224,269 342,269 342,290',
  },
  'joining.leaving': {
    'joining.waiting': '332,171 312,171',
    'joining.asking': '372,180 372,191 154,191 154,180',
    unsubscribing: '436,180 436,406 332,406',
  },
  live: {
    live: '92,326 92,340 116,340 116,326',
    lost: '212,301 272,301',
    'joining.asking': '80,290 80,180',
    'joining.waiting': '176,290 176,231 274,231 274,180',
    'joining.leaving': '194,290 194,244 394,244 394,180',
    unsubscribed: '64,300 14,300 14,38 172,38',
    unsubscribing: '190,326 190,388',
  },
  lost: {
    lost: '368,326 368,340 392,340 392,326',
    live: '272,315 212,315',
    'joining.asking': '288,290 288,218 80,218 80,180',
    'joining.waiting': '304,290 304,231 274,231 274,180',
    'joining.leaving': '394,290 394,180',
    unsubscribed: '286,326 286,356 14,356 14,38 172,38',
    unsubscribing: '312,326 312,388',
  },
  unsubscribing: {
    'joining.asking': '252,388 252,218 80,218 80,180',
    unsubscribed: '172,406 14,406 14,38 172,38',
  },
};

export function layOutChannel(structure: Structure): Layout {
  return layOutBy({ width: 478, height: 440, places, ways }, structure);
}
