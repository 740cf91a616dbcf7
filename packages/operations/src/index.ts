/** Operations: the health, the metrics and the administration of sessions, as a fetch handler, and the file of a recording. */
export { type AdminHandler, type AdminOptions, adminHandler } from './admin-handler.ts';
export type { Readiness, ReadyCheck } from './health.ts';
export { type AdminAddress, type AdminListening, listenAdmin } from './listen-admin.ts';
export { createMetrics, type Metrics, type MetricsOptions, type WatchedBroker } from './metrics.ts';
export { openRecordingFile, type RecordingFileOptions, type RecordingFileWriter } from './recording-file.ts';
