import eslint from '@eslint/js';
import { defineConfig, globalIgnores } from 'eslint/config';
import tseslint from 'typescript-eslint';

const shape = [
  { selector: 'ClassDeclaration:not([superClass])', message: 'Return an object from a factory instead.' },
  { selector: 'ExportDefaultDeclaration', message: 'Export by name.' },
  { selector: 'ExportAllDeclaration', message: 'Import from the file that says it, not from a barrel.' },
];

const world = [
  { selector: 'NewExpression[callee.name="Date"][arguments.length=0]', message: 'Time is an input.' },
  {
    selector: 'MemberExpression[object.name="Date"][property.name="now"]',
    message: 'Time is an input.',
  },
  {
    selector: 'MemberExpression[object.name="Math"][property.name="random"]',
    message: 'Randomness is an input.',
  },
  { selector: 'Identifier[name="randomUUID"]', message: 'An id is an input.' },
  {
    selector: 'MemberExpression[object.name="process"][property.name="env"]',
    message: 'The environment is read in handler.ts and in composition roots.',
  },
];

export default defineConfig(
  globalIgnores(['cdk.out', 'coverage', 'dist', 'reports', '.groundswell', '.stryker-tmp']),
  eslint.configs.recommended,
  {
    files: ['**/*.{ts,tsx}'],
    extends: [tseslint.configs.strictTypeChecked],
    languageOptions: {
      parserOptions: {
        project: [
          './tsconfig.json',
          './services/faces/console/page/tsconfig.json',
          './test/browser/tsconfig.json',
        ],
        tsconfigRootDir: import.meta.dirname,
      },
    },
    rules: {
      'max-lines': ['error', 400],
      'max-lines-per-function': ['error', { max: 70 }],
      'no-restricted-syntax': ['error', ...shape],
      '@typescript-eslint/consistent-type-imports': 'error',
      '@typescript-eslint/no-confusing-void-expression': [
        'error',
        { ignoreArrowShorthand: true, ignoreVoidOperator: true },
      ],
      '@typescript-eslint/no-explicit-any': 'error',
      '@typescript-eslint/no-floating-promises': 'error',
      '@typescript-eslint/no-meaningless-void-operator': 'off',
      // openJournal<R>(file) says once what the file holds.
      '@typescript-eslint/no-unnecessary-type-parameters': 'off',
      // A port is asynchronous also where its twin in memory has nothing to wait for.
      '@typescript-eslint/require-await': 'off',
      // A rest sibling is how a member is left out of an object.
      '@typescript-eslint/no-unused-vars': ['error', { ignoreRestSiblings: true, argsIgnorePattern: '^_' }],
      '@typescript-eslint/restrict-template-expressions': ['error', { allowNumber: true }],
      '@typescript-eslint/switch-exhaustiveness-check': 'error',
    },
  },
  {
    files: ['contracts/**/*.ts', 'services/**/*.ts'],
    ignores: [
      'services/**/handler.ts',
      'services/faces/cli/**',
      'services/faces/console/**',
      'services/core/ports/**',
    ],
    rules: { 'no-restricted-syntax': ['error', ...shape, ...world] },
  },
  {
    files: ['test/**/*.{ts,tsx}'],
    rules: {
      'max-lines': 'off',
      'max-lines-per-function': 'off',
      '@typescript-eslint/no-non-null-assertion': 'off',
      '@typescript-eslint/no-unsafe-assignment': 'off',
      '@typescript-eslint/no-unsafe-member-access': 'off',
      '@typescript-eslint/unbound-method': 'off',
    },
  },
  {
    files: ['**/*.config.{ts,js}', '**/*.{js,mjs,cjs}'],
    languageOptions: {
      globals: { console: 'readonly', module: 'writable', process: 'readonly' },
    },
    rules: { 'no-restricted-syntax': 'off' },
  },
);
