/** Operations: the health, the metrics and the administration of sessions, as a fetch handler, and the file of a recording. */
export { type AdminOptions, adminHandler } from './admin-handler.ts';
export type { AdminPart, PartAnswer, PartRequest } from './admin-part.ts';
export type { Readiness, ReadyCheck } from './health.ts';
export { type JoinedAdminOptions, joinedAdminHandler } from './joined-admin-handler.ts';
export { type JoinedMetrics, joinMetrics, type MetricValues, type WatchedWorkers } from './joined-metrics.ts';
export { type AdminAddress, type AdminListening, listenAdmin } from './listen-admin.ts';
export type { EndedSession } from './live/ends.ts';
export type { OpenedSession } from './live/opened.ts';
export type { LiveStep } from './live/steps.ts';
export {
  createLiveView,
  type LiveOverview,
  type LiveView,
  type LiveViewFile,
  type LiveViewOptions,
} from './live/view.ts';
export { createMetrics, type Metrics, type MetricsOptions, type WatchedBroker } from './metrics.ts';
export { openRecordingFile, type RecordingFileOptions, type RecordingFileWriter } from './recording-file.ts';
export type { AdminHandler } from './routed-handler.ts';
export type { SessionEntry, SessionPage } from './session-list.ts';
