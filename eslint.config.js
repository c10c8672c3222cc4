// Types decide most here; the rule that matters most is no-floating-promises: an activity call that nobody
// awaits is a run that nobody watches.
import tseslint from 'typescript-eslint';

export default tseslint.config(
  {
    ignores: [
      'lib/',
      'coverage/',
      'node_modules/',
      'test/package/fixtures/',
      'test/fence/breaches/',
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
      'max-lines': ['error', { max: 250, skipComments: false, skipBlankLines: false }],
    },
  },
  {
    files: ['test/**/*.ts', 'bench/**/*.ts'],
    rules: {
      'no-restricted-imports': 'off',
      'max-lines': ['error', 350],
      '@typescript-eslint/no-non-null-assertion': 'off',
    },
  },
);
