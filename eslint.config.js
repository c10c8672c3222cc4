// Types decide most here; the rule that matters most is no-floating-promises: an activity call that nobody
// awaits is a run that nobody watches.
import tseslint from 'typescript-eslint';

const NO_DEFAULT = {
  selector: 'ExportDefaultDeclaration',
  message: 'Export by name: a name can be found.',
};

/** What an error is, its members say: texts are for people, and foreign ones change with each version. */
const NO_ERROR_TEXT = [
  'CallExpression[callee.object.property.name="message"][callee.property.name=/^(includes|match|matchAll|startsWith|endsWith|indexOf|search|replace)$/]',
  'CallExpression[callee.property.name=/^(test|exec)$/] > MemberExpression.arguments[property.name="message"]',
].map((selector) => ({ selector, message: 'Tell errors apart by their members.' }));

export default tseslint.config(
  {
    ignores: [
      'lib/',
      '.lib-*/',
      'coverage/',
      'node_modules/',
      'examples/quick-start/', // a package of its own: test/package compiles it
      'test/package/fixtures/',
      'test/fence/no-node-globals.ts', // belongs to the workflows' compiler settings
    ],
  },
  {
    files: ['**/*.ts'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: { projectService: true, tsconfigRootDir: import.meta.dirname },
    },
    rules: {
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/switch-exhaustiveness-check': [
        'error',
        { considerDefaultExhaustiveForUnions: true },
      ],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/restrict-template-expressions': [
        'error',
        { allowNumber: true, allowBoolean: true },
      ],
      'no-restricted-imports': [
        'error',
        { patterns: [{ group: ['**/test/**'], message: 'Nobody imports tests.' }] },
      ],
      'max-lines': ['error', { max: 400, skipComments: false, skipBlankLines: false }],
      'max-lines-per-function': ['error', { max: 50, skipComments: true, skipBlankLines: true }],
      'no-restricted-syntax': ['error', NO_DEFAULT],
    },
  },
  {
    files: ['{cli,client,worker,activities,polling}/**/*.ts'],
    ignores: ['cli/run/pending-problems.ts'], // how other SDKs word what they have no member for
    rules: { 'no-restricted-syntax': ['error', NO_DEFAULT, ...NO_ERROR_TEXT] },
  },
  {
    // Loaded once for all workflows of a worker (workflows/preload.ts).
    files: ['workflows/**/*.ts', 'contract/**/*.ts', 'pipeline/{planner,expressions}/**/*.ts'],
    rules: {
      'no-restricted-syntax': [
        'error',
        NO_DEFAULT,
        ...NO_ERROR_TEXT,
        {
          selector:
            ':matches(Program, ExportNamedDeclaration) > VariableDeclaration[kind!="const"]',
          message: 'All workflows of a worker would share it: use workflowState.',
        },
        {
          selector:
            ':matches(Program, ExportNamedDeclaration) > VariableDeclaration > VariableDeclarator > ' +
            ':matches(NewExpression[callee.name=/^(Map|Set)$/][arguments.length=0], ArrayExpression[elements.length=0])',
          message: 'All workflows of a worker would share what is put into it: use workflowState.',
        },
      ],
    },
  },
  {
    files: ['*.config.ts', 'test/support/*.ts'],
    rules: { 'no-restricted-syntax': 'off' }, // the test runner asks for default exports
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'no-restricted-imports': 'off',
      'max-lines': ['error', 400],
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
