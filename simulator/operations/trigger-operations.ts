import { z } from 'zod';
import { ok, problem, type Outcome } from '../outcome.js';
import type { ServiceState } from '../service-state.js';
import { triggerRule, typeProblem } from '../trigger-rule-schema.js';
import { toWireDate } from '../wire-date.js';
import type { TriggerRecord } from '../workflow-record.js';
import { addTrigger } from '../workflow-state.js';
import { nameBody } from './condition-body.js';
import { notFound, withBody, type Operation, type ServiceCall } from './operation.js';
import { pageOf } from './page.js';

const createTriggerBody = z.object({
  name: nameBody,
  type: z.enum(['SCHEDULED', 'EVENT', 'NONE']),
  triggerRule,
});

export const createTrigger: Operation = (state, call) =>
  withBody(createTriggerBody, call.body, (sent) => {
    const wrong = typeProblem(sent.type, sent.triggerRule);
    if (wrong !== undefined) return problem('bad-parameter', `triggerRule.type: ${wrong}`);
    const triggerId = state.nextId();
    addTrigger(state, { triggerId, ...sent }, call.now);
    const created = { params: new Map([['triggerId', triggerId]]) };
    return withTrigger(state, created, (trigger) =>
      ok(toTriggerView(state, trigger), state.switches.createStatus),
    );
  });

/** `name` matches parts of names, as for jobs (inferred). */
export const getTriggers: Operation = (state, { query }) => {
  const part = query.get('name') ?? '';
  const triggers = [...state.triggers.values()].filter(({ name }) => name.includes(part));
  return pageOf(triggers, query, state.switches, (trigger) => toTriggerView(state, trigger));
};

export const getTriggerById: Operation = (state, call) =>
  withTrigger(state, call, (trigger) => ok(toTriggerView(state, trigger)));

/** A trigger that a workflow uses can be deleted. The node of the workflow is then shown as not valid. */
export const deleteTrigger: Operation = (state, call) =>
  withTrigger(state, call, ({ triggerId }) => ok(state.triggers.delete(triggerId)));

function withTrigger(
  { triggers }: ServiceState,
  { params }: Pick<ServiceCall, 'params'>,
  act: (trigger: TriggerRecord) => Outcome,
): Outcome {
  const triggerId = params.get('triggerId') ?? '';
  const trigger = triggers.get(triggerId);
  return trigger === undefined ? notFound('TRIGGER', 'triggerId', triggerId) : act(trigger);
}

function toTriggerView(
  { switches }: ServiceState,
  { triggerId, name, type, rule, createdAt }: TriggerRecord,
): Readonly<Record<string, unknown>> {
  const date = toWireDate(createdAt, switches.dateStyle);
  return { triggerId, name, type, triggerRule: rule, createdDate: date, updatedDate: date };
}
