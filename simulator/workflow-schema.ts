import { z } from 'zod';
import { jobCondition, uniqueBy } from './job-schema.js';
import type { JobScript } from './job-script.js';
import { triggerRule, typeProblem } from './trigger-rule-schema.js';
import type { TriggerScript, WorkflowScript } from './workflow-script.js';
import { nodesProblem } from './workflow-state.js';

const trigger: z.ZodType<TriggerScript> = z
  .strictObject({
    triggerId: z.string().min(1),
    name: z.string().exactOptional(),
    type: z.enum(['SCHEDULED', 'EVENT', 'NONE']).exactOptional(),
    triggerRule: triggerRule.exactOptional(),
  })
  .superRefine(({ type, triggerRule: rule = { type: 'NONE' } }, context) => {
    const message = type && typeProblem(type, rule);
    if (message !== undefined) {
      context.issues.push({ code: 'custom', message, path: ['type'], input: type });
    }
  });

const node = z.strictObject({
  id: z.string().min(1),
  name: z.string().exactOptional(),
  type: z.enum(['TRIGGER', 'JOB']),
  parentNodeIds: z.array(z.string()).default([]),
  triggerRule: z.enum(['RECURRING', 'ONE_TIME', 'NONE']).exactOptional(),
  jobCondition: jobCondition.exactOptional(),
});

const workflow: z.ZodType<WorkflowScript> = z.strictObject({
  workflowId: z.string().min(1),
  name: z.string().exactOptional(),
  nodes: z.array(node).superRefine((nodes, context) => {
    const named = nodes.map((each) => ({ ...each, name: each.id }));
    const message = nodesProblem(named);
    if (message !== undefined) context.issues.push({ code: 'custom', message, input: nodes });
  }),
});

export const triggers = z.array(trigger).superRefine(uniqueBy('triggerId', 'trigger'));

export const workflows = z.array(workflow).superRefine(uniqueBy('workflowId', 'workflow'));

interface References {
  readonly jobs?: readonly JobScript[];
  readonly triggers?: readonly TriggerScript[];
  readonly workflows?: readonly WorkflowScript[];
}

/** Checks that the script has the jobs and triggers that its workflows name. */
export function refuseMissing(script: References, context: z.RefinementCtx): void {
  const known = {
    JOB: new Set(script.jobs?.map(({ jobId }) => jobId)),
    TRIGGER: new Set(script.triggers?.map(({ triggerId }) => triggerId)),
  };
  for (const [index, { nodes }] of (script.workflows ?? []).entries()) {
    for (const [place, { id, type }] of nodes.entries()) {
      if (known[type].has(id)) continue;
      const path = ['workflows', index, 'nodes', place, 'id'];
      context.issues.push({
        code: 'custom',
        message: `there is no ${type} ${id}`,
        path,
        input: id,
      });
    }
  }
}
