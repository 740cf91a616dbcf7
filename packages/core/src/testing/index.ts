/** For tests of applications, authenticators and adapters, without a network and without waiting. */
export { type Recorded, RecordingConnection } from './recording-connection.ts';
export { SimulatedClock } from './simulated-clock.ts';
