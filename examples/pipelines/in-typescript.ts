// A pipeline in TypeScript: a step in `needs` that is not there does not compile.
import { definePipeline } from 'temporal-ncloud-dataflow/pipeline';

export const weekly = definePipeline({
  pipeline: 'weekly-sales',
  parameters: { week: { type: 'string' } },
  onFailure: 'continue',
  steps: {
    extract: { job: 'sales-extract', parameters: { week: '${{ params.week }}' } },
    publish: { needs: ['extract'], job: 'sales-publish' },
    alarm: {
      needs: ['publish'],
      runIf: 'anyFailed',
      activity: 'tellTeam',
      with: 'no sales this week',
    },
  },
});
