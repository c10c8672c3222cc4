import { format, resolveConfig } from 'prettier';
import { expect, it } from 'vitest';
import { ENDPOINTS } from '../../../client/operations/endpoints.js';
import {
  type ActivityOperation,
  operationActivityName,
} from '../../../contract/operation-activities.js';
import { OPERATION_NAMES, otherNamesOf } from '../../../contract/operation-names.js';
import { OPERATIONS, type OperationName } from '../../../contract/operations.js';

const PAGE = '../../../docs/operations.md';
const INTRO = `# Operations

Every operation of the service, under its documented name. In a workflow: \`dataflowApi().getJobs({ limit: 20 })\` from \`temporal-ncloud-dataflow/workflow\`;
from another language: the activity by its name, with the same properties and \`profile\` in one object. \`client.call('getJobs', …)\` makes the call without Temporal.

**Idempotent: no** means that each call makes something new. Its activity calls again only if it is proven that the service did nothing: nothing was sent, or the
service refused the call. After a lost answer, a crash, a timeout or an activity reset it fails as \`DataFlowOutcomeUnknown\`, whose message says where to look. A
repeated delete or cancel that finds nothing counts as done. \`executeJob\` is posted under a permit alone: use \`runJob\`.

`;
const rows = (): string[][] =>
  OPERATION_NAMES.map((name) => {
    const { about, idempotent } = OPERATIONS[name];
    const others = otherNamesOf(name).map((other) => `\`${other}\``);
    return [
      `\`${name}\``,
      about,
      httpOf(name),
      name === 'executeJob' ? '\`dataflowExecuteJob\`, under a permit' : `\`${activityOf(name)}\``,
      idempotent ? 'yes' : '**no**',
      others.join(', ') || '–',
    ];
  });

const activityOf = (name: OperationName): string =>
  operationActivityName(name as ActivityOperation);

function httpOf(name: OperationName): string {
  const { method, path, otherPath } = ENDPOINTS[name];
  const paths = [path, ...(otherPath === undefined ? [] : [otherPath])];
  return paths.map((one) => `\`${method} ${one.replace('/api/v1', '')}\``).join(' or ');
}

it('docs/operations.md is the table of operations: npx vitest run FILE -u writes it anew', async () => {
  const heads = [
    'operation',
    'what it does',
    'HTTP, below `/api/v1`',
    'activity',
    'idempotent',
    'other names',
  ];
  const lines = [heads, heads.map(() => '---'), ...rows()].map(
    (cells) => `| ${cells.join(' | ')} |`,
  );
  const config = await resolveConfig(new URL(PAGE, import.meta.url).pathname);
  const page = await format(`${INTRO}${lines.join('\n')}\n`, { ...config, parser: 'markdown' });
  await expect(page).toMatchFileSnapshot(PAGE);
});
