// Who may import whom. Folders are runtimes, and imports flow one way. Type imports count like any other, unless a rule
// says otherwise: one `import type` of a client would bring Node.js's globals into workflow code.
const { builtinModules } = require('node:module');

const OURS =
  'contract|client|polling|activities|pipeline|workflows|worker|cli|simulator|test|bench|examples';
const NODE = `^(node:|(${builtinModules.join('|')})$)`;
const TOP = '^[^/]+\\.ts$';
/** A path of ours, of a Node.js module, or of an installed package: all that can be imported. */
const ANYTHING = `^(${OURS})/|${TOP}|${NODE}|(^|/)node_modules/`;
const packages = (...names) => `(^|/)node_modules/(@types/)?(${names.join('|')})/`;

/** Files of `from` may import files of the same place and what is listed, nothing else. */
const mayImport = (name, from, allowed, comment) => ({
  name,
  comment,
  severity: 'error',
  from: { path: from },
  to: { path: ANYTHING, pathNot: allowed },
});

const WORKFLOW_PARTS = [
  '^workflows/',
  '^contract/',
  '^pipeline/(planner|expressions|packed|evaluation)[./]',
];
const IN_THE_SANDBOX = packages('@temporalio/workflow', '@temporalio/common');

module.exports = {
  forbidden: [
    mayImport(
      'contract-imports-nothing',
      '^contract/',
      ['^contract/'],
      'The vocabulary is read in every runtime.',
    ),
    mayImport(
      'simulator-imports-nothing-of-ours',
      '^simulator/',
      ['^simulator/', NODE, '(^|/)node_modules/(?!@temporalio/)'],
      'A mistake shared between client and simulator would hide itself.',
    ),
    mayImport(
      'client-knows-http-only',
      '^client/',
      ['^client/', '^contract/', NODE, packages('undici', 'zod')],
      'The client is usable without Temporal and without our polling.',
    ),
    mayImport(
      'polling-knows-no-temporal',
      '^polling/',
      ['^polling/', '^contract/', '^client/', NODE],
      'The command line polls too, and the decisions are tested without a server.',
    ),
    mayImport(
      'activities-are-one-act-each',
      '^activities/',
      [
        ...[
          '^activities/',
          '^contract/',
          '^client/',
          '^polling/',
          '^pipeline/definition[./]',
          '^pipeline/packed[.]',
          NODE,
        ],
        packages('@temporalio/activity', '@temporalio/client', '@temporalio/common'),
      ],
      'An activity is put together by the worker, and knows neither it nor a workflow.',
    ),
    mayImport(
      'pipeline-planner-is-pure',
      '^pipeline/planner[./]',
      ['^pipeline/planner[./]', '^contract/', packages('re2js')],
      'Workflows run it, and hand it what evaluates expressions.',
    ),
    mayImport(
      'pipeline-expressions-are-pure',
      '^pipeline/expressions[./]',
      ['^pipeline/expressions[./]', '^contract/', packages('@marcbachmann/cel-js')],
      'Workflows run them.',
    ),
    mayImport(
      'pipeline-packing-is-pure',
      '^pipeline/packed[./]',
      ['^contract/', packages('fflate')],
      'Workflows pack what crosses continue-as-new; the command line unpacks it.',
    ),
    mayImport(
      'pipeline-evaluation-is-pure',
      '^pipeline/evaluation[./]',
      ['^pipeline/(planner|expressions)[./]', '^contract/'],
      'Workflows and the simulation hand it to the planner.',
    ),
    mayImport(
      'pipeline-definition-reads-text',
      '^pipeline/(?!(planner|expressions|packed|evaluation)[./])',
      ['^pipeline/', '^contract/', packages('zod', 'yaml')],
      'It turns a text into a plan, anywhere but in a workflow.',
    ),
    mayImport(
      'workflows-see-the-contract-only',
      '^workflows/',
      [...WORKFLOW_PARTS, IN_THE_SANDBOX],
      'Workflow code must be deterministic; not even a type comes from elsewhere.',
    ),
    mayImport(
      'workflow-door-leads-to-workflows',
      '^workflow\\.ts$',
      [...WORKFLOW_PARTS, IN_THE_SANDBOX],
      "It is imported by users' workflow code.",
    ),
    {
      name: 'workflows-reach-no-io',
      comment: 'The same over any number of steps, with the whole chain in the message.',
      severity: 'error',
      from: { path: '^workflows/|^workflow\\.ts$' },
      to: {
        reachable: true,
        path: `^(activities|client|polling|worker|cli|simulator|pipeline/(definition|schedule|index))[/.]|${NODE}|${packages('undici', 'zod', 'yaml')}`,
      },
    },
    {
      name: 'worker-stands-below-the-command-line',
      comment: 'Workflows reach a worker as a path to bundle, never as an import.',
      severity: 'error',
      from: { path: '^worker/' },
      to: { path: '^(cli|simulator|workflows)/' },
    },
    {
      name: 'cli-sees-types-of-workflows-only',
      comment: 'Names on the wire are in the contract; workflow code runs in a worker alone.',
      severity: 'error',
      from: { path: '^cli/' },
      to: { path: '^workflows/|^workflow\\.ts$', dependencyTypesNot: ['type-only'] },
    },
    {
      name: 'main-door-leaves-workflows-out',
      comment: 'Importing the package must load neither workflow code nor the command line.',
      severity: 'error',
      from: { path: '^index\\.ts$' },
      to: { path: '^(cli|simulator|workflows)/|^workflow\\.ts$' },
    },
    {
      name: 'doors-are-for-users',
      comment: 'A folder that imports the public list ties itself into a cycle.',
      severity: 'error',
      from: {
        path: '^(contract|client|polling|activities|pipeline|workflows|worker|cli|simulator)/',
      },
      to: { path: '^(index|workflow)\\.ts$' },
    },
    {
      name: 'nobody-imports-tests',
      comment: 'What is shipped must not need what is not.',
      severity: 'error',
      from: { pathNot: '^(test|bench|examples)/|^[^/]+\\.config\\.' },
      to: { path: '^(test|bench|examples)/' },
    },
    {
      name: 'shipped-code-needs-shipped-packages',
      comment: 'A development dependency is missing at the user.',
      severity: 'error',
      from: { pathNot: '^(test|bench|examples)/|^[^/]+\\.config\\.|^\\.dependency-cruiser' },
      to: {
        dependencyTypes: ['npm-dev', 'npm-no-pkg', 'npm-unknown', 'undetermined'],
        dependencyTypesNot: ['npm', 'npm-peer'],
      },
    },
    {
      name: 'no-cycles',
      comment: 'Two files that need each other are one file, or three.',
      severity: 'error',
      from: {},
      to: { circular: true },
    },
    {
      name: 'no-missing-files',
      severity: 'error',
      from: { pathNot: '^test/package/' },
      to: { couldNotResolve: true },
    },
  ],
  options: {
    doNotFollow: { path: '(^|/)node_modules/' },
    exclude: { path: '^(lib|coverage|docs|examples/quick-start|\\.cache)/' },
    tsPreCompilationDeps: true,
    combinedDependencies: false,
    tsConfig: { fileName: 'tsconfig.json' },
    enhancedResolveOptions: {
      exportsFields: ['exports'],
      conditionNames: ['import', 'node', 'types'],
    },
  },
};
