import type { ASTNode } from '@marcbachmann/cel-js';
import type { ExpressionProblem, TextRange } from './expression-error.js';
import { suggestionText } from '../../contract/suggest.js';
import { RUN_MEMBERS, STEP_MEMBERS, type ExpressionScope } from './scope.js';
import { pathOf, type Path, type Segment } from './syntax-tree.js';

const ROOTS = ['params', 'steps', 'run', 'item', 'index'];
const STATUSES = ['succeeded', 'failed', 'canceled', 'skipped'];

type Tell = (message: string, range: TextRange) => void;

/** Reports problems with the names of one path: its root, and the step, parameter or property it refers to. */
export function checkPath(path: Path, scope: ExpressionScope, tell: Tell): void {
  const { root, rootRange, segments } = path;
  switch (root) {
    case 'params':
      checkMember('params', 'parameter', segments[0], Object.keys(scope.parameters), tell);
      return;
    case 'run':
      checkMember('run', 'member', segments[0], Object.keys(RUN_MEMBERS), tell);
      return;
    case 'steps':
      checkStep(path, scope, tell);
      return;
    case 'item':
    case 'index':
      if (!scope.inForEach)
        tell(`${root}: must be used only in values of a step with forEach`, rootRange);
      return;
    default:
      tell(`unknown name ${root}${suggestionText(root, ROOTS)}`, rootRange);
  }
}

function checkMember(
  of: string,
  what: string,
  segment: Segment | undefined,
  known: readonly string[],
  tell: Tell,
): void {
  if (segment?.key === undefined || known.includes(segment.key)) return;
  const hint = known.length === 0 ? '; none is declared' : suggestionText(segment.key, known);
  tell(`${of} has no ${what} ${segment.key}${hint}`, segment.range);
}

function checkStep({ rootRange, segments }: Path, scope: ExpressionScope, tell: Tell): void {
  const [step, member] = segments;
  if (step?.key === undefined) {
    tell(
      'steps: must be followed by the name of a step, as in steps.extract.status',
      step?.range ?? rootRange,
    );
    return;
  }
  const id = step.key;
  if (!scope.steps.includes(id)) {
    tell(`there is no step ${id}${hintForStep(id, scope.steps)}`, step.range);
  } else if (!scope.upstream.includes(id)) {
    tell(`step ${id} is not upstream of this one; add it to needs`, step.range);
  } else {
    checkMember(`steps.${id}`, 'member', member, Object.keys(STEP_MEMBERS), tell);
  }
}

/** `steps.load-kr` is a subtraction; probably `steps["load-kr"]` was meant. */
function hintForStep(id: string, steps: readonly string[]): string {
  const hyphened = steps.find((other) => other.startsWith(`${id}-`));
  return hyphened === undefined ? suggestionText(id, steps) : `; write steps["${hyphened}"]`;
}

/** Finds a comparison of a status with an unknown word, which would always be false. */
export function problemOfComparison(node: ASTNode): ExpressionProblem | undefined {
  if (node.op !== '==' && node.op !== '!=') return undefined;
  for (const [path, other] of [node.args, [...node.args].reverse()] as readonly ASTNode[][]) {
    const segments = path === undefined ? undefined : pathOf(path);
    const isStatus =
      segments?.root === 'steps' &&
      segments.segments.length === 2 &&
      segments.segments[1]?.key === 'status';
    if (!isStatus || other?.op !== 'value' || typeof other.args !== 'string') continue;
    if (STATUSES.includes(other.args)) return undefined;
    return {
      message: `no status is "${other.args}"${suggestionText(other.args, STATUSES)}`,
      range: other.range,
    };
  }
  return undefined;
}
