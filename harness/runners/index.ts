export type {
  ClusterAccess,
  PactFolders,
  PostgresAccess,
  StageContext,
  StageService,
} from './context.ts';
export { runStage, type StageRequest } from './run-stage.ts';
