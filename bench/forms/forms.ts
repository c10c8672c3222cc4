/** The forms that are compared; the first is ours. */
export const FORMS = ['ours', 'start-then-sleep-loop', 'one-heartbeating-activity'] as const;
export type Form = (typeof FORMS)[number];
/** The same of whole pipelines. */
export const PIPELINE_FORMS = ['pipeline', 'naive-child-workflows'] as const;
export type PipelineForm = (typeof PIPELINE_FORMS)[number];
export type AnyForm = Form | PipelineForm;
export const OURS: readonly AnyForm[] = ['ours', 'pipeline'];
export const PEERS = FORMS.filter((form) => form !== 'ours');
