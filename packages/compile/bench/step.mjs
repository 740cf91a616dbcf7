/**
 * Measures one step: a targetless transition with an emit and without a guard, as a session takes for every message.
 * Compares an XState actor, `transition()`, the table and a `switch` written by hand. They take turns in every round, so that
 * all of them meet the same load of the machine. `pnpm --filter @sallyport/compile bench`
 */
import { compile } from '@sallyport/compile';
import { createActor, emit, initialTransition, setup, transition } from 'xstate';

const rounds = 9;
const event = { type: 'message.received', message: 'hello' };

const machine = setup({
  actions: { deliver: emit(({ event }) => ({ type: 'deliver', message: event.message })) },
}).createMachine({
  id: 'session',
  initial: 'established',
  states: {
    established: {
      on: { 'connection.closed': 'closed' },
      initial: 'steady',
      states: {
        steady: { on: { 'message.received': { actions: 'deliver' }, 'refresh.requested': 'refreshing' } },
        refreshing: { on: { 'message.received': { actions: 'deliver' }, 'credentials.accepted': 'steady' } },
      },
    },
    closed: { type: 'final' },
  },
});

let delivered = 0;
const actor = createActor(machine).start();
actor.on('deliver', () => {
  delivered += 1;
});

const [reference] = initialTransition(machine);
const table = compile(machine);
const emitted = [];
const snapshot = table.start(undefined, emitted);

/** The same transitions as a developer would write them. */
function byHand(state, { type, message }, out) {
  switch (state) {
    case 'steady':
    case 'refreshing':
      switch (type) {
        case 'message.received':
          out.push({ type: 'deliver', message });
          return state;
        case 'connection.closed':
          return 'closed';
        case 'refresh.requested':
          return 'refreshing';
        case 'credentials.accepted':
          return 'steady';
      }
  }
  return state;
}

const engines = {
  'XState actor': { steps: 50_000, run: () => actor.send(event) },
  'transition()': {
    steps: 5_000,
    run() {
      delivered += transition(machine, reference, event)[1].length;
    },
  },
  'compiled table': {
    steps: 1_000_000,
    run() {
      table.step(snapshot, event, emitted);
      delivered += 1;
      emitted.pop();
    },
  },
  'switch by hand': {
    steps: 1_000_000,
    run() {
      byHand('steady', event, emitted);
      delivered += 1;
      emitted.pop();
    },
  },
};

function nanoseconds({ steps, run }) {
  const start = process.hrtime.bigint();
  for (let step = 0; step < steps; step += 1) run();
  return Number(process.hrtime.bigint() - start) / steps;
}

const median = (numbers) => numbers.toSorted((a, b) => a - b)[Math.floor(numbers.length / 2)];

for (const engine of Object.values(engines)) nanoseconds(engine);
const measured = Object.fromEntries(Object.keys(engines).map((name) => [name, []]));
for (let round = 0; round < rounds; round += 1) {
  for (const [name, engine] of Object.entries(engines)) measured[name].push(nanoseconds(engine));
}

if (delivered === 0) throw new Error('Nothing was delivered');
console.log(
  `Node ${process.version}, medians of ${rounds} rounds; ratios are medians of each round's ratio\n`,
);
for (const [name, times] of Object.entries(measured)) {
  const ratios = times.map((time, round) => time / measured['compiled table'][round]);
  const spread = `${Math.min(...ratios).toPrecision(3)} to ${Math.max(...ratios).toPrecision(3)}`;
  const time = `${median(times).toFixed(0)} ns`.padStart(9);
  console.log(`${name.padEnd(16)} ${time}   ${median(ratios).toPrecision(3)} × the table (${spread})`);
}
