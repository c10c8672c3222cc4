import type { Core } from './core.js';
import { describeEffect } from './fault-plan.js';
import type { FaultEffect, StatusEffect } from './fault.js';
import { admit, dateOfAnswer, handle, type GatewayRequest } from './gateway.js';
import { gatewayCodeFor } from './outcome.js';
import { gatewayErrorBody, gatewayReply, jsonReply, toReply, type Reply } from './reply.js';
import { findRoute, pathOf } from './route.js';
import type { SignedRequest } from './signature-check.js';

/** `reply`: write it; `cut`: write half of it, then close the connection; `dropped`: close the connection. */
export type Delivery =
  { readonly kind: 'reply' | 'cut'; readonly reply: Reply } | { readonly kind: 'dropped' };

export interface ReceivedRequest extends SignedRequest {
  readonly body: string;
}

/** Answers one call of the API: log, faults, gateway, service. */
export async function answerCall(
  core: Core,
  received: ReceivedRequest,
  signal: AbortSignal,
): Promise<Delivery> {
  const request = { ...received, route: findRoute(received.method, received.url) };
  const effect = request.route && core.faults.next(faultTarget(request.route));
  const { log } = core;
  const number = begin(core, request, effect);
  core.changed();
  const delivery = dated(core, await underEffect(core, request, effect, signal));
  if (delivery.kind !== 'dropped') log.answered(number, delivery.reply.status);
  core.changed();
  return delivery;
}

function dated({ state, clock }: Core, delivery: Delivery): Delivery {
  if (delivery.kind === 'dropped') return delivery;
  const dateMs = dateOfAnswer(state, clock.now());
  return { ...delivery, reply: { ...delivery.reply, dateMs } };
}

function faultTarget(route: NonNullable<GatewayRequest['route']>) {
  return { operation: route.operation, jobId: route.params.get('jobId') };
}

function begin(core: Core, request: GatewayRequest, effect: FaultEffect | undefined): number {
  const { route, method, url, body } = request;
  const jobId = route?.params.get('jobId');
  const executionId = route?.params.get('executionId');
  return core.log.begin({
    atMs: core.clock.now(),
    method,
    url,
    ...(route && { operation: route.operation }),
    ...(jobId !== undefined && { jobId }),
    ...(executionId !== undefined && { executionId }),
    ...(body !== '' && { body: jsonOrText(body) }),
    ...(effect && { fault: describeEffect(effect) }),
  });
}

async function underEffect(
  core: Core,
  request: GatewayRequest,
  effect: FaultEffect | undefined,
  signal: AbortSignal,
): Promise<Delivery> {
  if (effect === undefined || !('delayMs' in effect)) return applyFault(core, request, effect);
  const { delayMs, at = 'arrival', then } = effect;
  if (at === 'arrival') {
    await core.clock.wait(delayMs, signal);
    return applyFault(core, request, then);
  }
  const delivery = applyFault(core, request, then);
  await core.clock.wait(delayMs, signal);
  return delivery;
}

function applyFault(
  core: Core,
  request: GatewayRequest,
  effect: Exclude<FaultEffect, { readonly delayMs: number }> | undefined,
): Delivery {
  if (effect === undefined) return { kind: 'reply', reply: replyTo(core, request) };
  if ('gateway' in effect) {
    return { kind: 'reply', reply: gatewayReply(effect.gateway, 'Refused by a fault.') };
  }
  if ('drop' in effect) {
    if (effect.drop === 'after') replyTo(core, request);
    return { kind: 'dropped' };
  }
  if ('status' in effect) {
    if (isHandled(core, request, effect)) replyTo(core, request);
    return { kind: 'reply', reply: faultReply(effect) };
  }
  const reply = replyTo(core, request);
  return 'cut' in effect
    ? { kind: 'cut', reply }
    : { kind: 'reply', reply: { ...reply, text: '{"jobExecutionId": <garbage' } };
}

function replyTo(core: Core, request: GatewayRequest): Reply {
  const now = core.clock.now();
  const { state } = core;
  const admission = admit(request, core.keys, state, now);
  if (!admission.admitted && admission.signature) core.log.refuseSignature();
  const outcome = admission.admitted
    ? handle(state, admission, request.url, now)
    : admission.outcome;
  core.changed();
  const path = pathOf(request.url).replace(/^\/api\/v1/, '');
  return toReply(outcome, state.switches.errorBodies, path);
}

function isHandled({ state }: Core, { route }: GatewayRequest, effect: StatusEffect): boolean {
  const letsThrough =
    effect.status === 429 &&
    route?.operation === 'executeJob' &&
    state.switches.throttledExecuteStarts;
  return effect.handled ?? letsThrough;
}

function faultReply({ status, body, headers = {} }: StatusEffect): Reply {
  const fallback = status < 400 ? '' : gatewayErrorBody(gatewayCodeFor(status));
  const given = body ?? fallback;
  const reply = jsonReply(status, given);
  const text = typeof given === 'string' ? given : reply.text;
  return { ...reply, text, headers: { ...reply.headers, ...lowerCased(headers) } };
}

function lowerCased(headers: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  return Object.fromEntries(
    Object.entries(headers).map(([name, value]) => [name.toLowerCase(), value]),
  );
}

function jsonOrText(body: string): unknown {
  try {
    return JSON.parse(body) as unknown;
  } catch {
    return body;
  }
}
