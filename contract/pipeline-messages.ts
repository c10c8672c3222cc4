/** What can be said to a running pipeline; each is an Update of the workflow. */
export type PipelineMessage =
  /** Nothing new starts until `resume`; what runs goes on. */
  | { readonly kind: 'pause' }
  | { readonly kind: 'resume' }
  /** Stops the items of a step that run, and starts no more of them. */
  | { readonly kind: 'cancelStep'; readonly step: string }
  /** Runs what failed of a step again, and what was skipped because of it. */
  | { readonly kind: 'retryStep'; readonly step: string }
  /** A step that waits is not run; one that failed counts as skipped from now on. */
  | { readonly kind: 'skipStep'; readonly step: string; readonly reason?: string }
  /** Answers an approval. */
  | {
      readonly kind: 'approve';
      readonly step: string;
      /** Which item of an approval with `forEach`. @default all that wait */
      readonly item?: number;
      readonly approve: boolean;
      readonly by?: string;
      readonly comment?: string;
    };
