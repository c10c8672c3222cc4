import { z } from 'zod';
import type { Delivery, ReceivedRequest } from './call-flow.js';
import type { Commands } from './commands.js';
import {
  checkFaults,
  checkJobs,
  checkNewJobs,
  checkSwitches,
  checkTriggers,
  checkWorkflows,
  checked,
} from './input-check.js';
import { durationMs } from './duration.js';
import { foreignExecution } from './input-schema.js';
import { jsonReply, type Reply } from './reply.js';
import { pathOf } from './route.js';

const PREFIX = '/_simulator/';

/** Addresses from which the admin API may be called. */
const LOOPBACK = /^(127\.|::1$|::ffff:127\.)/;

const DONE = { done: true } as const;

type AdminAct = (commands: Commands, body: unknown) => unknown;

/** By method and path below /_simulator/. The result is the body of the answer. */
const ADMIN: Readonly<Record<string, AdminAct>> = {
  'GET report': (commands) => commands.report(),
  'GET log': (commands) => commands.log(),
  'GET executions': (commands) => commands.executions(),
  'POST executions': (commands, body) => {
    const { jobId, ...foreign } = checked(foreignExecution, body, 'execution');
    return commands.startForeignExecution(jobId, foreign);
  },
  'POST faults': (commands, body) => {
    commands.addFaults(...checkFaults(body));
    return DONE;
  },
  'DELETE faults': (commands) => {
    commands.clearFaults();
    return DONE;
  },
  'POST jobs': (commands, body) => {
    commands.addJobs(...checkJobs(body));
    return DONE;
  },
  'POST triggers': (commands, body) => {
    commands.addTriggers(...checkTriggers(body));
    return DONE;
  },
  'POST workflows': (commands, body) => {
    commands.addWorkflows(...checkWorkflows(body));
    return DONE;
  },
  'POST newJobs': (commands, body) => {
    commands.setNewJobs(checkNewJobs(body));
    return DONE;
  },
  'POST switches': (commands, body) => {
    commands.setSwitches(checkSwitches(body));
    return DONE;
  },
  'POST advance': (commands, body) => {
    commands.advance(checked(z.strictObject({ ms: durationMs }), body, 'advance').ms);
    return DONE;
  },
  'POST reset': (commands) => {
    commands.reset();
    return DONE;
  },
};

export function isAdminPath(url: string): boolean {
  return url.startsWith(PREFIX);
}

/** Carries out an unsigned request of a test or an operator. It is not logged, and no fault applies to it. */
export function answerAdmin(
  commands: Commands,
  request: ReceivedRequest,
  remoteAddress: string | undefined,
): Delivery {
  return { kind: 'reply', reply: adminReply(commands, request, remoteAddress) };
}

function adminReply(
  commands: Commands,
  { method, url, body }: ReceivedRequest,
  remoteAddress = '',
): Reply {
  if (!LOOPBACK.test(remoteAddress)) {
    return jsonReply(403, { message: 'The admin API answers on the loopback address only.' });
  }
  const name = `${method} ${pathOf(url).slice(PREFIX.length)}`;
  const act = ADMIN[name];
  if (act === undefined) {
    const message = `There is no ${name}. It must be one of ${Object.keys(ADMIN).join(', ')}.`;
    return jsonReply(404, { message });
  }
  try {
    return jsonReply(200, act(commands, body === '' ? undefined : JSON.parse(body)));
  } catch (error) {
    return jsonReply(400, { message: error instanceof Error ? error.message : String(error) });
  }
}
