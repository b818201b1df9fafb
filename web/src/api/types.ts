import type { components } from './schema';

type Schemas = components['schemas'];

export type Problem = Schemas['Problem'];
export type ApiProblem = Schemas['ApiProblem'];
export type TemplateSummary = Schemas['TemplateSummary'];
export type TemplateRow = Schemas['TemplateRow'];
/** What is drawn of a template. */
export type DrawnTemplate = Pick<TemplateRow, 'name' | 'description' | 'category' | 'nodes_json' | 'edges_json' | 'default_params_json'>;
export type TemplateRequest = Schemas['TemplateRequest'];
export type StartRequest = Schemas['StartRequest'];
export type ImpactRequest = Schemas['ImpactRequest'];
export type ImpactReport = Schemas['ImpactReport'];
export type ContinueReport = Schemas['ContinueReport'];
/** What a start asks for besides the template and its params. */
export type TrialRequest = Omit<StartRequest, 'template_id' | 'params'>;
export type ForkRequest = Schemas['ForkRequest'];
export type ExecutionRow = Schemas['ExecutionRow'];
export type ListedExecution = Schemas['ListedExecution'];
export type ExecutionDetails = Schemas['ExecutionDetails'];
export type Job = Schemas['JobDetails'];
export type NodeSummary = Schemas['NodeSummary'];
export type ExecutionDocument = Schemas['ExecutionDocument'];
export type ExecutionEvent = Schemas['EventRow'];
export type Checkpoint = Schemas['CheckpointRow'];
export type Task = Schemas['TaskView'];
export type LinkedTask = Schemas['LinkedTask'];
export type AnswerRequest = Schemas['AnswerRequest'];
export type Metrics = Schemas['MetricsRow'];

export type ExecutionStatus = 'pending' | 'running' | 'paused' | 'completed' | 'failed' | 'cancelled';
export type JobStatus = 'pending' | 'running' | 'waiting' | 'completed' | 'failed' | 'skipped' | 'cancelled';

export const executionStatuses: readonly ExecutionStatus[] = ['pending', 'running', 'paused', 'completed', 'failed', 'cancelled'];

export function isEnded(status: string): boolean {
  return status === 'completed' || status === 'failed' || status === 'cancelled';
}
