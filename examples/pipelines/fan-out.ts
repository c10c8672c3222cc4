// One step for each region, two at once, and a person's word before they are published.
import { definePipeline } from 'temporal-ncloud-dataflow/pipeline';

export const fanOut = definePipeline({
  pipeline: 'regions',
  parameters: { regions: { type: 'list', default: ['KR', 'JP', 'US'] } },
  steps: {
    clean: {
      job: 'sales-clean',
      forEach: '${{ params.regions }}',
      maxParallel: 2,
      parameters: { region: '${{ item }}' },
    },
    approve: {
      needs: ['clean'],
      approval: { timeout: '12h', message: 'publish ${{ steps.clean.succeeded }} regions?' },
    },
    publish: { needs: ['approve'], job: 'sales-publish' },
  },
});
