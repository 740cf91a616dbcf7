/** Records sessions without their secrets, replays recordings through the session machine, and writes tests of them. */
export type { RecordingHeader, Redacted } from './format.ts';
export { machineRevision } from './machine-revision.ts';
export {
  type RecordedSession,
  type RecordedStep,
  type Recording,
  type RecordingFile,
  readRecording,
} from './read-recording.ts';
export { createRecorder, type Recorder, type RecorderCounters, type RecorderOptions } from './recorder.ts';
export { RecordingError } from './recording-error.ts';
export { redactCommand, redactFact } from './redact.ts';
export { type ReplayedStep, replaySession } from './replay.ts';
export { restoreFact } from './restore.ts';
export { writeStory } from './write-story.ts';
