/** The simulation: clients, servers, channels, broker and network in one process under one seed. */
export { FAULTS, type FaultKind } from './actions.ts';
export { EVENTS, type Happened, type RunPlan, type RunResult, run } from './run.ts';
export { shrink } from './shrink.ts';
export {
  expectedCounters,
  type Failure,
  neverReached,
  type Simulation,
  type SimulationResult,
  simulate,
} from './simulate.ts';
