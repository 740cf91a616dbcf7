/** For tests of applications, authenticators and adapters, without a network and without waiting. */
export { isLate, verifiedAttempts } from './late-verdicts.ts';
export { modelPaths, pathName, stepsOf } from './model.ts';
export { modelReport } from './model-report.ts';
export type { Path, Step } from './path.ts';
export { type Recorded, RecordingConnection } from './recording-connection.ts';
export { type Act, type Outcome, type PathOptions, runPath } from './run-path.ts';
export { sampleFacts } from './sample-facts.ts';
export { SimulatedClock } from './simulated-clock.ts';
